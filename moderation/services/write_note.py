"""Notes on a comment, for colleagues; never shown to its writer."""

from __future__ import annotations

from models import CommentNote
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput
from moderation.services.clock import Clock
from moderation.services.reach import own_comment
from moderation.services.review_views import Note
from moderation.storage import history
from moderation.storage.unit_of_work import Store

NOTE_MAX = 2_000


class WriteNote:
    """Writes and reads notes; a note changes no version, so it disturbs no decision."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, principal: Principal, comment_id: str, text: str) -> Note:
        """Add a note.

        Raises:
            NotFound: missing, or another site's.
            InvalidInput: empty, or longer than 2,000 characters.
        """
        note = checked_note(text)
        with self._store.write() as session:
            comment = own_comment(session, principal, comment_id)
            row = CommentNote(
                id=new_id(),
                comment_id=comment.id,
                at=self._clock(),
                by_name=principal.name,
                note=note,
            )
            session.add(row)
            return Note(row.id, row.at, row.by_name, row.note)

    def of(self, principal: Principal, comment_id: str) -> tuple[Note, ...]:
        """All notes on a comment, oldest first.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            rows = history.notes_of(session, comment.id)
            return tuple(Note(row.id, row.at, row.by_name, row.note) for row in rows)


def checked_note(text: str) -> str:
    """The note without the white space around it.

    Raises:
        InvalidInput: field ``note``.
    """
    note = text.strip()
    if not 1 <= len(note) <= NOTE_MAX:
        raise InvalidInput({"note": [f"Must have 1 to {NOTE_MAX} characters."]})
    return note
