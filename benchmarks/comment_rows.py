"""Rows of a busy publication: sites, pages, authors, comments, scores, traces, decisions.

Texts are words drawn by their frequency from an invented vocabulary, so that two comments
share word pairs as seldom as real ones do; one in twenty of those that wait belongs to a
campaign of nearly the same texts. Scores, reasons and traces come from the policy itself,
worked out for a few thousand texts and dealt out among the comments.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from moderation.domain.near_text import bands
from moderation.domain.policy import Decision, Evidence, Policy, decide
from moderation.domain.scores import LABELS, Scores, probability
from moderation.services.policies import rules_of
from moderation.storage.waiting_keys import ESCALATED

SITES: Final = ("gazette", "sport", "weekend", "harbour", "culture", "science")
_SHARES: Final = (40, 25, 15, 10, 7, 3)
_DAYS: Final = 400
_MODEL: Final = ("compact", "bench")
_DEALT: Final = 1_500
_DRAWN_WORDS: Final = 200_000
_CAMPAIGN: Final = 24
_ACTIONS: Final = {"published": "approve", "rejected": "reject", "spam": "spam"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Dealt:
    """Scores and what the policy made of them, ready to be stored."""

    scores: dict[str, float]
    decision: Decision
    reasons: str
    trace: str


def _moment(at: datetime) -> str:
    """A moment in UTC as both databases read it."""
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


class Publication:
    """Makes the rows of a number of comments, the same for the same seed.

    Args:
        comments: how many there are.
        queued: how many of them wait.
        seed: begins the draws.
    """

    def __init__(self, comments: int, queued: int, seed: int = 1) -> None:
        self._comments = comments
        self._draw = random.Random(seed)
        self._end = datetime.now(UTC) - timedelta(minutes=1)
        self._queued = frozenset(self._draw.sample(range(comments), queued))
        self._drawn = self._words()
        self._held, self._quiet = self._deal()
        self._site_ids = [self._id(self._end - timedelta(days=_DAYS + 1)) for _ in SITES]
        self._pages: list[tuple[str, int]] = []
        self._campaign: list[str] = []

    def sites(self) -> Iterator[tuple[str, Row]]:
        """Sites with their policies and pages."""
        began = _moment(self._end - timedelta(days=_DAYS + 1))
        for slug, site_id in zip(SITES, self._site_ids, strict=True):
            yield "sites", {
                "id": site_id, "slug": slug, "name": slug.capitalize(),
                "origins": json.dumps([f"https://{slug}.example"]), "settings": "{}",
                "policy_version": 1, "created_at": began,
            }  # fmt: skip
            yield "policy_versions", {
                "id": self._id(self._end), "site_id": site_id, "version": 1,
                "rules": json.dumps(rules_of(Policy())),
                "note": "", "author": "bench", "created_at": began,
            }  # fmt: skip
        for place in range(max(len(SITES), self._comments // 100)):
            site = self._draw.choices(range(len(SITES)), _SHARES)[0]
            page_id, url = self._id(self._end), f"https://{SITES[site]}.example/story/{place}"
            self._pages.append((page_id, site))
            yield "pages", {
                "id": page_id, "site_id": self._site_ids[site], "url": url,
                "url_key": hashlib.sha256(url.encode()).hexdigest(), "title": f"Story {place}",
                "created_at": began, "closed": False,
            }  # fmt: skip

    def comments(self) -> Iterator[tuple[str, Row]]:
        """Comments, oldest first, each with what hangs on it."""
        step = timedelta(days=_DAYS) / self._comments
        for place in range(self._comments):
            at = self._end - timedelta(days=_DAYS) + step * place
            yield from self._one(place, at)

    def _one(self, place: int, at: datetime) -> Iterator[tuple[str, Row]]:
        waits = place in self._queued
        status = "queued" if waits else self._became()
        dealt = self._draw.choice(
            self._quiet if status == "published" and self._draw.random() < 0.9 else self._held
        )
        comment_id, score_id = self._id(at), self._id(at)
        page_id, site = self._draw.choice(self._pages)
        # A few authors write much and many write once.
        author = int(self._draw.random() ** 2 * self._comments / 4)
        body = self._body(campaign=waits and self._draw.random() < 0.05)
        email, name = f"reader{author}@mail.example", f"Reader {author}"
        now = _moment(at)
        row: Row = {
            "id": comment_id, "site_id": self._site_ids[site], "page_id": page_id,
            "parent_id": None, "status": status, "version": 1, "name": name, "email": email,
            "email_key": email, "website": None, "body": body,
            "text_key": hashlib.sha256(body.encode()).hexdigest(),
            "search_text": f"{name}\n{email}\n{body}".casefold(), "network": None,
            "network_at": None, "receipt_key": f"{self._draw.getrandbits(256):064x}",
            "created_at": now, "edited_at": None, "reasons": dealt.reasons,
            "priority": dealt.decision.priority, "top_score": max(dealt.scores.values()),
            "score_id": score_id, "policy_version": 1, "escalated": waits and place % 997 == 0,
            "claimed_by": None, "claimed_name": None, "claim_expires_at": None,
        }  # fmt: skip
        decided = dealt.decision.status == "queued" and not waits
        row["version"] += decided
        yield "comments", row
        yield "scores", {
            "id": score_id, "comment_id": comment_id, "model": _MODEL[0],
            "model_version": _MODEL[1], "created_at": now,
            **{label: dealt.scores.get(label) for label in LABELS},
        }  # fmt: skip
        yield "moderation_log", self._log(row, dealt, at)
        if decided:
            yield "moderation_log", self._decision(row, at)
        if waits:
            yield from self._keys(row, dealt)

    def _became(self) -> str:
        return self._draw.choices(("published", "rejected", "spam", "withdrawn"), (90, 7, 2, 1))[0]

    def _log(self, row: Row, dealt: Dealt, at: datetime) -> Row:
        return {
            "id": self._id(at), "comment_id": row["id"], "site_id": row["site_id"],
            "at": _moment(at), "actor": "policy", "actor_key": None, "actor_name": None,
            "action": "scored", "from_status": None, "to_status": dealt.decision.status,
            "version": 1, "reasons": dealt.reasons, "reason": None, "note": None,
            "trace": dealt.trace, "policy_version": 1, "model": " ".join(_MODEL),
            "batch_id": None, "undoes_id": None, "before": None,
        }  # fmt: skip

    def _decision(self, row: Row, at: datetime) -> Row:
        later = at + timedelta(hours=self._draw.expovariate(0.5))
        who = self._draw.randrange(8)
        return {
            "id": self._id(later), "comment_id": row["id"], "site_id": row["site_id"],
            "at": _moment(min(later, self._end)), "actor": "moderator",
            "actor_key": f"user:{who}", "actor_name": f"Moderator {who}",
            "action": _ACTIONS.get(row["status"], "approve"), "from_status": "queued",
            "to_status": row["status"], "version": 2, "reasons": row["reasons"], "reason": None,
            "note": None, "trace": None, "policy_version": None, "model": None,
            "batch_id": None, "undoes_id": None,
            "before": json.dumps({"status": "queued", "escalated": False}),
        }  # fmt: skip

    def _keys(self, row: Row, dealt: Dealt) -> Iterator[tuple[str, Row]]:
        own = {"comment_id": row["id"], "site_id": row["site_id"]}
        codes = [*dealt.decision.reasons, *([ESCALATED] if row["escalated"] else [])]
        at, priority = row["created_at"], row["priority"]
        for code in codes:
            yield "waiting_reasons", {**own, "code": code, "priority": priority, "created_at": at}
        for label, score in dealt.scores.items():
            yield "waiting_scores", {**own, "label": label, "score": score, "created_at": at}
        for band, value in enumerate(bands(row["body"])):
            yield "text_bands", {**own, "band": band, "value": value}
        start = row["body"].index(" ") + 1
        span = {"start": start, "end": start + 12, "label": "insult", "weight": 0.4}
        yield "highlights", {
            "comment_id": row["id"], "text_key": row["text_key"],
            "model_version": " ".join(_MODEL), "spans": json.dumps([span]),
        }  # fmt: skip

    def _body(self, *, campaign: bool) -> str:
        if campaign:
            if len(self._campaign) % _CAMPAIGN == 0 or not self._campaign:
                self._campaign = [self._text(40)]
            self._campaign.append("")
            return f"{self._campaign[0]} {self._draw.choice(self._drawn)}"
        return self._text(8 + int(self._draw.expovariate(1 / 35)))

    def _text(self, words: int) -> str:
        return " ".join(self._draw.choices(self._drawn, k=words))

    def _words(self) -> list[str]:
        """Words as often as they are used, of which a text draws each evenly."""
        syllables = [first + second for first in "bdfglmnprst" for second in "aeiou"]
        drawn = {
            "".join(self._draw.choices(syllables, k=self._draw.randint(1, 4))) for _ in range(9_000)
        }
        ordered = sorted(drawn, key=lambda word: (len(word), word))
        often = list(accumulate(1 / (place + 20) for place in range(len(ordered))))
        return self._draw.choices(ordered, cum_weights=often, k=_DRAWN_WORDS)

    def _deal(self) -> tuple[list[Dealt], list[Dealt]]:
        held, quiet, policy = [], [], Policy()
        while len(held) < _DEALT or len(quiet) < _DEALT:
            raised = self._draw.random() < 0.5
            values = {
                label: probability(self._draw.betavariate(1, 5 if raised else 40))
                for label in LABELS
            }
            decision = decide(policy, Evidence("", "", 3), Scores(values))
            trace = json.dumps([asdict(finding) for finding in decision.trace])
            dealt = Dealt(values, decision, json.dumps(decision.reasons), trace)
            (held if decision.status == "queued" else quiet).append(dealt)
        return held, quiet

    def _id(self, at: datetime) -> str:
        """A UUIDv7 of that moment, drawn from the seed."""
        value = int(at.timestamp() * 1000) << 80
        value |= 0x7 << 76 | self._draw.getrandbits(12) << 64
        value |= 0b10 << 62 | self._draw.getrandbits(62)
        digits = f"{value:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
