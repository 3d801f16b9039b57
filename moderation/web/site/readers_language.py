"""In which language a reader is answered."""

from __future__ import annotations

from flask import request

from moderation.reader_texts import chosen


def readers_language() -> str:
    """The language that the request asks for by ``lang``, else by its browser's settings."""
    return chosen(request.args.get("lang", ""), *request.accept_languages.values())
