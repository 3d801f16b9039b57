"""What cannot be read is said with its line, whatever the bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from moderation.importers.broken_file import BrokenFile
from moderation.importers.formats import export_in
from tests.functional.transfer.foreign_files import DISQUS, WXR_HEAD, wxr_comment, wxr_item

BOMB = '<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">\n]>\n<rss><channel>&b;</channel></rss>'
GOOD = wxr_item(wxr_comment(1))
END = (WXR_HEAD + GOOD).count("\n") + 1


@pytest.mark.parametrize(
    ("source", "content", "said"),
    [
        ("wordpress", BOMB, "line 2: a document type declaration"),
        ("wordpress", WXR_HEAD + GOOD, f"line {END}: the file ends in the middle"),
        ("wordpress", WXR_HEAD + GOOD + "<item>\n<title>a & b", f"line {END + 1}: not XML"),
        ("wordpress", DISQUS, "line 2: begins with <disqus> where <rss> is expected"),
        ("wordpress", (WXR_HEAD + GOOD + "<item><title>Z").encode() + b"\xfcrich</title>", f"line {END}: not XML"),
        ("wordpress", '<?xml version="1.0" encoding="klingon"?>\n<rss/>', "line 1: "),
        ("wordpress", "<rss>" + "<x>" * 200, "nested deeper than 100"),
        ("wordpress", gzip.compress(b"<rss>" * 999, mtime=0)[:40], "damaged or end too soon"),
        ("wordpress", "", "line 1: the file ends in the middle"),
        ("disqus", DISQUS.replace("</disqus>", "<post>"), "the file ends in the middle"),
        ("isso", "no database", "is not an Isso database"),
        ("remark42", '{"version": 7}\n', "line 1: version 7, only 1 is known"),
        ("remark42", '{"version": 1}\n{"id": "x", ', "line 2: not JSON"),
        ("jsonl", '{"id": "1"}\n["x"]\n', "line 2: not a JSON object"),
        ("jsonl", "[" * 100_000, "line 1: nested too deeply"),
        ("jsonl", b'{"id": "1"}\n\xff\n', "line 2: not valid UTF-8"),
        ("csv", "id,body\n1,x\n", "line 1: has no column page_url, created_at"),
        ("csv", 'id,page_url,body,created_at\n1,"x"y,b,2020-01-01\n', "line 2: not CSV"),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, source: str, content: str | bytes, said: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BrokenFile) as refused, export_in(path, source) as export:
        list(export.items)
    assert said in refused.value.message


def test_element_without_an_end_is_not_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.importers.xml_stream.ELEMENT_MAX", 1_000)
    path = tmp_path / "x.xml"
    path.write_text(WXR_HEAD + wxr_item(wxr_comment(1, content="x" * 1_001)))
    with (
        pytest.raises(BrokenFile, match="one element has more than 1,000 characters"),
        export_in(path, "wordpress") as export,
    ):
        list(export.items)
