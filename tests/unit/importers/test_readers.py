"""What readers make of unusual files: no bytes bring anything but comments or a plain refusal."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.foreign_comment import SOURCES, ForeignComment, Item, Unfit
from moderation.importers.broken_file import BrokenFile
from moderation.importers.formats import export_in
from tests.functional.transfer.foreign_files import (
    DISQUS,
    WXR_HEAD,
    WXR_TAIL,
    write_isso,
    write_remark42,
    wxr_comment,
    wxr_item,
)

WXR = WXR_HEAD + wxr_item(wxr_comment(1) + wxr_comment(2, parent=1)) + WXR_TAIL


def _read(path: Path, source: str) -> list[Item]:
    with export_in(path, source) as export:
        return list(export.items)


@pytest.mark.parametrize(
    "text",
    [
        WXR,
        WXR.replace("export/1.2/", "export/1.0/"),
        WXR.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
        # Other programs put the link after the comments.
        WXR.replace("<link>https://news.example/bridge</link>", "").replace(
            "</item>", "<link>https://news.example/bridge</link></item>"
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_all_kinds_of_wxr_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    if encoding == "utf-16":
        text = text.replace("ISO-8859-1", "UTF-16").replace("UTF-8", "UTF-16")
    path = tmp_path / "export.xml"
    path.write_bytes(text.encode(encoding))
    comments = _read(path, "wordpress")
    assert [one.parent_id for one in comments if isinstance(one, ForeignComment)] == [None, "1"]
    assert {one.page_url for one in comments if isinstance(one, ForeignComment)} == {
        "https://news.example/bridge"
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A good file of each system, by its name."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        "wordpress": WXR.encode(),
        "disqus": DISQUS.encode(),
        "isso": write_isso(folder / "comments.db").read_bytes(),
        "remark42": gzip.decompress(write_remark42(folder / "backup.gz").read_bytes()),
        "csv": b"id,page_url,body,created_at\n1,/a,Hello,2020-01-01\n2,/a,More,2020-01-02\n",
        "jsonl": b'{"id": 1, "page_url": "/a", "body": "x", "created_at": "2020-01-01"}\n' * 3,
    }


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(source=st.sampled_from(SOURCES), data=st.data())
def test_damaged_file_is_read_or_refused_plainly(
    whole: dict[str, bytes], tmp_path: Path, source: str, data: st.DataObject
) -> None:
    good = whole[source]
    at = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 40))
    damaged = good[:at] + data.draw(st.binary(max_size=40)) + good[at + length :]
    path = tmp_path / "file"
    path.write_bytes(damaged)
    items: list[Item] = []
    with contextlib.suppress(BrokenFile):
        items = _read(path, source)
    assert all(isinstance(item, ForeignComment | Unfit) for item in items)
