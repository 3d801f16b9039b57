"""A calibration as it is shown, and what it says of a score or a wanted chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import Calibration
from moderation.domain.intervals import Estimate
from moderation.errors import Conflict

_STEPS: Final = 100


@dataclass(frozen=True)
class CalibrationView:
    """One version of a label's scale.

    Attributes:
        fits: whether it was made with the loaded model.
        basis: days, whose decisions counted, and how many there were.
        scale: the chance at each hundredth of a score, 0 to 100.
        report: ``before`` and ``after``: how far scores, and chances made without the comment
            itself, came true.
    """

    label: str
    version: int
    model: str
    fits: bool
    in_use: bool
    basis: Mapping[str, Any]
    scale: tuple[Estimate, ...]
    report: Mapping[str, Any]
    note: str
    author: str
    created_at: datetime

    def chance_at(self, score: float) -> Estimate:
        """Of comments with this score, the share that people reject; the hundredth below."""
        return self.scale[min(_STEPS, int(score * _STEPS + 1e-9))]

    def score_for(self, chance: float) -> float:
        """The lowest score, in hundredths, from which people reject at least this share.

        Args:
            chance: above 0 and at most 1.

        Raises:
            Conflict: ``out_of_reach``, naming the highest chance that is known.
        """
        for place, step in enumerate(self.scale):
            if place and step.value is not None and step.value >= chance:
                return place / _STEPS
        known = [step.value for step in self.scale if step.value is not None]
        most = f" The highest known is {max(known):.2g}." if known else ""
        raise Conflict(f"No score of this label reaches that chance.{most}", code="out_of_reach")


def calibration_view(row: Calibration, model: str) -> CalibrationView:
    """A version as it is shown.

    Args:
        model: name and version of the loaded one.
    """
    return CalibrationView(
        label=row.label,
        version=row.version,
        model=row.model,
        fits=row.model == model,
        in_use=row.in_use,
        basis=row.basis,
        scale=tuple(Estimate(**step) for step in row.scale),
        report=row.report,
        note=row.note,
        author=row.author,
        created_at=row.created_at,
    )
