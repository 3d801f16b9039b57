"""Facts for the threshold lab, filled from the decisions that are there already."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 500

# The row of facts as of this revision, little-endian: the comment's id, when it was sent, seven
# scores in millionths, the policy's version, a share, links, outcome, standing, flags, a moderator's
# verdict, an audit's, and a byte that is not used yet.
_ROW = struct.Struct("<16sq7iIIHBBBBBB")
_MILLION = 1_000_000
_NO_SCORE = -1
_LINKS_MAX = 65_535
_LABELS = (
    "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack",
    "sexual_explicit",
)  # fmt: skip
_OUTCOMES = {"published": 1, "queued": 2, "rejected": 3}
_FIRST, _SUSPECT, _BLOCKED_WORD = 1, 2, 4
_NOT_JUDGED = 0
_JUDGED = {"approve": 1, "reject": 2, "spam": 2}


def upgrade() -> None:
    op.create_table(
        "comment_facts",
        sa.Column("comment_id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_facts_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_comment_facts_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_facts")),
    )
    op.create_index("ix_comment_facts_site", "comment_facts", ["site_id", "stamp"])
    _create_blind_items()
    _create_admin_log()
    _create_shadow_policies()
    _fill(op.get_bind())


def _create_shadow_policies() -> None:
    op.create_table(
        "shadow_policies",
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_shadow_policies_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_shadow_policies")),
    )


def _create_admin_log() -> None:
    op.create_table(
        "admin_log",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_key", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_admin_log_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_log")),
    )
    op.create_index("ix_admin_log_site", "admin_log", ["site_id", "id"])


def _create_blind_items() -> None:
    op.create_table(
        "blind_items",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("comment_id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text_key", sa.String(64), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.String(36), nullable=True),
        sa.Column("first_key", sa.String(64), nullable=True),
        sa.Column("first_name", sa.String(200), nullable=True),
        sa.Column("first_verdict", sa.String(16), nullable=True),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(100), nullable=True),
        sa.Column("by_key", sa.String(64), nullable=True),
        sa.Column("by_name", sa.String(200), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_blind_items_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_blind_items_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_items")),
    )
    op.create_index(
        "ix_blind_items_open",
        "blind_items",
        ["site_id", "id"],
        sqlite_where=sa.text("verdict IS NULL"),
        postgresql_where=sa.text("verdict IS NULL"),
    )
    op.create_index("ix_blind_items_judged", "blind_items", ["site_id", "kind", "judged_at"])
    op.create_index("ix_blind_items_comment", "blind_items", ["comment_id"])


def downgrade() -> None:
    op.drop_table("shadow_policies")
    op.drop_table("admin_log")
    op.drop_table("blind_items")
    op.drop_index("ix_comment_facts_site", table_name="comment_facts")
    op.drop_table("comment_facts")


_COMMENTS = sa.table(
    "comments",
    *(sa.column(name) for name in ("id", "site_id", "status", "score_id")),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_SCORES = sa.table("scores", *(sa.column(name) for name in ("id", *_LABELS)))
_LOG = sa.table(
    "moderation_log",
    *(sa.column(name) for name in ("id", "comment_id", "actor", "action", "to_status")),
    *(sa.column(name) for name in ("policy_version", "undoes_id", "version")),
    sa.column("trace", sa.JSON(none_as_null=True)),
)
_FACTS = sa.table(
    "comment_facts", *(sa.column(name) for name in ("comment_id", "site_id", "stamp", "packed"))
)


def _fill(connection: sa.Connection) -> None:
    for part in _batches(connection):
        ids = [row.id for row in part]
        log: dict[str, list[Any]] = {comment_id: [] for comment_id in ids}
        steps = sa.select(_LOG).where(_LOG.c.comment_id.in_(ids))
        for step in connection.execute(steps.order_by(_LOG.c.version, _LOG.c.id)):
            log[step.comment_id].append(step)
        rows = [
            {
                "comment_id": row.id,
                "site_id": row.site_id,
                "stamp": 1,
                "packed": _packed(row, log[row.id]),
            }
            for row in part
        ]
        connection.execute(sa.insert(_FACTS), rows)


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    after = ""
    while True:
        query = (
            sa.select(_COMMENTS, *(_SCORES.c[label] for label in _LABELS))
            .join_from(_COMMENTS, _SCORES, _SCORES.c.id == _COMMENTS.c.score_id)
            .where(_COMMENTS.c.id > after, _COMMENTS.c.status != "erased")
            .order_by(_COMMENTS.c.id)
            .limit(_BATCH)
        )
        part = list(connection.execute(query))
        if not part:
            return
        yield part
        after = part[-1].id


def _packed(row: Any, log: list[Any]) -> bytes:
    decided = [step for step in log if step.actor in ("policy", "author") and step.trace]
    found = {finding["check"]: finding for finding in decided[-1].trace} if decided else {}
    at: datetime = row.created_at
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    links = (found["links"]["value"] or 0) if "links" in found else 0
    return _ROW.pack(
        bytes.fromhex(row.id.replace("-", "")),
        round(at.timestamp() * 1000),
        *(_millionths(getattr(row, label)) for label in _LABELS),
        (decided[-1].policy_version or 0) if decided else 0,
        0,
        min(links, _LINKS_MAX),
        _OUTCOMES.get(decided[-1].to_status, 0) if decided else 0,
        1 if "author_blocked" in found else 2 if "author_trusted" in found else 0,
        _flags(found),
        _verdict(log),
        _NOT_JUDGED,
        0,
    )


def _millionths(value: float | None) -> int:
    return _NO_SCORE if value is None else round(value * _MILLION)


def _flags(found: dict[str, Any]) -> int:
    first = "first_comment" in found and not found["first_comment"]["value"]
    suspect, blocked = (_had_effect(found, name) for name in ("suspect_words", "blocked_words"))
    return _FIRST * first | _SUSPECT * suspect | _BLOCKED_WORD * blocked


def _had_effect(found: dict[str, Any], check: str) -> bool:
    return check in found and found[check]["effect"] != "none"


def _verdict(log: list[Any]) -> int:
    undone = {step.undoes_id for step in log if step.undoes_id}
    verdict = _NOT_JUDGED
    for step in log:
        if step.actor == "author" and step.action == "edit":
            verdict = _NOT_JUDGED
        elif step.actor == "moderator" and step.id not in undone:
            verdict = _JUDGED.get(step.action, verdict)
    return verdict
