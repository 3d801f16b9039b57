"""Answering Coral's external moderation phase by the site's policy.

Coral posts each comment that its own phases let through, signed with a secret that its
admin page shows. The site's policy answers. When no score can be had the answer is to hold
the comment: Coral itself would publish what it gets no answer to.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from models import Comment, CoralPhase, Site
from moderation.domain import web_addresses
from moderation.domain.foreign_comment import author_key
from moderation.domain.ids import new_id
from moderation.domain.policy import Decision, Evidence, decide, decide_unscored
from moderation.domain.submission import clean_text
from moderation.errors import ScoringUnavailable, Unauthenticated
from moderation.services.change_status import Move, begin_comments
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored, policy_change, score_row
from moderation.services.policies import policy_in_force
from moderation.services.receipts import Receipts
from moderation.services.scoring_port import ScoringPort
from moderation.storage import comments, coral_phases, sites, submissions
from moderation.storage.unit_of_work import Store

WRITER: Final = "Coral commenter"
_PREFIX: Final = "sha256="
_NO_WORDS: Final = "\u2026"


@dataclass(frozen=True)
class CoralComment:
    """A comment that Coral asks about.

    Attributes:
        body: as text, no HTML; empty where the comment is a picture alone.
        author_id: Coral's id of the writer.
        page_url: the story's address.
    """

    body: str
    author_id: str
    page_url: str


class AnswerCoral:
    """Answers Coral by the site's policy."""

    def __init__(
        self, store: Store, clock: Clock, scoring: ScoringPort, receipts: Receipts
    ) -> None:
        self._store = store
        self._clock = clock
        self._scoring = scoring
        self._receipts = receipts

    def check_signature(self, slug: str, body: bytes, signature: str | None) -> None:
        """Make sure that it is the site's Coral who asks.

        Args:
            signature: the header: one or, while Coral's secret changes, several
                ``sha256=`` and HMAC-SHA-256 (RFC 2104) of the body in hex, divided by commas.

        Raises:
            Unauthenticated: unsigned, signed with another secret, or the site has none.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            row = coral_phases.find(session, site.id) if site else None
        if row is None or not _is_signed(body, row.signing_secret, signature or ""):
            raise Unauthenticated("X-Coral-Signature does not fit the body and this site's secret.")

    def __call__(self, slug: str, asked: CoralComment) -> Decision:
        """Decide a comment by the site's policy; it is kept only where the site says so."""
        scored, why = self._score(asked.body or _NO_WORDS)
        with self._store.read() as session:
            site, row = self._place(session, slug)
            keep = row is not None and row.keep_comments and clean_text(asked.body)
            if not keep or self._page(site, asked) is None:
                return self._decide(session, site, asked, scored, why, kept=False)
        with self._store.write() as session:
            site, _ = self._place(session, slug)
            return self._keep(session, site, asked, scored, why)

    def _place(self, session: Session, slug: str) -> tuple[Site, CoralPhase | None]:
        site = sites.by_slug(session, slug)
        assert site is not None, "the signature was checked against a site"
        return site, coral_phases.find(session, site.id)

    def _score(self, body: str) -> tuple[Scored | None, str]:
        try:
            return self._scoring.one(body), ""
        except ScoringUnavailable as error:
            return None, error.message

    def _decide(
        self,
        session: Session,
        site: Site,
        asked: CoralComment,
        scored: Scored | None,
        why: str,
        *,
        kept: bool,
    ) -> Decision:
        key = author_key("coral", asked.author_id)
        published, standing = submissions.author_before(session, site.id, key)
        # Where nothing is kept, nobody knows who is new: Coral has a phase of its own for it.
        evidence = Evidence("", asked.body, published if kept else 1, standing=standing)
        policy = policy_in_force(session, site)
        if scored is None:
            return decide_unscored(policy, evidence, why)
        return decide(policy, evidence, scored.scores)

    def _page(self, site: Site, asked: CoralComment) -> str | None:
        try:
            return web_addresses.page_url(asked.page_url.strip(), site.origins)
        except ValueError:
            return None

    def _keep(
        self, session: Session, site: Site, asked: CoralComment, scored: Scored | None, why: str
    ) -> Decision:
        now, comment_id = self._clock(), new_id()
        decision = self._decide(session, site, asked, scored, why, kept=True)
        address = self._page(site, asked)
        assert address is not None, "only comments on the site's pages are kept"
        body = clean_text(asked.body)
        comment = Comment(
            id=comment_id,
            site_id=site.id,
            page_id=sites.ensure_page(session, site.id, address, None, now).id,
            name=WRITER,
            email="",
            email_key=author_key("coral", asked.author_id),
            body=body,
            text_key=comments.text_key(body),
            search_text=comments.search_text(WRITER, "", body),
            receipt_key=Receipts.key(self._receipts.token(comment_id)),
            created_at=now,
            priority=decision.priority,
            policy_version=site.policy_version,
            escalated=False,
        )
        change = policy_change(decision, site.policy_version, scored)
        score = score_row(comment, scored, now) if scored is not None else None
        begin_comments(session, [Move(comment, change, score)], now)
        return decision


def _is_signed(body: bytes, secret: str, header: str) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given: Sequence[str] = [part.strip() for part in header.split(",")[:10]]
    hits = [
        hmac.compare_digest(part[len(_PREFIX) :].encode(), expected.encode())
        for part in given
        if part.startswith(_PREFIX)
    ]
    return any(hits)
