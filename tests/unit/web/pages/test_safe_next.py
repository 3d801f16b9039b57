"""Where a sign-in may go on to."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.web.pages.page_context import safe_next

HERE = "https://comments.example/login"


@pytest.mark.parametrize("path", ["/queue", "/queue?site=a&q=%20b#m1", "/comments/1/author"])
def test_a_path_of_this_service_is_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "wanted",
    [None, "", "queue", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example",
     "/a\r\nSet-Cookie: x=1", " //evil.example", "/ /evil.example"],
)  # fmt: skip
def test_anything_else_becomes_the_first_page(wanted: str | None) -> None:
    assert safe_next(wanted) == "/"


@given(st.text(alphabet=st.sampled_from("/\\.:@ab\t\r\n ?#%"), max_size=12))
def test_no_address_leads_to_another_host(wanted: str) -> None:
    # A browser drops tabs and line ends and reads a backslash as a slash.
    read = safe_next(wanted)
    as_browser = read.translate({9: None, 10: None, 13: None}).replace("\\", "/")
    assert urlsplit(urljoin(HERE, as_browser)).netloc == "comments.example"
