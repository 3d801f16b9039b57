"""Queries of outgoing mail: rows claimed with a lease, and who wants none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import Comment, Mail, MailDigest, MailStop, ModerationLog, User
from moderation.domain.statuses import QUEUED


def of_comment(session: Session, comment_id: str) -> Mail | None:
    """The mail about a comment, sent or not."""
    return session.scalar(select(Mail).where(Mail.comment_id == comment_id))


def claim_due(session: Session, now: datetime, lease_until: datetime, limit: int) -> Sequence[Mail]:
    """Claim mails that are due and that nobody sends; each caller gets different ones."""
    due = (Mail.sent_at.is_(None), Mail.due_at <= now, func.coalesce(Mail.lease_until, now) <= now)
    chosen = (
        select(Mail.id)
        .where(*due)
        .order_by(Mail.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return session.scalars(
        update(Mail)
        .where(Mail.id.in_(select(chosen.c.id)), *due)
        .values(lease_until=lease_until, attempts=Mail.attempts + 1)
        .returning(Mail)
        .execution_options(synchronize_session=False)
    ).all()


def anything_due(session: Session, now: datetime) -> bool:
    """Whether there is something to claim; asked first, to take no write lock for nothing."""
    due = select(Mail.id).where(
        Mail.sent_at.is_(None), Mail.due_at <= now, func.coalesce(Mail.lease_until, now) <= now
    )
    return session.scalar(due.limit(1)) is not None


def mark_sent(session: Session, mail_id: str, now: datetime) -> None:
    """The mail is out; its row stays for a while, so that there is no second one."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(sent_at=now, lease_until=None, last_error=None)
        .execution_options(synchronize_session=False)
    )


def put_off(session: Session, mail_id: str, due_at: datetime, why: str) -> None:
    """Give a claimed mail back, to be tried again later."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(lease_until=None, due_at=due_at, last_error=why[:100])
        .execution_options(synchronize_session=False)
    )


def drop(session: Session, mail_id: str) -> None:
    """The mail is not to be sent any more."""
    session.execute(
        delete(Mail).where(Mail.id == mail_id).execution_options(synchronize_session=False)
    )


def drop_old(session: Session, before: datetime) -> None:
    """Remove mails from before a moment, whatever became of them."""
    session.execute(
        delete(Mail).where(Mail.created_at <= before).execution_options(synchronize_session=False)
    )


def anything_old(session: Session, before: datetime) -> bool:
    """Whether there is something to remove."""
    return session.scalar(select(Mail.id).where(Mail.created_at <= before).limit(1)) is not None


def is_stopped(session: Session, address_key: str) -> bool:
    """Whether the owner of this address wants no mail."""
    return session.get(MailStop, address_key) is not None


def stop(session: Session, address_key: str, now: datetime) -> None:
    """Note that the owner of this address wants no mail."""
    session.merge(MailStop(address_key=address_key, at=now))


def looked_at(session: Session, user_id: str) -> datetime | None:
    """When it was last looked for something to tell a moderator."""
    row = session.get(MailDigest, user_id)
    return row.looked_at if row else None


def note_look(session: Session, user_id: str, now: datetime) -> None:
    """Note that it was looked for something to tell a moderator."""
    session.merge(MailDigest(user_id=user_id, looked_at=now))


def reviewers(session: Session) -> Sequence[User]:
    """People who can sign in, in the order in which they were added."""
    return session.scalars(select(User).where(User.active).order_by(User.id)).all()


def came_to_wait(session: Session, site_ids: Sequence[str], since: datetime) -> bool:
    """Whether something waits on these sites that did not wait at a moment."""
    found = (
        select(ModerationLog.id)
        .join(Comment, Comment.id == ModerationLog.comment_id)
        .where(
            ModerationLog.site_id.in_(site_ids),
            ModerationLog.at > since,
            ModerationLog.to_status == QUEUED,
            Comment.status == QUEUED,
        )
        .limit(1)
    )
    return session.scalar(found) is not None
