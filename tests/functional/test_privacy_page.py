"""What ``docs/privacy.md`` promises is what the service does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from models import Base
from moderation.domain.site_settings import RANGES, SWITCHES, SiteSettings
from moderation.services.nudge_tone import OPEN_FOR
from moderation.services.once import KEEP_FOR
from moderation.services.sweep import MAIL_KEPT, NETWORK_KEPT

PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text()


def _row(beginning: str) -> list[str]:
    [line] = [line for line in PAGE.splitlines() if line.startswith(f"| {beginning}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_table_that_holds_something_about_a_comment_is_named() -> None:
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "comments"
    }
    named = set(re.findall(r"`(\w+)`", PAGE.partition("## How it is erased")[0]))
    assert about <= named
    tables = set(Base.metadata.tables)
    cells = {name for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 4
             for name in re.findall(r"`(\w+)`", line.split("|")[2])}  # fmt: skip
    assert cells <= tables


def test_times_are_those_of_the_code() -> None:
    low, high, _ = RANGES["rejected_text_days"]
    text = _row("the text of a rejected")[2]
    assert text.startswith(f"{SiteSettings().rejected_text_days} days")
    assert f"{low} to {high:,} days" in text
    assert _row("the sender's network")[2] == f"{NETWORK_KEPT.days} days"
    assert f"the hash {NETWORK_KEPT.days} days" in _row("a reader's report")[2]
    assert _row("answers kept")[2] == f"{KEEP_FOR.total_seconds() / 3600:.0f} hours"
    assert _row("that a writer was asked")[2].startswith(f"{OPEN_FOR.seconds // 3600} hour;")
    assert _row("that a mail is due")[2] == f"{MAIL_KEPT.days} days"
    settings = SiteSettings()
    assert {name: getattr(settings, name) for name in SWITCHES} == dict.fromkeys(SWITCHES, False)
    for name in SWITCHES:
        assert re.search(rf"`{name}`[^|]*\| off \|", PAGE)


def test_operator_erases_an_author_as_the_page_says(
    app: Any, submit: Any, moderator: Any, runtime: Any
) -> None:
    import sqlalchemy as sa

    from moderation.cli import register_commands

    register_commands(app)
    run = app.test_cli_runner().invoke
    line = next(line for line in PAGE.splitlines() if "--site SITE" in line)
    command = line.removeprefix("flask ").replace("SITE", "demo").split()
    sent = [submit(body=f"unmistakable {number}", name="Annabella") for number in range(2)]
    other = submit(email="other@example.com", body="Stays.")
    elsewhere = submit(site="other", page_url="https://other.example/", body="Elsewhere.")
    done = run(args=command)
    assert (done.exit_code, done.stdout) == (0, "2\n")
    for one in sent:
        item = moderator.get(f"/api/v1/comments/{one.json['id']}").json
        assert (item["status"], item["author"]["email"]) == ("erased", "")
        assert item["history"][-1]["actor"] == "system"
    assert moderator.get(f"/api/v1/comments/{other.json['id']}").json["body"] == "Stays."
    with runtime.store.read() as session:
        stored = "".join(
            str(session.execute(sa.select(table)).all()) for table in Base.metadata.sorted_tables
        )
    assert "unmistakable" not in stored
    assert "Annabella" not in stored
    assert elsewhere.json["id"] in stored
    assert run(args=command).stdout == "0\n"
    asked = run(args=["erase-author", "ann@example.com"], input="n\n")
    assert asked.exit_code == 1
    assert run(args=["erase-author", "ANN@example.com", "--yes"]).stdout == "1\n"
    assert run(args=["erase-author", "nobody", "--yes"]).exit_code == 2
    assert run(args=["erase-author", "ann@example.com", "--site", "no", "--yes"]).exit_code == 1
