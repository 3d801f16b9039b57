"""Filters in a page's address: what is read, left out, and written again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from moderation.web.pages.queue_filters import Filters, read_filters

FULL = {
    "site": "gazette",
    "label": "threat",
    "min_score": "0.5",
    "max_score": "0.75",
    "reason": "links",
    "q": "50% & more",
    "holder": "me",
    "escalated": "1",
    "sort": "oldest",
}


def test_every_filter_is_read_and_asked_for() -> None:
    query = read_filters(MultiDict(FULL)).query
    assert (query.site, query.label, query.reason, query.q) == (
        "gazette", "threat", "links", "50% & more",
    )  # fmt: skip
    assert (query.min_score, query.max_score) == (0.5, 0.75)
    assert (query.holder, query.escalated, query.sort) == ("me", True, "oldest")


def test_an_address_gives_the_same_filters_back() -> None:
    filters = read_filters(MultiDict(FULL))
    parts = urlsplit(filters.address())
    assert parts.path == "/queue"
    assert read_filters(MultiDict(parse_qsl(parts.query))) == filters


def test_a_change_replaces_one_filter_and_none_removes_it() -> None:
    filters = read_filters(MultiDict(FULL))
    changed = dict(parse_qsl(urlsplit(filters.address(site=None, sort="priority")).query))
    assert "site" not in changed
    assert "sort" not in changed
    assert changed["q"] == FULL["q"]


def test_no_filter_is_a_bare_address() -> None:
    assert Filters().address() == "/queue"
    assert Filters().address("/queue/batch") == "/queue/batch"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("label", "rudeness"),
        ("sort", "random"),
        ("holder", "them"),
        ("min_score", "nan"),
        ("min_score", "-1"),
        ("max_score", "inf"),
        ("max_score", "1e400"),
        ("q", "nul\x00"),
        ("q", "   "),
        ("q", "half \ud800"),
        ("escalated", "yes"),
    ],
)
def test_a_bad_value_is_left_out(name: str, value: str) -> None:
    assert read_filters(MultiDict({name: value})) == Filters()


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.text(max_size=300)))
def test_any_address_is_read(sent: dict[str, str]) -> None:
    filters = read_filters(MultiDict(sent))
    assert len(filters.q or "") <= 200
    again = urlsplit(filters.address()).query
    assert read_filters(MultiDict(parse_qsl(again, keep_blank_values=True))) == filters
