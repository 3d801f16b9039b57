"""The replay over arrays says what the policy says for one comment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain import facts
from moderation.domain.checks import count_links
from moderation.domain.facts import OUTCOMES, Facts
from moderation.domain.ids import new_id
from moderation.domain.policy import Evidence, Policy, Threshold, decide
from moderation.domain.scores import LABELS, Scores, probability
from moderation.services.lab.columns import ROW, Window
from moderation.services.lab.replay import least_millionths, replay

AT = datetime(2026, 11, 24, tzinfo=UTC)
SCORE = st.floats(0, 1).map(probability)
LEVEL = st.none() | st.floats(0.000001, 1) | st.integers(1, 1_000_000).map(lambda n: n / 1_000_000)


@st.composite
def thresholds(draw: st.DrawFn) -> Threshold:
    low, high = draw(LEVEL), draw(LEVEL)
    if low is not None and high is not None and high < low:
        low, high = high, low
    return Threshold(low, high)


POLICIES = st.builds(
    Policy,
    mode=st.sampled_from(["thresholds", "thresholds", "hold_all"]),
    thresholds=st.dictionaries(st.sampled_from(LABELS), thresholds()),
    max_links=st.none() | st.integers(0, 3),
    suspect_words=st.sampled_from([(), ("casino",)]),
    blocked_words=st.sampled_from([(), ("poker",)]),
    hold_first_comment=st.booleans(),
)
BODIES = st.sampled_from(
    [
        "fine",
        "a casino",
        "poker",
        "casino poker",
        "http://a.example http://b.example",
        "www.a.example",
    ]
)
CASES = st.tuples(
    st.dictionaries(st.sampled_from(LABELS), SCORE, min_size=1),
    BODIES,
    st.integers(0, 2),
    st.sampled_from(facts.STANDINGS),
)


def window_of(rows: list[bytes]) -> Window:
    table = np.frombuffer(b"".join(rows), dtype=ROW)
    return Window({name: table[name] for name in ROW.names or ()}, 0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(policy=POLICIES, cases=st.lists(CASES, min_size=1, max_size=8))
def test_replay_agrees_with_the_policy_on_every_comment(policy: Policy, cases: list) -> None:
    rows, wanted, suspect, blocked = [], [], [], []
    for scores, body, before, standing in cases:
        evidence = Evidence("Ann", body, before, standing=standing)
        wanted.append(decide(policy, evidence, Scores(scores)).status)
        suspect.append("casino" in body and bool(policy.suspect_words))
        blocked.append("poker" in body and bool(policy.blocked_words))
        kept = Facts(
            at=AT,
            scores={label: facts.millionths(value) for label, value in scores.items()},
            links=count_links(body),
            standing=standing,
            first=before == 0,
        )
        rows.append(facts.pack(new_id(), kept))
    outcome = replay(policy, window_of(rows), np.array(suspect), np.array(blocked))
    assert [OUTCOMES[code] for code in outcome] == wanted


@settings(max_examples=500, derandomize=True)
@given(threshold=LEVEL.filter(bool), score=SCORE)
def test_whole_millionths_reach_a_threshold_exactly_as_the_score_does(
    threshold: float, score: float
) -> None:
    reached = facts.millionths(score) >= least_millionths(threshold)
    assert reached == (score >= threshold)


def test_a_row_keeps_its_place_and_single_numbers_can_be_replaced() -> None:
    comment_id = new_id()
    kept = Facts(AT, {"threat": 400_000}, 7, 20_000, 70_000, "queued", "trusted", suspect=True)
    packed = facts.pack(comment_id, kept)
    assert len(packed) == facts.SIZE == ROW.itemsize
    changed = facts.with_values(packed, {"verdict": facts.REFUSED, "insult": 5})
    (row,) = np.frombuffer(changed, dtype=ROW)
    assert facts.id_text(bytes(row["id"]).ljust(16, b"\0")) == comment_id
    assert (row["threat"], row["insult"], row["toxicity"]) == (400_000, 5, facts.NO_SCORE)
    assert (row["links"], row["policy_version"], row["audit_rate"]) == (65_535, 7, 20_000)
    assert (row["machine"], row["standing"], row["flags"]) == (2, 2, facts.SUSPECT)
    assert facts.pack(comment_id, replace(kept, verdict=facts.REFUSED)) != packed
