"""Webhook endpoints, and the events that are to reach them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

_WAITING = text("state = 'waiting'")


class WebhookEndpoint(Base):
    """An address of a site's own program that is told of events.

    The signing secret is derived from the id and ``secret_no`` and lies nowhere.
    ``lease_until`` keeps two processes from delivering to it at once; ``rest_until`` leaves
    one alone that cannot be reached or asked for it.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("ix_webhook_endpoints_site", "site_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[list[str]]
    secret_no: Mapped[int] = mapped_column(default=1)
    old_secret_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    paused_because: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(100))
    rest_until: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event for one endpoint, stored in the transaction that made it.

    ``body`` is what is sent, to the letter; None once the comment has been erased or its
    text removed.
    ``state`` is ``waiting``, ``delivered`` or ``failed``.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_comment", "comment_id"),
        Index("ix_webhook_deliveries_created", "created_at"),
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "due_at",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(
        Id, ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    message_id: Mapped[str] = mapped_column(String(64))
    comment_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE")
    )
    type: Mapped[str] = mapped_column(String(32))
    body: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_try_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(100))
    delivered_at: Mapped[datetime | None]
