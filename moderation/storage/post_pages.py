"""Which page a blog's numbered post is."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import PostPage


def remember(session: Session, site_id: str, post_id: str, page_url: str) -> None:
    """Keep the page of a post; a later address takes the place of an earlier one.

    Args:
        page_url: normalised, on one of the site's origins.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(PostPage).values(site_id=site_id, post_id=post_id, page_url=page_url)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["site_id", "post_id"], set_={"page_url": row.excluded.page_url}
        )
    )


def page_of(session: Session, site_id: str, post_id: str) -> str | None:
    """The address of a post's page, None when no import has named it."""
    row = session.get(PostPage, (site_id, post_id))
    return row.page_url if row else None
