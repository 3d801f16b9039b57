"""Comments of other systems are taken over with what was decided about them."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import ImportedComment, Mail, WebhookDelivery
from moderation.errors import Unavailable
from moderation.importers.formats import export_in
from moderation.services.import_comments import ImportOrder
from moderation.services.import_report import ImportReport
from moderation.storage import sites
from tests.conftest import OPERATOR
from tests.functional.transfer.foreign_files import (
    DISQUS,
    WXR_HEAD,
    WXR_TAIL,
    write_isso,
    write_remark42,
    write_wxr,
    wxr_comment,
    wxr_item,
)

PAGE = "https://news.example/bridge"


@pytest.fixture
def load(run: Any) -> Any:
    """Import a file into ``demo``: ``load("wordpress", path, "--dry-run")``."""

    def command(source: str, path: Path, *options: str) -> Any:
        return run("import", source, str(path), "--site", "demo", *options)

    return command


@pytest.fixture
def stored(admin: Any) -> Any:
    """What the site has now, by the name of its author."""

    def read() -> dict[str, Any]:
        text = admin.get("/api/v1/sites/demo/export").text
        return {row["name"]: row for row in map(json.loads, text.splitlines())}

    return read


def _public(client: Any, page: str = PAGE) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/sites/demo/comments", query_string={"page_url": page})
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def _wordpress(folder: Path) -> Path:
    return write_wxr(
        folder / "export.xml",
        wxr_item(
            wxr_comment(12, author="Bo", parent=11, content="I *quote*:\n<blockquote>old & <b>proud</b></blockquote>")
            + wxr_comment(11, author="Ann", url="https://ann.example/", gmt="2019-03-01 10:00:00")
            + wxr_comment(13, author="Waits", approved="0")
            + wxr_comment(14, author="Spammer", approved="spam", email="no address")
            + wxr_comment(15, author="Trashed", approved="trash")
            + wxr_comment(16, kind="pingback")
            + wxr_comment(17, kind="order_note")
            + wxr_comment(18, content=" <img src='javascript:x'> ")
            + wxr_comment(19, author="Late", gmt="0000-00-00 00:00:00")
        ),
        wxr_item(wxr_comment(21), link="https://old.example/tower", post_id=8),
        wxr_item(wxr_comment(22), link="https://news.example/?p=9", post_id=9, status="draft"),
    )  # fmt: skip


def test_wordpress_comments_keep_dates_parents_and_decisions(
    load: Any, stored: Any, client: Any, moderator: Any, tmp_path: Path
) -> None:
    result = load("wordpress", _wordpress(tmp_path))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "imported 6 (published 3, queued 1, spam 1, rejected 1)",
        "updated 0",
        "unchanged 0",
        "skipped 5",
        "  1 pingback or trackback",
        "  1 no reader's comment (a note of a plug-in)",
        "  1 no text",
        "  1 page outside of the site's origins",
        "    1 on https://old.example",
        "  1 on a post that is private, a draft or behind a password",
    ]
    ann, late, bo = _public(client)
    assert (ann["author"]["name"], ann["created_at"]) == ("Ann", "2019-03-01T10:00:00Z")
    assert ann["author"]["website"] == "https://ann.example/"
    assert bo["parent_id"] == ann["id"]
    assert bo["body_html"] == (
        "<p>I *quote*:</p>\n<blockquote>\n<p>old &amp; <strong>proud</strong></p>\n</blockquote>"
    )
    # Without a date in UTC the local one counts.
    assert late["created_at"] == "2019-03-01T11:00:00Z"
    rows = stored()
    assert rows["Ann"]["email"] == "reader11@example.com"
    assert rows["Spammer"]["email"] == ""
    states = {name: row["status"] for name, row in rows.items()}
    assert (states["Waits"], states["Spammer"], states["Trashed"]) == ("queued", "spam", "rejected")
    (waits,) = moderator.get("/api/v1/queue").json["items"]
    assert (waits["reasons"], waits["scores"], waits["model"]) == (["imported"], {}, None)
    detail = moderator.get(f"/api/v1/comments/{waits['id']}").json
    assert (detail["source"], detail["external_id"]) == ("wordpress", "13")
    (finding,) = detail["trace"]
    assert (finding["effect"], finding["reason"]) == ("queue", "imported")
    history = moderator.get(f"/api/v1/comments/{rows['Trashed']['id']}/history").json["items"]
    assert [(row["actor"], row["from"], row["to"]) for row in history] == [
        ("import", None, "rejected")
    ]


def test_imported_comments_are_decided_and_scored_like_all_others(
    load: Any, run: Any, moderator: Any, client: Any, tmp_path: Path
) -> None:
    load("wordpress", _wordpress(tmp_path))
    assert run("rescore").stdout == "6\n"
    (waits,) = moderator.get("/api/v1/queue").json["items"]
    assert waits["scores"]["toxicity"] == 0.01
    sent = {"action": "approve", "version": waits["version"]}
    assert moderator.post(f"/api/v1/comments/{waits['id']}/decisions", json=sent).status_code == 200
    assert len(_public(client)) == 4


def _takes_comments(submit: Any, page: str = PAGE) -> bool:
    answer = submit(page_url=page)
    assert answer.status_code in (201, 409), answer.text
    return bool(answer.status_code == 201)


def _closed(source: str, folder: Path) -> Path:
    """A file of each system in which the thread at PAGE takes no more comments."""
    path = folder / f"export.{source}"
    if source == "wordpress":
        other = wxr_item(wxr_comment(32), link=f"{PAGE}-2", post_id=8)
        return write_wxr(path, wxr_item(wxr_comment(31), comments_are="closed"), other)
    if source == "disqus":
        path.write_text(DISQUS.replace("<isClosed>false", "<isClosed>true"))
        return path
    text = gzip.decompress(write_remark42(path).read_bytes())
    path.write_bytes(text.replace(b'"read_only": false', b'"read_only": true'))
    return path


@pytest.mark.parametrize("source", ["wordpress", "disqus", "remark42"])
def test_closed_threads_are_closed_here(
    load: Any, submit: Any, client: Any, run: Any, tmp_path: Path, source: str
) -> None:
    path = _closed(source, tmp_path)
    report = "closed, as they were there: pages 1"
    # A page that is here already, with comments of its own.
    assert _takes_comments(submit)
    assert f"would be {report}" in load(source, path, "--dry-run").stdout
    assert _takes_comments(submit)
    assert report in load(source, path).stdout
    assert not _takes_comments(submit)
    assert _takes_comments(submit, f"{PAGE}-2")
    export = client.get(
        "/api/v1/sites/demo/comments", query_string={"page_url": PAGE, "threaded": 1}
    )
    assert export.json["closed"] is True
    for options in (("--dry-run",), ()):
        assert "closed" not in load(source, path, *options).stdout
    assert run("open-page", PAGE, "--site", "demo").stdout == "open now\n"
    for options in (("--dry-run",), ()):
        assert "closed" not in load(source, path, *options).stdout
    assert _takes_comments(submit)


def test_pages_left_or_made_open_stay_so_when_more_of_their_comments_come(
    load: Any, submit: Any, run: Any, admin: Any, tmp_path: Path
) -> None:
    path = tmp_path / "export.xml"

    def posts(*there: int) -> Path:
        """Two closed posts with these comments each."""
        items = [
            wxr_item("".join(wxr_comment(post + number) for number in there),
                     link=link, post_id=post, comments_are="closed")
            for post, link in ((100, PAGE), (200, f"{PAGE}-2"))
        ]  # fmt: skip
        return write_wxr(path, *items)

    load("wordpress", posts(1), "--leave-open")
    assert "closed" not in load("wordpress", posts(1, 2)).stdout
    assert _takes_comments(submit)
    other = wxr_item(wxr_comment(300), link=f"{PAGE}-3", post_id=300, comments_are="closed")
    assert "closed, as they were there: pages 1" in load("wordpress", write_wxr(path, other)).stdout
    assert run("open-page", f"{PAGE}-3", "--site", "demo").stdout == "open now\n"
    other = wxr_item(
        wxr_comment(300) + wxr_comment(301), link=f"{PAGE}-3", post_id=300, comments_are="closed"
    )
    assert "closed" not in load("wordpress", write_wxr(path, other)).stdout
    assert _takes_comments(submit, f"{PAGE}-3")
    acts = admin.get("/api/v1/admin-log", query_string={"limit": 9}).json["items"]
    ends = [act["detail"]["closed"] for act in acts if act["action"] == "import_ended"]
    assert ends == [0, 1, 0, 0]


def test_dry_run_does_not_count_pages_that_are_closed_here_already(
    load: Any, submit: Any, run: Any, tmp_path: Path
) -> None:
    assert _takes_comments(submit)
    assert run("close-page", PAGE, "--site", "demo").stdout == "closed now\n"
    path = _closed("wordpress", tmp_path)
    assert "closed" not in load("wordpress", path, "--dry-run").stdout
    assert "closed" not in load("wordpress", path).stdout
    assert not _takes_comments(submit)


def test_single_pages_are_closed_and_opened(submit: Any, run: Any, admin: Any) -> None:
    for command, said in (
        ("close", "closed now"),
        ("close", "closed already"),
        ("open", "open now"),
    ):
        assert run(f"{command}-page", PAGE, "--site", "demo").stdout == f"{said}\n"
        assert _takes_comments(submit) is (command == "open")
    acts = admin.get("/api/v1/admin-log", query_string={"limit": 2}).json["items"]
    assert [(act["action"], act["detail"]["page"]) for act in acts] == [
        ("page_opened", PAGE), ("page_closed", PAGE)]  # fmt: skip
    assert run("open-page", f"{PAGE}-2", "--site", "demo").exit_code == 1
    assert run("close-page", "https://elsewhere.example/", "--site", "demo").exit_code == 2


def test_report_counts_comments_whose_votes_are_lost(load: Any, tmp_path: Path) -> None:
    path = write_remark42(tmp_path / "backup.gz")
    assert "votes are not taken over; comments that have some 1" in load("remark42", path).stdout


def test_second_import_changes_nothing_but_what_changed_there(
    load: Any, stored: Any, moderator: Any, tmp_path: Path
) -> None:
    path = _wordpress(tmp_path)
    load("wordpress", path)
    before = stored()
    again = load("wordpress", path).stdout.splitlines()
    assert again[:3] == ["imported 0", "updated 0", "unchanged 6"]
    assert stored() == before
    # A person decides here; there, another one is approved and a text is mended.
    waits = moderator.get("/api/v1/queue").json["items"][0]
    verdict = {"action": "reject", "version": waits["version"]}
    moderator.post(f"/api/v1/comments/{waits['id']}/decisions", json=verdict)
    changed = wxr_item(
        wxr_comment(13, author="Waits")
        + wxr_comment(15, author="Trashed")
        + wxr_comment(11, author="Ann", content="Mended.", gmt="2019-03-01 10:00:00")
    )
    lines = load("wordpress", write_wxr(path, changed)).stdout.splitlines()
    assert lines[:2] == ["imported 0", "updated 2"]
    assert "  1 decided or edited here since it was imported" in lines
    after = stored()
    assert after["Waits"]["status"] == "rejected"
    assert after["Trashed"]["status"] == "published"
    assert after["Ann"]["body"] == "Mended."
    assert (after["Ann"]["id"], after["Bo"]["parent_id"]) == (before["Ann"]["id"],) * 2


def test_nobody_is_told_of_what_an_import_brings_over(
    load: Any, stored: Any, admin: Any, runtime: Any, tmp_path: Path
) -> None:
    hook = {"url": "https://news.example/hook"}
    assert admin.post("/api/v1/sites/demo/webhooks", json=hook).status_code == 201
    admin.patch("/api/v1/sites/demo", json={"mail_authors": True})
    path = tmp_path / "x.xml"
    told: list[object] = []
    runtime.store.on_commit(told.extend)
    for approved in ("0", "1", "spam", "1"):
        load("wordpress", write_wxr(path, wxr_item(wxr_comment(1, approved=approved))))
    assert stored()["Reader 1"]["status"] == "published"
    with runtime.store.read() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []
        assert session.scalars(select(Mail)).all() == []
    assert told == []


def test_text_that_was_removed_in_time_does_not_come_back(
    load: Any, stored: Any, runtime: Any, clock: Any, tmp_path: Path
) -> None:
    path = write_wxr(tmp_path / "x.xml", wxr_item(wxr_comment(1, approved="spam")))
    load("wordpress", path)
    assert stored()["Reader 1"]["body"] == "Comment number 1."
    clock.move(days=91)
    runtime.services.sweep()
    for content in ("Comment number 1.", "Another text."):
        for approved in ("spam", "1"):
            changed = wxr_comment(1, approved=approved, content=content)
            lines = load("wordpress", write_wxr(path, wxr_item(changed))).stdout.splitlines()
            assert lines[1] == "updated 0"
            assert "  1 text removed here when its time was over" in lines
            row = stored()["Reader 1"]
            assert (row["body"], row["status"]) == ("", "spam")
    with runtime.store.read() as session:
        assert session.scalar(select(ImportedComment.digest)) == ""


def test_replies_find_their_parents_across_chunks_and_in_circles(
    load: Any, stored: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.services.import_comments.CHUNK", 2)
    body = "".join(
        wxr_comment(number, author=f"n{number}", parent=parent)
        for number, parent in [(5, 4), (4, 3), (3, 2), (2, 1), (1, 0), (6, 99), (7, 8), (8, 7), (9, 10), (20, 20), (10, 9)]
    )  # fmt: skip
    result = load("wordpress", write_wxr(tmp_path / "x.xml", wxr_item(body)))
    assert result.exit_code == 0, result.stderr
    rows = stored()
    for number in (5, 4, 3, 2):
        assert rows[f"n{number}"]["parent_id"] == rows[f"n{number - 1}"]["id"]
    assert rows["n1"]["parent_id"] is None
    assert rows["n6"]["parent_id"] is None
    assert rows["n20"]["parent_id"] is None
    for one, other in ((7, 8), (9, 10)):
        parents = {rows[f"n{one}"]["parent_id"], rows[f"n{other}"]["parent_id"]}
        assert None in parents
        assert len(parents) == 2
    assert result.stdout.splitlines()[-1].endswith("kept as comments of their own 1")
    # The missing parent comes with a later file.
    late = wxr_item(wxr_comment(99, author="n99"))
    assert "kept as" not in load("wordpress", write_wxr(tmp_path / "y.xml", late)).stdout
    rows = stored()
    assert rows["n6"]["parent_id"] == rows["n99"]["id"]


def test_dry_run_tells_what_would_come_and_stores_nothing(
    load: Any, stored: Any, tmp_path: Path
) -> None:
    path = _wordpress(tmp_path)
    trial = load("wordpress", path, "--dry-run")
    assert trial.exit_code == 0
    assert stored() == {}
    real = load("wordpress", path).stdout.replace("imported", "would be imported", 1)
    assert trial.stdout == real.replace("updated 0", "would be updated 0")
    again = load("wordpress", path, "--dry-run").stdout.splitlines()
    assert again[2] == "unchanged 6"


def test_pages_move_to_the_sites_origins(load: Any, client: Any, tmp_path: Path) -> None:
    path = write_wxr(
        tmp_path / "x.xml",
        wxr_item(wxr_comment(1), link="https://old.example/tower?a=b#more"),
        wxr_item(wxr_comment(2), link="http://news.example/bridge"),
    )
    result = load("wordpress", path, "--map-origin", "https://old.example=https://news.example")
    assert result.stdout.startswith("imported 2 ")
    assert len(_public(client, "https://news.example/tower?a=b")) == 1
    assert len(_public(client)) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map-origin", "https://old.example"], "OLD=NEW"),
        (["--map-origin", "old=https://news.example"], "map-origin"),
        (["--map-origin", "https://a.example=https://b.example"], "not one of the site's origins"),
        (["--base-url", "news.example"], "base-url"),
    ],
)
def test_wrong_options_are_named(load: Any, tmp_path: Path, options: Any, said: str) -> None:
    result = load("wordpress", _wordpress(tmp_path), *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_disqus_posts_find_their_threads_and_parents(
    load: Any, stored: Any, client: Any, tmp_path: Path
) -> None:
    path = tmp_path / "disqus.xml.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(DISQUS)
    result = load("disqus", path)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "imported 3 (published 2, spam 1)"
    assert "  1 deleted where it comes from" in result.stdout.splitlines()
    assert "    1 on https://preview.example" in result.stdout.splitlines()
    ann, bo = _public(client)
    assert ann["body"] == "A fine bridge.\n\nReally."
    assert bo["parent_id"] == ann["id"]
    assert 'href="https://maps.example/x?a=1&amp;b=2"' in bo["body_html"]
    assert (stored()["Ann"]["email"], stored()["Bo"]["email"]) == ("ann@example.com", "")


def test_isso_comments_lie_on_the_sites_first_origin(
    load: Any, stored: Any, client: Any, moderator: Any, tmp_path: Path
) -> None:
    result = load("isso", write_isso(tmp_path / "comments.db"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "imported 4 (published 3, queued 1)"
    assert result.stdout.splitlines()[-1].endswith("kept as comments of their own 1")
    ann, nobody, _ = _public(client)
    assert "<strong>fine</strong>" in ann["body_html"]
    assert ann["created_at"] == "2016-03-01T08:00:00.250000Z"
    assert (nobody["author"]["name"], nobody["parent_id"]) == ("Anonymous", ann["id"])
    assert nobody["edited_at"] == "2016-03-01T08:03:20Z"
    assert stored()["Bo"]["website"] is None
    # Authors without an address are not taken for one and the same.
    (waits,) = moderator.get("/api/v1/queue").json["items"]
    assert waits["author"]["history"] == {"published": 0, "rejected": 0, "queued": 1}


def test_remark42_backup_is_read_compressed(
    load: Any, client: Any, stored: Any, tmp_path: Path
) -> None:
    result = load("remark42", write_remark42(tmp_path / "backup.gz"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "imported 2 (published 2)"
    bo, ann = _public(client)
    assert (ann["body"], bo["body"]) == ("I **like** it > all", "Me *too*")
    assert bo["parent_id"] == ann["id"]
    assert (bo["author"]["name"], bo["created_at"]) == ("Bo & Co", "2021-02-03T03:05:07.123456Z")
    assert ann["edited_at"] == "2021-02-03T04:06:06Z"
    assert (stored()["Ann"]["email"], stored()["Bo & Co"]["email"]) == ("ann@example.com", "")


def test_plain_rows_in_csv_and_jsonl(load: Any, stored: Any, tmp_path: Path) -> None:
    table = tmp_path / "comments.csv"
    table.write_text(
        "id;page_url;name;email;body;created_at;status;parent_id;karma\n"
        f'1;{PAGE};Ann;ann@example.com;"Two\nlines";2020-01-02 03:04:05;approved;;7\n'
        f"2;{PAGE};Bo;;'=1+1;2020-01-02T03:04:06+02:00;;1;\n"
        f"3;{PAGE};Cy;;x;yesterday;approved;;\n"
        f"4;{PAGE};Di;;x;1577934245;unheard-of;;\n",
        encoding="utf-8-sig",
    )
    result = load("csv", table)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "imported 2 (published 1, queued 1)"
    rows = stored()
    assert (rows["Ann"]["body"], rows["Bo"]["body"]) == ("Two\nlines", "=1+1")
    assert rows["Bo"]["parent_id"] == rows["Ann"]["id"]
    assert rows["Bo"]["created_at"] == "2020-01-02T01:04:06Z"
    lines = tmp_path / "comments.jsonl"
    lines.write_text(
        json.dumps({"id": 1, "page_url": PAGE, "body": "\ud800 x", "created_at": 1577934245})
        + "\n\n"
    )
    result = load("jsonl", lines)
    assert result.stdout.splitlines()[0] == "imported 1 (queued 1)"
    assert stored()["Anonymous"]["body"] == "\ufffd x"


def test_import_goes_on_where_a_truncated_file_stopped(
    load: Any, client: Any, tmp_path: Path
) -> None:
    whole = "".join(wxr_comment(number) for number in range(1, 8))
    text = WXR_HEAD + wxr_item(whole) + WXR_TAIL
    path = tmp_path / "export.xml"
    path.write_text(text[: text.index("<wp:comment_id>5")])
    broken = load("wordpress", path)
    assert broken.exit_code == 1
    assert broken.stdout.splitlines()[0] == "imported 4 (published 4)"
    assert "the file ends in the middle" in broken.stderr
    assert "nothing is stored twice" in broken.stderr
    path.write_text(text)
    assert load("wordpress", path).stdout.splitlines()[:3] == [
        "imported 3 (published 3)", "updated 0", "unchanged 4",
    ]  # fmt: skip
    assert len(_public(client)) == 7


def test_erased_comment_does_not_come_back(
    load: Any, stored: Any, runtime: Any, client: Any, tmp_path: Path
) -> None:
    path = _wordpress(tmp_path)
    load("wordpress", path)
    receipts = runtime.services.import_comments._receipts
    token = receipts.token(stored()["Ann"]["id"])
    own = client.get(f"/api/v1/receipts/{token}/export").json
    assert (own["source"], own["external_id"]) == ("wordpress", "11")
    assert client.delete(f"/api/v1/receipts/{token}?erase=1").status_code in (200, 204)
    assert "  1 erased here at its author's wish" in load("wordpress", path).stdout.splitlines()
    assert "Ann" not in stored()


def test_unknown_site_and_file_are_refused(load: Any, run: Any, tmp_path: Path) -> None:
    path = _wordpress(tmp_path)
    missing = run("import", "wordpress", str(path), "--site", "nowhere")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert load("wordpress", tmp_path / "nothing.xml").exit_code == 2


def test_comment_that_its_author_withdrew_there_is_withdrawn_here(
    load: Any, stored: Any, tmp_path: Path
) -> None:
    path = tmp_path / "comments.jsonl"

    def write(**fields: Any) -> None:
        row = {
            "id": "a",
            "page_url": "/bridge",
            "body": "Hello.",
            "created_at": "2020-01-01",
            "name": "Ann",
        }
        path.write_text(json.dumps({**row, **fields}))

    for status, outcome in (
        ("approved", "published"),
        ("withdrawn", "withdrawn"),
        ("approved", "withdrawn"),
    ):
        write(status=status)
        assert load("jsonl", path).exit_code == 0
        assert stored()["Ann"]["status"] == outcome


def test_two_imports_at_once_store_each_comment_once(
    runtime: Any, stored: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.services.import_comments.CHUNK", 5)
    body = "".join(wxr_comment(number, author=f"n{number}") for number in range(1, 41))
    path = write_wxr(tmp_path / "x.xml", wxr_item(body))
    order, reports = ImportOrder("demo", "wordpress"), [ImportReport(), ImportReport()]

    def work(report: ImportReport) -> None:
        with export_in(path, "wordpress") as export:
            runtime.services.import_comments(OPERATOR, order, export.items, report)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, reports))
    assert sum(report.imported.total() for report in reports) == 40
    assert sum(report.unchanged for report in reports) == 40
    assert len(stored()) == 40


def test_what_was_rolled_back_is_not_counted(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("wordpress", _wordpress(tmp_path))
    mended = wxr_comment(11, author="Ann", content="Mended.", gmt="2019-03-01 10:00:00")
    new = wxr_comment(99, author="New", content="One more.", gmt="2019-03-02 10:00:00")
    path = write_wxr(tmp_path / "later.xml", wxr_item(mended + new))

    def fail(*_: Any) -> int:
        raise Unavailable("The store is busy.", retry_after_s=5)

    with monkeypatch.context() as patched:
        patched.setattr(sites, "close_pages", fail)
        broken = load("wordpress", path)
    assert broken.exit_code == 1
    assert "updated 1" not in broken.output
    assert "imported 1" not in broken.output
    assert load("wordpress", path).stdout.splitlines()[:2] == [
        "imported 1 (published 1)", "updated 1",
    ]  # fmt: skip
