"""Do the lab's intervals hold the truth? A simulated site whose every comment is known.

Each run draws a site of 3,000 comments in 30 days: a score, and by a known curve whether people
would reject it. Moderators decide nine in ten of what the live policy holds, blind audits show
one in twelve of what it publishes. The lab sees only that; then its preview of a candidate and its
suggestions are held against all the comments, and a calibration against the curve. A 95 % interval should hold the truth in about 950
of 1,000 runs; fewer than 930 for any number fails.

    python -m benchmarks.lab_truth [--runs N]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from moderation.domain.facts import MILLION, NO_SCORE
from moderation.domain.intervals import Estimate
from moderation.domain.policy import Policy, Threshold
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.errors import Conflict
from moderation.services.lab import calibrated
from moderation.services.lab.columns import ROW, DecidedElsewhere, Window
from moderation.services.lab.site_window import ReadWindow, SiteWindow
from moderation.services.lab.told import told
from moderation.services.preview_policy import PreviewPolicy
from moderation.services.suggest_threshold import SuggestThreshold

OPERATOR = Principal(kind="user", id="", name="operator", role="admin")
COMMENTS, DAYS = 3_000, 30
LIVE, CANDIDATES = 0.5, (0.35, 0.6)
AUDIT_RATE, DECIDED = 1 / 12, 0.9
WANTED = (("precision", 0.7), ("precision", 0.8), ("recall", 0.9), ("recall", 0.8))
CALIBRATED = (0.5, 0.55, 0.65, 0.8)
FEWEST_GOOD = 930


def curve(score: Any) -> Any:
    """Of comments with a score, the share that people would reject."""
    return 1 / (1 + np.exp(-9 * (score - 0.48)))


class Simulated(ReadWindow):
    """A site of one run, in place of what is stored."""

    def __init__(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        hostile = chance.random(COMMENTS) < 0.2
        score = np.where(hostile, chance.beta(4, 3, COMMENTS), chance.beta(0.7, 5, COMMENTS)).clip(
            1e-6, 0.999999
        )
        self.score = np.round(score, 6)
        self.bad = chance.random(COMMENTS) < curve(self.score)
        held = self.score >= LIVE
        table = np.zeros(COMMENTS, ROW)
        table["id"] = np.arange(1, COMMENTS + 1).astype(">u8").astype("S16")
        table["at"] = round(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
        for label in LABELS:
            table[label] = NO_SCORE
        table["toxicity"] = np.round(self.score * MILLION)
        table["policy_version"] = 1
        table["machine"] = np.where(held, 2, 1)
        said = np.where(self.bad, 2, 1)
        table["verdict"] = np.where(held & (chance.random(COMMENTS) < DECIDED), said, 0)
        table["audit_rate"] = np.where(held, 0, round(AUDIT_RATE * MILLION))
        audited = ~held & (chance.random(COMMENTS) < AUDIT_RATE)
        table["audit"] = np.where(audited, said, 0)
        window = self.window = Window({name: table[name] for name in ROW.names or ()}, 0)
        policy = Policy(thresholds={"toxicity": Threshold(LIVE)}, max_links=None)
        lists: Mapping[str, Any] = {name: {1: ()} for name in ("suspect_words", "blocked_words")}
        self._seen = SiteWindow(
            "simulated", policy, DAYS, window, lists, DecidedElsewhere(included=False, sources={})
        )

    def __call__(
        self,
        principal: Principal,
        slug: str,
        days: int,
        since: datetime | None = None,
        *,
        imported: bool = False,
    ) -> SiteWindow:
        return self._seen

    def _texts(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        raise AssertionError("no words, so no texts")


def run(seed: int, held: Counter[str], asked: Counter[str]) -> None:
    """One site: count for each number whether its interval holds the truth."""
    site = Simulated(seed)

    def check(name: str, estimate: Estimate, truth: float) -> None:
        if estimate.low is None or estimate.high is None:
            return
        asked[name] += 1
        held[name] += estimate.low - 1e-9 <= truth <= estimate.high + 1e-9

    for at in CANDIDATES:
        wanted = {"thresholds": {"toxicity": {"queue_at": at}}}
        view = PreviewPolicy(site)(OPERATOR, "simulated", wanted, DAYS)
        above = site.score >= at
        check(f"preview at {at}: precision", view.quality.held_precision, site.bad[above].mean())
        check(f"preview at {at}: missed", view.quality.missed, site.bad[~above].sum())
    for target, value in WANTED:
        try:
            found = SuggestThreshold(site)(OPERATOR, "simulated", "toxicity", target, value, DAYS)
        except Conflict:
            continue
        above = site.score >= found.queue_at
        name = f"suggestion for {target} {value}"
        check(f"{name}: precision", found.expected.precision, site.bad[above].mean())
        check(f"{name}: recall", found.expected.recall, site.bad[above].sum() / site.bad.sum())
    chances = calibrated.scale(told(site.window, "toxicity"))
    for score in CALIBRATED:
        check(f"calibration at {score}", chances[round(score * 100)], float(curve(score)))


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=1_000)
    runs = parser.parse_args().runs
    held: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for seed in range(runs):
        run(seed, held, asked)
    failed = False
    for name, number in asked.items():
        good = held[name] * 1_000 >= FEWEST_GOOD * number
        failed |= not good
        print(f"{'ok  ' if good else 'FEW '} {name}: {held[name]} of {number} hold the truth")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
