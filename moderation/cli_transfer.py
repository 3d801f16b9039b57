"""The commands that bring comments in and out: ``flask import`` and ``flask export``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from tqdm import tqdm

from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.domain.foreign_comment import SOURCES, Item
from moderation.domain.principals import OPERATOR
from moderation.errors import InvalidInput
from moderation.importers.broken_file import BrokenFile
from moderation.importers.formats import Export, export_in
from moderation.services.import_comments import ImportOrder
from moderation.services.import_report import ImportReport
from moderation.web.export_files import FORMATS, export_file

_SHOW_EVERY = 200
_HOW_TO_GO_ON = (
    "The file could not be read to its end. What stands before the place below has been "
    "imported; run the command again with the mended file, nothing is stored twice."
)


def import_command(runtime: Runtime) -> click.Command:
    """``flask import``."""

    @click.command("import")
    @click.argument("source", type=click.Choice(SOURCES))
    @click.argument("path", metavar="FILE",
                    type=click.Path(path_type=Path, exists=True, dir_okay=False))  # fmt: skip
    @click.option("--site", "slug", required=True, metavar="SLUG", help="Takes the comments.")
    @click.option("--dry-run", is_flag=True, help="Count, and store nothing.")
    @click.option("--map-origin", "moved", multiple=True, metavar="OLD=NEW",
                  help="Pages on OLD lie on NEW, one of the site's origins, now; may be repeated.")  # fmt: skip
    @click.option("--base-url", "base", metavar="URL",
                  help="The origin of pages that the file names by their path alone (Isso); "
                       "the site's first by default.")  # fmt: skip
    @click.option(
        "--leave-open",
        is_flag=True,
        help="Pages that take no more comments there go on taking them here.",
    )
    @plainly
    def import_file(
        source: str, path: Path, slug: str, moved: tuple[str, ...], base: str | None, *,
        dry_run: bool, leave_open: bool,
    ) -> None:  # fmt: skip
        """Take over comments and what was decided about them; run it again to go on.

        FILE may be compressed with gzip. A comment is recognised by its id, so that nothing
        is stored twice. Afterwards `flask rescore` scores what has come.
        """
        order = ImportOrder(slug, source, dict(map(_pair, moved)), base, dry_run, leave_open)
        report = ImportReport(dry_run)
        whole = False
        try:
            with (
                export_in(path, source) as export,
                tqdm(total=export.total, unit=export.unit, unit_scale=True, disable=None) as bar,
            ):
                items = _shown(export, bar)
                runtime.services.import_comments(OPERATOR, order, items, report)
            whole = True
        except BrokenFile:
            if report.touched and not dry_run:
                click.echo(_HOW_TO_GO_ON, err=True)
            raise
        finally:
            if whole or report.touched:
                click.echo("\n".join(report.lines()))

    return import_file


def export_command(runtime: Runtime) -> click.Command:
    """``flask export``."""

    @click.command("export")
    @click.option("--site", "slug", required=True, metavar="SLUG")
    @click.option(
        "--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True
    )
    @click.option("--output", "path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
                  help="Written whole or not at all; standard output when left out.")  # fmt: skip
    @plainly
    def export_file_command(slug: str, form: str, path: Path | None) -> None:
        """Write all comments of a site, emails included, erased ones left out.

        wxr is WordPress's export format, which most other systems read too.
        """
        parts = export_file(runtime.services, OPERATOR, slug, form)
        with tqdm(parts, unit=" parts", disable=None) as bar:
            if path is None:
                for part in bar:
                    click.echo(part, nl=False)
                return
            unfinished = path.with_name(f"{path.name}.part")
            try:
                with unfinished.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(bar)
                unfinished.replace(path)
            except OSError as error:
                raise InvalidInput({"output": [f"{path} cannot be written: {error}"]}) from None

    return export_file_command


def _pair(text: str) -> tuple[str, str]:
    old, divider, new = text.partition("=")
    if not divider:
        raise InvalidInput({"map-origin": ["Must be OLD=NEW, two origins."]})
    return old, new


def _shown(export: Export, bar: tqdm) -> Iterator[Item]:
    """The items, moving the progress bar as they go by."""
    for number, item in enumerate(export.items, 1):
        yield item
        if number % _SHOW_EVERY == 0:
            bar.update((export.position() if export.position else number) - bar.n)
    bar.update(export.total - bar.n)
