"""A second scale for a label: of comments with this score, how many do people reject?

A scale is made from what people decided, is a version of its own, and changes nothing until an
admin uses it. Even then it only translates: a threshold that is set by chance is stored as the
score it stands for, so a decision never depends on anything but the policy's version
(``docs/adr/0005-calibration-translates.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from models import Calibration, Site
from moderation.domain.ids import new_id
from moderation.domain.intervals import FEWEST
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.errors import Conflict, InvalidInput, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.calibration_views import CalibrationView, calibration_view
from moderation.services.clock import Clock
from moderation.services.lab import calibrated
from moderation.services.lab.site_window import ReadWindow
from moderation.services.lab.told import Told, told, with_pairs
from moderation.services.reach import own_site
from moderation.services.suggested_scores import suggested_verdicts
from moderation.services.views import Model
from moderation.storage import calibrations
from moderation.storage.unit_of_work import Store, lock

LEAST: Final = 200
"""Decisions below which no curve is drawn: with fewer it follows single comments."""
SHOWN: Final = 20


@dataclass(frozen=True)
class Basis:
    """What a scale is made from.

    Attributes:
        days: how far back.
        imported: whether decisions made in other systems count.
        suggested: whether verdicts that came over ``comments:suggestscore`` count.
    """

    days: int
    imported: bool = False
    suggested: bool = False


class Calibrate:
    """Makes scales, shows them, and switches them on and off.

    Args:
        model: the loaded model; a scale holds for the model that it was made with only.
    """

    def __init__(
        self, store: Store, clock: Clock, read_window: ReadWindow, model: Callable[[], Model]
    ) -> None:
        self._store = store
        self._clock = clock
        self._read_window = read_window
        self._model = model

    def make(
        self, principal: Principal, slug: str, label: str, basis: Basis, note: str
    ) -> CalibrationView:
        """Make a new version from what people said. It is not in use.

        Raises:
            NotFound: no such site.
            InvalidInput: an unknown label.
            Conflict: ``rescore_first`` where the period has scores of another model;
                ``not_enough_decisions``, saying how many are missing.
        """
        _check(label)
        self._refuse_mixed(principal, slug, basis)
        evidence, counts = self._evidence(principal, slug, label, basis)
        _refuse_too_few(evidence)
        scale = calibrated.scale(evidence)
        report = {
            "before": asdict(calibrated.reliability(evidence, evidence.scores)),
            "after": asdict(calibrated.reliability(evidence, calibrated.crossed(evidence))),
        }
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            lock(session, "calibration", site.id)
            row = Calibration(
                id=new_id(),
                site_id=site.id,
                label=label,
                version=calibrations.newest(session, site.id, label) + 1,
                model=self._model_text(),
                basis={**asdict(basis), **counts},
                scale=[asdict(step) for step in scale],
                report=report,
                note=note,
                author=principal.name,
                created_at=self._clock(),
                in_use=False,
            )
            session.add(row)
            self._note(session, principal, "calibration_made", site, row)
            return calibration_view(row, self._model_text())

    def page(self, principal: Principal, slug: str, label: str) -> tuple[CalibrationView, ...]:
        """A label's newest versions, newest first.

        Raises:
            NotFound: no such site.
            InvalidInput: an unknown label.
        """
        _check(label)
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = calibrations.of_site(session, site.id, label, SHOWN)
        return tuple(calibration_view(row, self._model_text()) for row in rows)

    def in_use(self, principal: Principal, slug: str) -> dict[str, CalibrationView]:
        """The scales that fit the loaded model and are in use, by label.

        Raises:
            NotFound: no such site.
        """
        model = self._model_text()
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = calibrations.in_use(session, site.id)
        return {row.label: calibration_view(row, model) for row in rows if row.model == model}

    def use(
        self, principal: Principal, slug: str, label: str, version: int | None
    ) -> CalibrationView | None:
        """Use a version in place of any other of its label; None uses none.

        Raises:
            NotFound: no such site or version.
            InvalidInput: an unknown label.
            Conflict: ``other_model`` where it was made with another model.
        """
        _check(label)
        model = self._model_text()
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            lock(session, "calibration", site.id)
            before = [row for row in calibrations.in_use(session, site.id) if row.label == label]
            if version is None:
                calibrations.switch_off(session, site.id, label)
                for row in before:
                    self._note(session, principal, "calibration_off", site, row)
                return None
            wanted = calibrations.version(session, site.id, label, version)
            if wanted is None:
                raise NotFound("No such version.")
            if wanted.model != model:
                message = f"It was made with {wanted.model}; {model} is loaded. Make a new one."
                raise Conflict(message, code="other_model")
            if not wanted.in_use:
                calibrations.switch_off(session, site.id, label)
                wanted.in_use = True
                self._note(session, principal, "calibration_on", site, wanted)
            return calibration_view(wanted, model)

    def _evidence(
        self, principal: Principal, slug: str, label: str, basis: Basis
    ) -> tuple[Told, dict[str, int]]:
        seen = self._read_window(principal, slug, basis.days, imported=basis.imported)
        own = told(seen.window, label)
        evidence = own
        if basis.suggested:
            with self._store.read() as session:
                pairs = suggested_verdicts(session, seen.site_id, self._model_text())
            evidence = with_pairs(own, pairs, label)
        counts = {
            "decisions": len(evidence),
            "rejected": int(evidence.refused.sum()),
            "audits": evidence.audits,
            "from_suggested": len(evidence) - len(own),
        }
        return evidence, counts

    def _refuse_mixed(self, principal: Principal, slug: str, basis: Basis) -> None:
        # Facts do not say which model's scores they hold: the comments themselves do.
        model, since = self._model(), self._clock() - timedelta(days=basis.days)
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            found = calibrations.of_another_model(
                session, site.id, model.name, model.version, since
            )
        scored = f"Another model than {self._model_text()} scored"
        period = f"of the comments of these {basis.days} days"
        if found.readable:
            message = f"{scored} {found.readable} {period}: run flask rescore, then make a scale."
            raise Conflict(message, code="rescore_first")
        if found.removed:
            message = f"{scored} {found.removed} {period}, whose text is gone: take fewer days."
            raise Conflict(message, code="rescore_first")

    def _model_text(self) -> str:
        model = self._model()
        return f"{model.name} {model.version}"

    def _note(
        self, session: Session, principal: Principal, action: str, site: Site, row: Calibration
    ) -> None:
        subject, detail = f"{row.label} version {row.version}", {"note": row.note}
        note_admin(session, self._clock, principal, action, subject, site.id, detail)


def _check(label: str) -> None:
    if label not in LABELS:
        raise InvalidInput({"label": [f"Must be one of: {', '.join(LABELS)}."]})


def _refuse_too_few(evidence: Told) -> None:
    rejected = int(evidence.refused.sum())
    for what, there, least in (
        ("decisions", len(evidence), LEAST),
        ("rejections among them", rejected, FEWEST),
        ("approvals among them", len(evidence) - rejected, FEWEST),
    ):
        if there < least:
            message = f"There are {there} {what}; {least} are needed, {least - there} more."
            raise Conflict(message, code="not_enough_decisions")
