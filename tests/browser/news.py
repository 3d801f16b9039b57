"""A newspaper on an origin of its own: what a site's page with the embed looks like."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser.live import OPERATOR, Live

ARTICLE = """<!doctype html>
<html lang="{lang}" dir="{dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>A bridge over the Linn</title>
<link rel="stylesheet" href="/news.css">
</head><body><main><h1>A bridge over the Linn</h1><p>The article.</p>
{embed}
</main></body></html>"""
DOCS = Path(__file__).parents[2] / "docs" / "embedding.md"
NAMED = re.compile("script-src |trusted-types ")
STYLE = "body { max-width: 43rem; margin: 0 auto; padding: 1rem; font-family: serif; background: Canvas; }"


@dataclass
class News:
    """A web server of pages; each may have a content security policy.

    Attributes:
        pages: path to (HTML, policy or None).
        complaints: what browsers reported as violations of a policy.
    """

    url: str
    live: Live
    pages: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """As strict as a page can be: what docs/embedding.md names, and nothing else."""
        named = [line for line in DOCS.read_text("utf-8").splitlines() if NAMED.match(line)]
        assert len(named) == 2, named
        rest = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
        policy = "; ".join([rest, "require-trusted-types-for 'script'", *named])
        return policy.replace("https://comments.example", self.live.url)

    def script(self, attributes: str = "") -> str:
        return f'<script src="{self.live.url}/embed.js" data-site="gazette" {attributes} async></script>'

    def publish(self, path: str, embed: str, *, lang: str = "en", policy: str | None = None) -> str:
        """Put a page on the site; its address."""
        html = ARTICLE.format(embed=embed, lang=lang, dir="rtl" if lang == "ar" else "ltr")
        self.pages[path] = (html, self.policy if policy is None else policy)
        return self.url + path


@contextmanager
def newspaper(live: Live) -> Iterator[News]:
    """Run the newspaper, and name its origin among those of the site ``gazette``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            html, policy = news.pages.get(path, (None, None))
            body = STYLE if path == "/news.css" else html
            self.send_response(200 if body is not None else 404)
            kind = "text/css" if path == "/news.css" else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    news = News(f"http://127.0.0.1:{server.server_port}", live)
    origins = [news.url, "https://news.example"]
    live.runtime.services.sites.change(OPERATOR, "gazette", {"origins": origins})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield news
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
