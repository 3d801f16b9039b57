"""What a committed transaction did, as those hear of it who act on it afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StatusChanged:
    """A step in a comment's life, without anything that is in the comment.

    Attributes:
        actor: one of :data:`moderation.domain.statuses.ACTORS`.
        before: None where the comment is new.
        reasons: the codes that it has after the step.
    """

    actor: str
    action: str
    before: str | None
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class EventStored:
    """An event waits for a webhook endpoint."""

    endpoint_id: str
