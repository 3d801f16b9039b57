"""Reading a stored policy version back into the domain's policy."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from models import PolicyVersion, Site
from moderation.domain.policy import Policy, Threshold
from moderation.storage import sites


def policy_from(row: PolicyVersion) -> Policy:
    """The domain's policy of a stored version."""
    rules = dict(row.rules)
    thresholds = {
        label: Threshold(pair["queue_at"], pair["reject_at"])
        for label, pair in rules.pop("thresholds").items()
    }
    for name in ("suspect_words", "blocked_words"):
        rules[name] = tuple(rules[name])
    return Policy(version=row.version, note=row.note, thresholds=thresholds, **rules)


def rules_of(policy: Policy) -> dict[str, Any]:
    """A policy's rules as stored and as shown: all but version and note."""
    return {
        "mode": policy.mode,
        "thresholds": {
            label: {"queue_at": pair.queue_at, "reject_at": pair.reject_at}
            for label, pair in policy.thresholds.items()
        },
        "max_links": policy.max_links,
        "suspect_words": list(policy.suspect_words),
        "blocked_words": list(policy.blocked_words),
        "hold_first_comment": policy.hold_first_comment,
        "scorer_down": policy.scorer_down,
        "audit_rate": policy.audit_rate,
    }


class Policies:
    """Sites' policies in force, each looked up once in a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[str, Policy] = {}

    def __call__(self, site_id: str) -> Policy:
        """The policy by which a site decides now."""
        if site_id not in self._found:
            site = sites.by_ids(self._session, [site_id])[site_id]
            self._found[site_id] = policy_in_force(self._session, site)
        return self._found[site_id]


def policy_in_force(session: Session, site: Site) -> Policy:
    """The policy by which the site decides now."""
    row = sites.policy_row(session, site.id, site.policy_version)
    assert row is not None, "a site always has the version it names"
    return policy_from(row)
