"""``flask scorers``: which models there are, and bringing others to this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.scoring.download import Progress
from moderation.scoring.installed import fetch_scorer, import_scorer, name_of_file
from moderation.scoring.inventory import inventory

PRECISIONS = ("int8", "fp32")
PATH = click.Path(path_type=Path)


def scorers_commands(runtime: Runtime) -> click.Group:
    """``flask scorers``."""
    instance = runtime.settings.instance

    @click.group("scorers")
    def scorers() -> None:
        """List, fetch, import and export models."""

    scorers.add_command(_list(instance, runtime.settings.scorer))
    scorers.add_command(_fetch(instance))
    scorers.add_command(_import(instance))
    scorers.add_command(_export(instance))
    return scorers


def _list(instance: Path, configured: str) -> click.Command:
    @click.command("list")
    def list_scorers() -> None:
        """Show every model: whether it is here, and (*) which one is set."""
        for model in inventory(instance):
            mark = "*" if configured in (model.name, str(model.folder)) else " "
            size = f"{model.megabytes:.0f} MB"
            click.echo(f"{mark} {model.name:<24} {model.state:<12} {size:>8}  {model.about}")

    return list_scorers


def _fetch(instance: Path) -> click.Command:
    @click.command("fetch")
    @click.argument("name", metavar="NAME")
    @click.option("--mirror", metavar="URL",
                  help="A folder on a server of yours with the model's files and SHA256SUMS.")  # fmt: skip
    @plainly
    def fetch(name: str, mirror: str | None) -> None:
        """Download one of Detoxify's models and print where it lies.

        The weights are checked against their published checksum. A download that broke
        off goes on where it stopped.
        """
        with _bar() as progress:
            folder = fetch_scorer(name, instance, progress, mirror=mirror)
        click.echo(folder)
        click.echo(f"set MODERATION_SCORER={name} to score with it", err=True)

    return fetch


def _import(instance: Path) -> click.Command:
    @click.command("import")
    @click.argument("checkpoint", type=PATH, metavar="FILE")
    @click.option("--name", help="What to call it, where Detoxify does not publish the file.")
    @click.option("--files", type=PATH, metavar="FOLDER",
                  help="Where config.json and the tokenizer lie; beside FILE by default.")  # fmt: skip
    @plainly
    def import_checkpoint(checkpoint: Path, name: str | None, files: Path | None) -> None:
        """Take a checkpoint in Detoxify's format from this machine and print where it lies.

        It is read without running code that it may carry.
        """
        folder = import_scorer(checkpoint, instance, name=name, files=files)
        click.echo(folder)
        known = name_of_file(checkpoint) if name is None else None
        click.echo(f"set MODERATION_SCORER={known or folder} to score with it", err=True)

    return import_checkpoint


def _export(instance: Path) -> click.Command:
    @click.command("export")
    @click.argument("name", metavar="NAME")
    @click.option("--precision", type=click.Choice(PRECISIONS), default="int8", show_default=True)
    @plainly
    def export(name: str, precision: str) -> None:
        """Turn a fetched or imported model into ONNX, compare both, and print where it lies.

        The same texts go through both. Where they differ by more than the limits nothing
        is kept.
        """
        # Here: PyTorch and onnx are for this command, not for the process that serves.
        from training.exported import LEAST_SAME_SIDE, MOST_MEAN, export_scorer  # noqa: PLC0415

        folder, found = export_scorer(name, instance, precision=precision)
        click.echo(
            f"{found.texts} texts: mean difference {found.mean:.4f} (at most {MOST_MEAN}), "
            f"99 % within {found.p99:.4f}, same side of 0.5 {found.same_side:.2%} "
            f"(at least {LEAST_SAME_SIDE:.1%})",
            err=True,
        )
        click.echo(folder)
        click.echo(f"set MODERATION_SCORER={folder} to score with it", err=True)

    return export


@contextmanager
def _bar() -> Iterator[Progress]:
    with tqdm(unit="B", unit_scale=True, unit_divisor=1000, disable=None) as bar:

        def show(done: int, total: int) -> None:
            if total != bar.total:
                bar.reset(total or None)
            bar.update(done - bar.n)

        yield show
