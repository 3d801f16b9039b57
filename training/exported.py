"""A checkpoint turned into ONNX, and the test that both give the same scores."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from moderation.errors import InvalidInput, ScoringUnavailable
from moderation.scoring.assets import is_onnx_folder
from moderation.scoring.registry import check_scorer_name, load_scorer, scorer_folder
from training.agreement import Agreement, compare
from training.export import export
from training.templates import template_rows

MOST_MEAN = 0.005
LEAST_SAME_SIDE = 0.995
TEXTS = 400
SEED = 11


def export_scorer(name: str, instance: Path, *, precision: str = "int8") -> tuple[Path, Agreement]:
    """Export a model that is on this machine and compare it with itself.

    Args:
        name: one of Detoxify's that has been fetched, an import, or a folder.
        instance: the service's folder.
        precision: ``int8``, or ``fp32`` where 8 bits are too coarse for the model.

    Returns:
        The new folder, and how far both agree on lines written for this project.

    Raises:
        InvalidInput: for a name that cannot be exported.
        ScoringUnavailable: the model cannot be loaded, or both differ too much.
    """
    folder = _checkpoint_folder(name, instance)
    target = scorer_folder(f"{folder.name}-{precision}", instance)
    coming = target.with_name(f".{target.name}.export")
    shutil.rmtree(coming, ignore_errors=True)
    found = _exported(folder, coming, f"{folder.name}-{precision}", precision, instance)
    if found.mean > MOST_MEAN or found.same_side < LEAST_SAME_SIDE:
        shutil.rmtree(coming)
        raise ScoringUnavailable(
            f"Nothing is kept: at {precision} the mean difference is {found.mean:.4f} (at most "
            f"{MOST_MEAN}) and {found.same_side:.2%} are on the same side of 0.5 (at least "
            f"{LEAST_SAME_SIDE:.1%}). Use --precision fp32."
        )
    shutil.rmtree(target, ignore_errors=True)
    coming.rename(target)
    return target, found


def _checkpoint_folder(name: str, instance: Path) -> Path:
    folder = scorer_folder(name, instance)
    if not folder.is_dir():
        check_scorer_name(name)
        folder = Path(name)
    if not folder.is_dir():
        raise ScoringUnavailable(f"{name} is not on this machine: fetch or import it first.")
    if is_onnx_folder(folder):
        raise InvalidInput({"NAME": [f"{name} is ONNX already."]})
    return folder


def _exported(folder: Path, out: Path, name: str, precision: str, instance: Path) -> Agreement:
    lines = sorted({row.text for row in template_rows(SEED)})
    texts = random.Random(SEED).sample(lines, min(TEXTS, len(lines)))
    try:
        export(folder, out, name=name, precision=precision, emoji="as_is")
        reference, exported = (load_scorer(str(each), instance=instance) for each in (folder, out))
        return compare(reference, exported, texts)
    except SystemExit as error:
        raise InvalidInput({"NAME": [str(error)]}) from error
