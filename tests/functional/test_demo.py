"""The demonstration that ``make run`` opens with."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.cli import register_commands
from tests.conftest import OPERATOR


@pytest.fixture
def prepare(app: Any) -> Any:
    register_commands(app)
    return lambda: app.test_cli_runner().invoke(args=["prepare-demo"])


def test_address_comes_first_and_the_article_is_there(
    prepare: Any, client: Any, runtime: Any
) -> None:
    # The fixture's site has the demo's name and none of this service's origins.
    assert client.get("/demo").status_code == 404
    assert "demo article" not in client.get("/login").text
    first = prepare()
    assert first.stdout.splitlines()[0] == "demo article  https://comments.example/demo"
    assert "https://comments.example" in runtime.services.sites.get(OPERATOR, "demo").origins
    answer = client.get("/demo")
    assert answer.status_code == 200
    assert '<script src="/embed.js" data-site="demo" async></script>' in answer.text
    assert '<link rel="canonical" href="https://comments.example/demo">' in answer.text
    assert '<a href="/demo">The demo article</a>' in client.get("/login").text
    origins = runtime.services.sites.get(OPERATOR, "demo").origins
    prepare()
    assert runtime.services.sites.get(OPERATOR, "demo").origins == origins


def test_every_page_names_the_icon_and_it_is_there_for_who_asks_by_habit(client: Any) -> None:
    for path in ("/demo", "/login", "/docs", "/nothing-here"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.text.count('<link rel="icon" href="/static/icon.svg"') == 1, path
        assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")
    assert b"<svg" in icon.data
