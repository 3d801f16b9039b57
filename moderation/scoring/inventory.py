"""Which models there are on this machine, and which could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.scoring.assets import BUNDLED, is_onnx_folder
from moderation.scoring.published import PUBLISHED
from moderation.scoring.registry import COMPACT, scorer_folder


@dataclass(frozen=True)
class Known:
    """A model that the service could score with.

    Attributes:
        name: what it is called.
        folder: where it lies, or would lie.
        state: ``bundled``, ``here`` or ``not fetched``.
        megabytes: of its files, or of those that would be fetched.
        about: one line.
    """

    name: str
    folder: Path
    state: str
    megabytes: float
    about: str


def inventory(instance: Path) -> list[Known]:
    """The bundled model, Detoxify's, then what an admin imported or exported.

    Args:
        instance: the service's folder.
    """
    bundled = Known(COMPACT, BUNDLED, "bundled", _megabytes(BUNDLED), "English, int8 ONNX")
    return [bundled, *_published(instance), *_own(instance)]


def _published(instance: Path) -> Iterator[Known]:
    for name, model in PUBLISHED.items():
        folder = scorer_folder(name, instance)
        about = f"Detoxify, {model.checkpoint}"
        if folder.is_dir():
            yield Known(name, folder, "here", _megabytes(folder), about)
        else:
            yield Known(name, folder, "not fetched", model.megabytes, about)


def _own(instance: Path) -> Iterator[Known]:
    folders = sorted(scorer_folder("*", instance).parent.glob("[!.]*/"))
    for folder in folders:
        if folder.is_dir() and folder.name not in PUBLISHED:
            about = "ONNX" if is_onnx_folder(folder) else "a checkpoint in Detoxify's format"
            yield Known(folder.name, folder, "here", _megabytes(folder), f"{about}, {folder}")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
