"""The commands that close single pages: ``flask close-page`` and ``flask open-page``."""

from __future__ import annotations

import click

from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.domain.principals import OPERATOR


def close_page_command(runtime: Runtime) -> click.Command:
    """``flask close-page``."""
    return _command(runtime, "close-page", "Have a page take no more comments.", closed=True)


def open_page_command(runtime: Runtime) -> click.Command:
    """``flask open-page``."""
    return _command(runtime, "open-page", "Have a closed page take comments again.", closed=False)


def _command(runtime: Runtime, name: str, meaning: str, *, closed: bool) -> click.Command:
    @click.command(name, help=meaning)
    @click.argument("url")
    @click.option("--site", "slug", required=True, metavar="SLUG")
    @plainly
    def command(url: str, slug: str) -> None:
        changed = runtime.services.close_page(OPERATOR, slug, url, closed=closed)
        state = "closed" if closed else "open"
        click.echo(f"{state} now" if changed else f"{state} already")

    return command
