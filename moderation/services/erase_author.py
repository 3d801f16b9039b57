"""An operator erases everything personal of one author, who has asked for it by mail, say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from models import Site
from moderation.domain.principals import Principal
from moderation.domain.statuses import SYSTEM
from moderation.errors import Conflict, InvalidInput
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.email_address import check_email
from moderation.services.erase_comment import erase
from moderation.services.reach import own_site
from moderation.storage import authors, comments, sites
from moderation.storage.unit_of_work import Store


class EraseAuthor:
    """Does for all comments of an address what its receipts would do one by one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, principal: Principal, email: str, slug: str | None = None) -> int:
        """Erase an author's comments, each in a transaction of its own.

        Args:
            email: the author's address, as they gave it.
            slug: only on this site; on all of the caller's without it.

        Returns:
            how many comments were erased.

        Raises:
            InvalidInput: field ``email``.
            NotFound: no such site.
        """
        try:
            _, email_key = check_email(email)
        except ValueError as error:
            raise InvalidInput({"email": [str(error)]}) from None
        with self._store.read() as session:
            found = self._sites(session, principal, slug)
            ids = [
                comment_id
                for site in found
                for comment_id in authors.comment_ids(session, site.id, email_key)
            ]
            site_id = found[0].id if slug is not None else None
        if not ids:
            return 0
        # Whoever is erased is not named here either.
        note = partial(
            note_admin,
            clock=self._clock,
            author=principal,
            action="author_erased",
            subject="an author",
            site_id=site_id,
            detail={"comments": len(ids)},
        )
        first, *others = ids
        erased = self._erase(principal, first, note)
        return erased + sum(self._erase(principal, comment_id) for comment_id in others)

    @staticmethod
    def _sites(session: Session, principal: Principal, slug: str | None) -> list[Site]:
        if slug is not None:
            return [own_site(session, principal, slug)]
        return [site for site in sites.every(session) if principal.may_act_on(site.id)]

    def _erase(
        self, principal: Principal, comment_id: str, note: Callable[[Session], None] | None = None
    ) -> bool:
        while True:
            try:
                with self._store.write() as session:
                    if note is not None:
                        note(session)
                    comment = comments.find(session, comment_id)
                    return comment is not None and erase(
                        session, comment, SYSTEM, self._clock(), principal
                    )
            except Conflict:
                # Somebody decided it at this very moment; what they decided is erased, too.
                continue
