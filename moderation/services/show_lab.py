"""Everything that the lab's page shows of one candidate, from one reading of the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moderation.domain.policy import Policy, Threshold
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.services.calibrate import Calibrate
from moderation.services.calibration_views import CalibrationView
from moderation.services.lab.by_score import Bin, histogram
from moderation.services.lab.columns import Window
from moderation.services.lab.replay import reaches
from moderation.services.lab.site_window import ReadWindow
from moderation.services.preview_policy import Preview, PreviewPolicy
from moderation.storage import facts
from moderation.storage.unit_of_work import Store

EXAMPLES: Final = 25


@dataclass(frozen=True)
class LabelView:
    """One label's scores, and how many reach its threshold for holding.

    Attributes:
        scored: whether the loaded model scores it; a threshold of another label waits for a
            model that does.
    """

    label: str
    scored: bool
    bins: tuple[Bin, ...]
    live: Threshold
    candidate: Threshold
    held_live: int
    held_candidate: int


@dataclass(frozen=True)
class LabView:
    """Attributes:
    texts: body by id of the preview's examples; left out where it is no longer kept.
    scales: label to the calibration in use.
    """

    preview: Preview
    labels: tuple[LabelView, ...]
    texts: Mapping[str, str]
    scales: Mapping[str, CalibrationView]


class ShowLab:
    """Puts preview, histograms and texts together.

    Args:
        scored_labels: what the loaded model scores; empty while none is loaded.
    """

    def __init__(
        self,
        store: Store,
        read_window: ReadWindow,
        preview: PreviewPolicy,
        scored_labels: Callable[[], Sequence[str]],
        calibrate: Calibrate,
    ) -> None:
        self._store = store
        self._read_window = read_window
        self._preview = preview
        self._scored_labels = scored_labels
        self._calibrate = calibrate

    def __call__(
        self,
        principal: Principal,
        slug: str,
        wanted: Mapping[str, Any],
        days: int,
        first: int = 0,
        *,
        imported: bool = False,
    ) -> LabView:
        """The page's numbers for a candidate.

        Args:
            first: how many changed comments to pass over.
            imported: whether decisions made in other systems count.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field under ``policy``.
        """
        preview = self._preview(
            principal, slug, wanted, days, first=first, limit=EXAMPLES, imported=imported
        )
        window = self._read_window(principal, slug, days, imported=imported).window
        scored = self._scored_labels() or LABELS
        views = [
            _label(window, label, preview.live_policy, preview.policy, scored=label in scored)
            for label in LABELS
        ]
        ids = [example.id for example in preview.examples]
        with self._store.read() as session:
            found = facts.texts(session, ids)
        texts = {comment_id: body for comment_id, (_, body) in found.items()}
        scales = self._calibrate.in_use(principal, slug)
        return LabView(preview, tuple(view for view in views if view is not None), texts, scales)


def _label(
    window: Window, label: str, live: Policy, candidate: Policy, *, scored: bool
) -> LabelView | None:
    bins = histogram(window, label)
    named = label in live.thresholds or label in candidate.thresholds
    if not named and not any(part.approved + part.rejected + part.undecided for part in bins):
        return None
    before = live.thresholds.get(label, Threshold())
    after = candidate.thresholds.get(label, Threshold())
    held = [int(reaches(window, label, pair.queue_at).sum()) for pair in (before, after)]
    return LabelView(label, scored, bins, before, after, held[0], held[1])
