"""From what services hand out to what the API shows moderators."""

from __future__ import annotations

from typing import Any

from moderation.services.review_queue import QueueQuery
from moderation.services.views import (
    BulkOutcome,
    BulkResult,
    CommentDetail,
    DecisionView,
    HistoryEntry,
    ReviewItem,
)


def queue_query(sent: dict[str, Any]) -> QueueQuery:
    """The filters of a request."""
    names = ("site", "label", "min_score", "max_score", "reason", "q", "sort", "holder")
    ids = tuple(sent["ids"]) if "ids" in sent else None
    filters: dict[str, Any] = {name: sent[name] for name in names if name in sent}
    return QueueQuery(**filters, ids=ids, escalated="escalated" in sent)


def item_form(item: ReviewItem) -> dict[str, Any]:
    """A comment for moderators, as the API shows it."""
    claim = item.claim
    return {
        **{
            name: getattr(item, name)
            for name in (
                "id",
                "site",
                "status",
                "body",
                "page_url",
                "page_title",
                "parent_id",
                "created_at",
                "edited_at",
                "scores",
                "priority",
                "escalated",
                "version",
                "text_removed_at",
                "report_count",
                "appeal",
            )
        },
        "author": {
            "name": item.author_name,
            "email": item.author_email,
            "website": item.author_website,
            "history": item.author_history,
        },
        "model": item.model,
        "reasons": list(item.reasons),
        "claim": claim and {"by": claim.by, "mine": claim.by_me, "expires_at": claim.expires_at},
    }


def history_form(entry: HistoryEntry) -> dict[str, Any]:
    """A step in a comment's life, as the API shows it."""
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": entry.actor,
        "by": entry.by,
        "action": entry.action,
        "from_": entry.from_status,
        "to": entry.to_status,
        "version": entry.version,
        "reasons": list(entry.reasons),
        "reason": entry.reason,
        "note": entry.note,
        "policy_version": entry.policy_version,
        "model": entry.model,
        "undoes": entry.undoes,
    }


def detail_form(detail: CommentDetail) -> dict[str, Any]:
    """Everything about a comment, flat."""
    return {
        **item_form(detail.item),
        "network": detail.network,
        "source": detail.source,
        "external_id": detail.external_id,
        "policy_version": detail.policy_version,
        "trace": list(detail.trace),
        "highlights": detail.highlights,
        "thread": [
            {
                "id": entry.id,
                "parent_id": entry.parent_id,
                "status": entry.status,
                "author": {"name": entry.author_name},
                "body": entry.body,
                "created_at": entry.created_at,
            }
            for entry in detail.thread
        ],
        "history": [history_form(entry) for entry in detail.history],
        "reports": list(detail.reports),
    }


def bulk_form(outcome: BulkOutcome) -> dict[str, Any]:
    """A bulk decision, as the API answers it."""
    return {
        "batch_id": outcome.batch_id,
        "results": [_result_form(result) for result in outcome.results],
    }


def _result_form(result: BulkResult) -> dict[str, Any]:
    decision: DecisionView | None = result.decision
    if decision is None:
        return {"id": result.id, "ok": False, "code": result.code}
    return {
        "id": result.id,
        "ok": True,
        "decision_id": decision.id,
        "status": decision.status,
        "version": decision.version,
    }
