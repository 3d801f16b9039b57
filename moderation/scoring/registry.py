"""From the setting ``MODERATION_SCORER`` to a loaded scorer."""

from __future__ import annotations

from pathlib import Path

from moderation.errors import ScoringUnavailable, UnknownScorer
from moderation.scoring.assets import BUNDLED, is_onnx_folder
from moderation.scoring.base import Scorer
from moderation.scoring.detoxify_scorer import load_detoxify
from moderation.scoring.onnx_scorer import load_onnx
from moderation.scoring.published import PUBLISHED

COMPACT = "compact"
NAMES: tuple[str, ...] = (COMPACT, *PUBLISHED)


def check_scorer_name(name: str) -> None:
    """Accept a known name or an existing folder.

    Args:
        name: as configured.

    Raises:
        UnknownScorer: in one line that says what is allowed.
    """
    if name not in NAMES and not (name and Path(name).is_dir()):
        raise UnknownScorer(
            f"unknown scorer {name!r}: use one of {', '.join(NAMES)}, or an existing folder"
        )


def load_scorer(name: str, *, instance: Path, threads: int | None = None) -> Scorer:
    """Load a scorer now, with all checks of its files.

    Args:
        name: a known name or a folder, with ONNX assets or a checkpoint in Detoxify's
            format.
        instance: the service's folder; Detoxify's own models lie in ``scorers/NAME`` there.
        threads: for the model; the cores at hand by default.

    Raises:
        UnknownScorer: for a name that is neither.
        ScoringUnavailable: for anything that keeps it from being loaded.
    """
    check_scorer_name(name)
    folder = _folder(name, instance)
    try:
        if name == COMPACT or is_onnx_folder(folder):
            return load_onnx(name, folder, threads=threads)
        return load_detoxify(name, folder, threads=threads)
    except ScoringUnavailable:
        raise
    except Exception as error:  # a broken model fails in as many ways as there are libraries
        raise ScoringUnavailable(
            f"The scorer {name} cannot be loaded: {type(error).__name__}."
        ) from error


def _folder(name: str, instance: Path) -> Path:
    if name == COMPACT:
        return BUNDLED
    if name not in PUBLISHED:
        return Path(name)
    folder = scorer_folder(name, instance)
    if not folder.is_dir():
        raise ScoringUnavailable(
            f"The weights of {name} are not in {folder}: `flask scorers fetch {name}` brings them, "
            f"`flask scorers import FILE` takes {PUBLISHED[name].checkpoint}."
        )
    return folder


def scorer_folder(name: str, instance: Path) -> Path:
    """Where a model that is not bundled lies.

    Args:
        name: one of Detoxify's, or what an admin called an import.
        instance: the service's folder.
    """
    return instance / "scorers" / name
