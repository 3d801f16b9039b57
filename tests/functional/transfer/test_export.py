"""A site's comments written to a file, and read again by our own import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.transfer.foreign_files import write_wxr, wxr_comment, wxr_item

BODIES = [
    "Plain & <b>not bold</b>, 2 * 3, snake_case.",
    "Two paragraphs,\n\nwith *emphasis*, **strength**,\na break and [a link](https://a.example/?x=1&y=2).",
    "> quoted\n> twice\n\nand `code *x*`",
    "- one\n- two",
    "```\nif x < 1:\n    ]]> break\n```",
    "=1+1 \uff1d \ufffe\u0085 'x' 1986. \\* \u202e",
]  # fmt: skip


@pytest.fixture
def filled(submit: Any, admin: Any, tmp_path: Path, run: Any) -> dict[str, str]:
    """Comments in every state on ``demo``, some of them from WordPress; ids by name."""
    path = write_wxr(
        tmp_path / "old.xml",
        wxr_item(
            wxr_comment(31, author="Old")
            + wxr_comment(32, author="Reply", parent=31)
            + wxr_comment(33, author="Spam", approved="spam")
            + wxr_comment(34, author="Trash", approved="trash")
        ),
    )
    assert run("import", "wordpress", str(path), "--site", "demo").exit_code == 0
    for number, body in enumerate(BODIES):
        submit(name=f"Body {number}", email=f"b{number}@example.com", body=body)
    ids = {row["name"]: row["id"] for row in _rows(admin)}
    submit(
        name="'=Child", parent_id=ids["Old"], email="c@example.com", page_title="The <old> bridge"
    )
    submit(name="Held", body="{insult=0.9}")
    gone = submit(name="Gone", email="gone@example.com").json
    assert submit(name="Orphan", parent_id=gone["id"], email="o@example.com").status_code == 201
    receipt = gone["receipt"]["token"]
    assert admin.client.delete(f"/api/v1/receipts/{receipt}").status_code in (200, 204)
    return {row["name"]: row["id"] for row in _rows(admin)}


def _rows(admin: Any, site: str = "demo") -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in admin.get(f"/api/v1/sites/{site}/export").text.splitlines()
    ]


def _import(run: Any, source: str, path: Path) -> Any:
    moved = "https://news.example=https://other.example"
    result = run("import", source, str(path), "--site", "other", "--map-origin", moved)
    assert result.exit_code == 0, result.stderr
    return result


@pytest.mark.parametrize("form", ["jsonl", "csv", "wxr"])
def test_export_comes_back_whole(
    form: str, filled: Any, run: Any, admin: Any, client: Any, tmp_path: Path
) -> None:
    path = tmp_path / f"comments.{form}"
    made = run("export", "--site", "demo", "--format", form, "--output", str(path))
    assert (made.exit_code, made.stdout) == (0, ""), made.stderr
    assert path.read_bytes().decode() == admin.get(f"/api/v1/sites/demo/export?format={form}").text
    result = _import(run, "wordpress" if form == "wxr" else form, path)
    assert "unchanged 0" in result.stdout
    before = {row["name"]: row for row in _rows(admin)}
    after = {row["name"]: row for row in _rows(admin, "other")}
    if form == "wxr":
        # Its author has withdrawn it; other systems do not know that state.
        del before["Gone"]
        before["Orphan"]["parent_id"] = None
        assert (after["Old"]["external_id"], after["Reply"]["external_id"]) == ("31", "32")
    assert set(after) == set(before)
    names = {row["id"]: row["name"] for row in before.values()}
    new_names = {row["id"]: row["name"] for row in after.values()}
    for name, row in before.items():
        copy = after[name]
        for field in ("status", "email", "website"):
            assert copy[field] == row[field], (name, field)
        assert copy["created_at"][:19] == row["created_at"][:19]
        assert new_names.get(copy["parent_id"]) == names.get(row["parent_id"]), name
        # XML has no place for U+FFFE.
        shown = _shown(client, row["body"]).replace("\ufffe", "" if form == "wxr" else "\ufffe")
        assert _shown(client, copy["body"]) == shown
    if form != "wxr":
        assert [row["body"] for row in after.values()] == [row["body"] for row in before.values()]
    again = _import(run, "wordpress" if form == "wxr" else form, path).stdout.splitlines()
    assert again[:2] == ["imported 0", "updated 0"]


def _shown(client: Any, body: str) -> str:
    sent = {"body": body}
    return str(client.post("/api/v1/sites/demo/comments/preview", json=sent).json["body_html"])


def test_own_export_does_not_double_a_sites_comments(
    filled: Any, run: Any, admin: Any, tmp_path: Path
) -> None:
    path = tmp_path / "comments.jsonl"
    run("export", "--site", "demo", "--output", str(path))
    result = run("import", "jsonl", str(path), "--site", "demo")
    assert result.stdout.splitlines()[0] == "imported 0"
    assert f"  {len(filled)} is a comment of this site already" in result.stdout.splitlines()
    assert len(_rows(admin)) == len(filled)


def test_export_names_a_wrong_site_and_place(run: Any, tmp_path: Path) -> None:
    assert run("export", "--site", "nowhere").exit_code == 1
    wrong = run("export", "--site", "demo", "--output", str(tmp_path / "no" / "folder"))
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "cannot be written" in wrong.stderr
    assert run("export", "--site", "demo").stdout == ""
