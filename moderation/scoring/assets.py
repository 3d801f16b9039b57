"""Folders that hold a model: which files belong to it, and whether they are intact."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from moderation.errors import ScoringUnavailable

SUMS = "SHA256SUMS"
CONFIG = "config.json"
FORMAT = "moderation-onnx-1"
BUNDLED = Path(__file__).parent / "assets"
_BLOCK = 1 << 20


def is_onnx_folder(folder: Path) -> bool:
    """Whether a folder has, or ought to have, ONNX assets rather than a checkpoint."""
    return (folder / SUMS).exists() or any(folder.glob("*.onnx"))


def verify_sums(folder: Path) -> None:
    """Check every file that ``SHA256SUMS`` lists.

    Args:
        folder: of the assets.

    Raises:
        ScoringUnavailable: naming the first file that is missing or differs.
    """
    for name, expected in read_sums(folder).items():
        found = _sha256(folder / name)
        if found is None:
            raise ScoringUnavailable(f"The model file {name} is missing or cannot be read.")
        if found != expected:
            raise ScoringUnavailable(f"The model file {name} is damaged: its checksum differs.")


def read_config(folder: Path) -> dict[str, Any]:
    """Read the assets' configuration.

    Raises:
        ScoringUnavailable: where it is not there or is not one of ours.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScoringUnavailable(f"The model's {CONFIG} cannot be read.") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ScoringUnavailable(f"The model's {CONFIG} is not of the format {FORMAT}.")
    return config


def write_sums(folder: Path) -> None:
    """List every other file of a folder in ``SHA256SUMS``, in the format of sha256sum."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def read_sums(folder: Path) -> dict[str, str]:
    """The sha256 of each file by name, as ``SHA256SUMS`` says.

    Raises:
        ScoringUnavailable: the list is missing or damaged.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        raise ScoringUnavailable(f"The model's {SUMS} is missing or cannot be read.") from error
    listed = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or Path(name).name != name:
            raise ScoringUnavailable(f"The model's {SUMS} is damaged.")
        listed[name] = digest
    if CONFIG not in listed:
        raise ScoringUnavailable(f"The model's {SUMS} does not list {CONFIG}.")
    return listed


def _sha256(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
