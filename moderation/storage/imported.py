"""Queries of imported comments by their ids elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Comment, ImportedComment, Page, PostPage


@dataclass(frozen=True)
class Origin:
    """One system's comments on one site."""

    site_id: str
    source: str


def known(
    session: Session, origin: Origin, external_ids: Collection[str]
) -> dict[str, ImportedComment]:
    """Those that have been imported, by external id, in the order of their ids here.

    Whoever changes many comments does so in that order: two of them never wait for each other.
    """
    rows = session.scalars(
        select(ImportedComment)
        .where(
            ImportedComment.site_id == origin.site_id,
            ImportedComment.source == origin.source,
            ImportedComment.external_id.in_(external_ids),
        )
        .order_by(ImportedComment.comment_id)
    )
    return {row.external_id: row for row in rows}


def of_comment(session: Session, comment_id: str) -> ImportedComment | None:
    """Where a comment comes from; None for one that was written here."""
    query = select(ImportedComment).where(ImportedComment.comment_id == comment_id)
    return session.scalar(query)


def own_ids(session: Session, site_id: str, ids: Collection[str]) -> set[str]:
    """Which of these are ids of the site's own comments."""
    query = select(Comment.id).where(Comment.site_id == site_id, Comment.id.in_(ids))
    return set(session.scalars(query))


def places(session: Session, comment_ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Page and parent of comments, by id."""
    rows = session.execute(
        select(Comment.id, Comment.page_id, Comment.parent_id).where(
            Comment.id.in_(list(comment_ids))
        )
    )
    return {comment_id: (page_id, parent_id) for comment_id, page_id, parent_id in rows}


def begun_pages(session: Session, origin: Origin, page_ids: Collection[str]) -> set[str]:
    """Which of these pages have comments that were imported from there."""
    some = (
        select(ImportedComment.comment_id)
        .join(Comment, Comment.id == ImportedComment.comment_id)
        .where(
            Comment.page_id == Page.id,
            ImportedComment.site_id == origin.site_id,
            ImportedComment.source == origin.source,
        )
    )
    return set(session.scalars(select(Page.id).where(Page.id.in_(page_ids), some.exists())))


def waiting_for(
    session: Session, origin: Origin, external_ids: Collection[str]
) -> Sequence[ImportedComment]:
    """Replies whose parent has now come."""
    return session.scalars(
        select(ImportedComment).where(
            ImportedComment.site_id == origin.site_id,
            ImportedComment.source == origin.source,
            ImportedComment.waits_for.is_not(None),
            ImportedComment.waits_for.in_(external_ids),
        )
    ).all()


def set_parent(session: Session, comment_id: str, parent_id: str) -> None:
    """Hang a reply under its parent."""
    session.execute(
        update(Comment)
        .where(Comment.id == comment_id)
        .values(parent_id=parent_id)
        .execution_options(synchronize_session=False)
    )


def count_waiting(session: Session, origin: Origin) -> int:
    """How many replies have no parent yet."""
    query = select(func.count()).where(
        ImportedComment.site_id == origin.site_id,
        ImportedComment.source == origin.source,
        ImportedComment.waits_for.is_not(None),
    )
    return session.scalar(query) or 0


def external_ids(session: Session, comment_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Source and external id by comment id, of those that were imported."""
    rows = session.execute(
        select(
            ImportedComment.comment_id, ImportedComment.source, ImportedComment.external_id
        ).where(ImportedComment.comment_id.in_(list(comment_ids)))
    )
    return {comment_id: (source, external_id) for comment_id, source, external_id in rows}


def post_of(session: Session, site_id: str, page_url: str) -> str | None:
    """The number of a blog's post by its page, None when no import has named it."""
    query = select(PostPage.post_id).where(
        PostPage.site_id == site_id, PostPage.page_url == page_url
    )
    return session.scalar(query.order_by(PostPage.post_id).limit(1))
