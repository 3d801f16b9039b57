"""Queries of users and tokens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ApiToken, User


def user_by_email(session: Session, email_key: str) -> User | None:
    """The person with this address."""
    return session.scalar(select(User).where(User.email_key == email_key))


def user(session: Session, user_id: str) -> User | None:
    """One person by id."""
    return session.get(User, user_id)


def users(session: Session, after: str | None, limit: int) -> Sequence[User]:
    """People in the order in which they were added."""
    query = select(User).order_by(User.id).limit(limit)
    return session.scalars(query.where(User.id > after) if after else query).all()


def token_by_secret(session: Session, secret_key: str) -> ApiToken | None:
    """The token with this hash, unless it is revoked."""
    return session.scalar(
        select(ApiToken).where(ApiToken.secret_key == secret_key, ApiToken.revoked_at.is_(None))
    )


def token(session: Session, token_id: str) -> ApiToken | None:
    """One token by id."""
    return session.get(ApiToken, token_id)


def tokens(session: Session, after: str | None, limit: int) -> Sequence[ApiToken]:
    """Tokens in the order in which they were made."""
    query = select(ApiToken).order_by(ApiToken.id).limit(limit)
    return session.scalars(query.where(ApiToken.id > after) if after else query).all()


def active_admins(session: Session) -> int:
    """How many admins can sign in."""
    query = select(func.count()).select_from(User).where(User.role == "admin", User.active)
    return session.scalar(query) or 0
