"""``embed.js``: one file for site pages, put together from the parts in ``embed/``.

The parts are plain scripts that share one function's scope. Comments and indentation are
left out, the style sheet and the English texts are written in; nothing else is changed,
so the sources can be read and changed without any tool.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, request

from moderation.errors import NotFound
from moderation.reader_texts import DEFAULT, OTHER_PARTS, languages, words
from moderation.web.api.conditional import etag_header, not_modified
from moderation.web.auth import access

blueprint = Blueprint("embed", __name__)

PARTS: Final = (
    "page", "words", "elements", "memory", "calls", "report", "thread", "own", "form",
    "counts", "main",
)  # fmt: skip
_SOURCES: Final = Path(__file__).parent / "embed"
# The page without a script has the same looks, so the sheet lies with the static files.
_STYLE: Final = Path(__file__).parents[1] / "static" / "site" / "embed.css"
# Any page may load these, whatever isolation it asks for; they hold nothing of anybody.
_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=600, stale-while-revalidate=86400",
    "Vary": "Accept-Encoding",
}


@blueprint.route("/embed.js", methods=["GET"])
@access("public")
def show_script() -> Response:
    """The script that shows a page's comments."""
    return _answer(embed_script(), "text/javascript")


@blueprint.route("/embed/words/<language>.json", methods=["GET"])
@access("public")
def show_words(language: str) -> Response:
    """The embed's texts in one language."""
    if language not in languages():
        raise NotFound("There are no texts in this language.")
    return _answer(json.dumps(_texts(language), ensure_ascii=False, indent=1), "application/json")


@cache
def embed_script() -> str:
    """The whole script as it is served."""
    code = "".join(_lean((_SOURCES / f"{part}.js").read_text("utf-8"), "//") for part in PARTS)
    style = _lean(_STYLE.read_text("utf-8"), None)
    for name, value in (("LANGUAGES", languages()), ("ENGLISH", _texts(DEFAULT)), ("STYLE", style)):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        code = code.replace(f"= {name};", f"= {text};").replace(f"({name})", f"({text})")
    return f'"use strict";(()=>{{\n{code}}})();\n'


def _texts(language: str) -> dict[str, Any]:
    """Without the parts that other pages show."""
    return {name: text for name, text in words(language).items() if name not in OTHER_PARTS}


def _lean(source: str, comment: str | None) -> str:
    """A source without indentation, empty lines and comments that stand on lines of their own.

    Args:
        comment: what a comment's line begins with; None for style sheets, where they
            stand between ``/*`` and ``*/``.
    """
    while comment is None and "/*" in source:
        before, _, rest = source.partition("/*")
        source = before + rest.partition("*/")[2]
    lines = [line.strip() for line in source.splitlines()]
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(comment or "\n"))


def _answer(text: str, kind: str) -> Response:
    tag = sha256(text.encode()).hexdigest()[:32]
    unchanged = not_modified(tag)
    if unchanged is not None:
        unchanged.headers.update(_HEADERS)
        return unchanged
    answer = Response(
        text, content_type=f"{kind}; charset=utf-8", headers=_HEADERS | etag_header(tag)
    )
    if request.accept_encodings["gzip"] > 0:
        answer.set_data(_packed(text))
        answer.content_encoding = "gzip"
    return answer


@cache
def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)
