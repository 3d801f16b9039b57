"""Queries of users and tokens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import ApiToken, Site, User


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


def another_reviewer(session: Session, site_id: str, kind: str, own_id: str) -> bool:
    """Whether somebody else can decide on a site.

    Args:
        kind: ``user`` or ``token``. A person is replaced by another person only; a token
            by a person or by another token.
        own_id: whose colleague is looked for.
    """
    reach = or_(User.role == "admin", User.sites.any(Site.id == site_id))
    person = select(User.id).where(User.active, User.id != own_id, reach).limit(1)
    if session.scalar(person) is not None:
        return True
    if kind != "token":
        return False
    reach = or_(
        ApiToken.role == "admin",
        and_(ApiToken.role == "moderator", ApiToken.sites.any(Site.id == site_id)),
    )
    program = select(ApiToken.id).where(ApiToken.revoked_at.is_(None), ApiToken.id != own_id, reach)
    return session.scalar(program.limit(1)) is not None


def active_admins(session: Session) -> int:
    """How many admins can sign in."""
    query = select(func.count()).select_from(User).where(User.role == "admin", User.active)
    return session.scalar(query) or 0
