"""Which comment here is one that another system knows by a number of its own."""

from __future__ import annotations

from moderation.storage import imported, sites
from moderation.storage.imported import Origin
from moderation.storage.unit_of_work import Store


class FindImportedComment:
    """Looks an imported comment up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, slug: str, source: str, external_id: str) -> str | None:
        """The id here of a comment; None where no import has brought it.

        Args:
            slug: the site's name in addresses; an unknown one has no comments.
            source: one of :data:`moderation.domain.foreign_comment.SOURCES`.
            external_id: the comment's id in that system.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                return None
            found = imported.known(session, Origin(site.id, source), [external_id])
            return found[external_id].comment_id if external_id in found else None
