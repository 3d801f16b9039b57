"""Whether a site answers Coral's external moderation phase, and with which secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models import CoralPhase
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.storage import coral_phases
from moderation.storage.unit_of_work import Store, lock

SECRET_MIN: Final = 16
SECRET_MAX: Final = 200


@dataclass(frozen=True)
class PhaseView:
    """Whether a site answers Coral, and keeps what it is asked about; never the secret."""

    enabled: bool
    keep_comments: bool


class ManageCoral:
    """Keeps the secrets with which Coral signs what it asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def phase(self, principal: Principal, slug: str) -> PhaseView:
        """How the site answers Coral.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            return _view(coral_phases.find(session, own_site(session, principal, slug).id))

    def set_phase(
        self, principal: Principal, slug: str, secret: str | None, *, keep_comments: bool
    ) -> PhaseView:
        """Answer Coral from now on.

        Args:
            secret: as Coral's admin page shows it; None leaves the one that is there.

        Raises:
            NotFound: no such site.
            InvalidInput: the secret is too short or too long, or there is none yet.
        """
        if secret is not None and not SECRET_MIN <= len(secret) <= SECRET_MAX:
            allowed = f"Must have {SECRET_MIN} to {SECRET_MAX} characters."
            raise InvalidInput({"signing_secret": [allowed]})
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            lock(session, "coral", site.id)
            row = coral_phases.find(session, site.id)
            if row is None and secret is None:
                raise InvalidInput({"signing_secret": ["Must be given; there is none yet."]})
            if row is None:
                row = CoralPhase(site_id=site.id)
                session.add(row)
            row.signing_secret = secret or row.signing_secret
            row.keep_comments = keep_comments
            row.updated_at = self._clock()
            detail = {
                "keep_comments": "yes" if keep_comments else "no",
                "new_secret": "no" if secret is None else "yes",
            }
            note_admin(session, self._clock, principal, "coral_set_up", site.name, site.id, detail)
            return _view(row)

    def end_phase(self, principal: Principal, slug: str) -> None:
        """Forget the secret; Coral is answered no more.

        Raises:
            NotFound: no such site.
        """
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            if coral_phases.remove(session, site.id):
                note_admin(session, self._clock, principal, "coral_ended", site.name, site.id)


def _view(row: CoralPhase | None) -> PhaseView:
    return PhaseView(row is not None, bool(row and row.keep_comments))
