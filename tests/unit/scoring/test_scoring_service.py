"""The service's scorer: starts without a model, recovers, and never raises anything else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest
from scoring_fakes import FakeScorer, scores_of

from moderation.errors import ScoringUnavailable, UnknownScorer
from moderation.scoring.base import Scorer
from moderation.scoring.service_scorer import ServiceScorer, build_scorer

SOON_S = 20.0


class Loads:
    """A loader that fails as often as it is told to."""

    def __init__(self, *failures: Exception, scorer: FakeScorer | None = None) -> None:
        self.failures = list(failures)
        self.scorer = scorer or FakeScorer()
        self.tries = 0

    def __call__(self) -> Scorer:
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.scorer


@pytest.fixture
def made() -> Iterator[Callable[..., ServiceScorer]]:
    scorers: list[ServiceScorer] = []

    def make(
        load: Callable[[], Scorer], *, timeout_s: float = SOON_S, retry_s: float = 0.0
    ) -> ServiceScorer:
        scorers.append(ServiceScorer("fake", load, timeout_s=timeout_s, retry_s=retry_s))
        return scorers[-1]

    yield make
    for scorer in scorers:
        scorer.close()


def becomes(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.002)
    return True


def test_it_is_a_scorer(made: Callable[..., ServiceScorer]) -> None:
    scorer = made(Loads())
    assert isinstance(scorer, Scorer)
    assert scorer.score(["one"]) == [scores_of("one")]
    assert (scorer.name, scorer.version, scorer.labels) == ("fake", "fake-1", ("toxicity",))


def test_nothing_is_loaded_before_it_is_needed(made: Callable[..., ServiceScorer]) -> None:
    load = Loads()
    scorer = made(load)
    assert (load.tries, scorer.version, scorer.labels) == (0, "", ())


def test_status_starts_the_load_and_then_says_ready(made: Callable[..., ServiceScorer]) -> None:
    scorer = made(Loads())
    assert scorer.status()[0] is False
    assert becomes(lambda: scorer.status()[0])
    assert "fake-1" in scorer.status()[1]


def test_a_failed_load_is_reported_and_tried_again(made: Callable[..., ServiceScorer]) -> None:
    scorer = made(Loads(ScoringUnavailable("The model file x is missing.")))
    with pytest.raises(ScoringUnavailable, match="x is missing"):
        scorer.score(["one"])
    assert scorer.score(["one"]) == [scores_of("one")]


def test_an_unexpected_failure_of_a_load_is_reported_by_its_kind(
    made: Callable[..., ServiceScorer],
) -> None:
    scorer = made(Loads(RuntimeError("secret path")))
    with pytest.raises(ScoringUnavailable, match="RuntimeError") as caught:
        scorer.score(["one"])
    assert "secret" not in caught.value.message


def test_loading_is_not_tried_too_often(made: Callable[..., ServiceScorer]) -> None:
    load = Loads(*[ScoringUnavailable("broken")] * 9)
    scorer = made(load, retry_s=60.0)
    for _ in range(5):
        with pytest.raises(ScoringUnavailable, match="broken"):
            scorer.score(["one"])
        assert scorer.status() == (False, "broken")
    assert load.tries == 1


def test_a_first_call_waits_no_longer_than_the_time_out_for_a_load(
    made: Callable[..., ServiceScorer],
) -> None:
    begun, opened = threading.Event(), threading.Event()

    def load() -> Scorer:
        begun.set()
        assert opened.wait(SOON_S)
        return FakeScorer()

    scorer = made(load, timeout_s=0.05)
    # The load is under way first: else the call could be over before, and say so.
    scorer.status()
    assert begun.wait(SOON_S)
    with pytest.raises(ScoringUnavailable, match="being loaded"):
        scorer.score(["one"])
    opened.set()
    assert becomes(lambda: scorer.status()[0])


def test_identical_texts_are_scored_once(made: Callable[..., ServiceScorer]) -> None:
    fake = FakeScorer()
    scorer = made(Loads(scorer=fake))
    assert scorer.score(["a", "a", "b"]) == [scores_of("a"), scores_of("a"), scores_of("b")]
    scorer.score(["b", "a"])
    assert fake.calls == [["a", "b"]]


def test_a_long_list_is_scored_in_order(made: Callable[..., ServiceScorer]) -> None:
    fake = FakeScorer()
    texts = [f"{'y' * (number % 40)} {number}" for number in range(150)]
    assert made(Loads(scorer=fake)).score(texts) == [scores_of(text) for text in texts]
    assert max(len(call) for call in fake.calls) <= 32


def test_a_failing_engine_is_not_ready_until_a_probe_succeeds(
    made: Callable[..., ServiceScorer],
) -> None:
    broken = threading.Event()
    broken.set()

    def act(_texts: Sequence[str]) -> None:
        if broken.is_set():
            raise FloatingPointError("nonsense")

    scorer = made(Loads(scorer=FakeScorer(act)))
    with pytest.raises(ScoringUnavailable, match="FloatingPointError"):
        scorer.score(["one"])
    ready, detail = scorer.status()
    assert not ready
    assert "FloatingPointError" in detail
    broken.clear()
    assert becomes(lambda: scorer.status()[0])


def test_a_hung_engine_times_out_and_shows_in_the_status(
    made: Callable[..., ServiceScorer],
) -> None:
    opened = threading.Event()

    def act(texts: Sequence[str]) -> None:
        assert "hangs" not in texts or opened.wait(SOON_S)

    scorer = made(Loads(scorer=FakeScorer(act)), timeout_s=0.05)
    assert becomes(lambda: scorer.status()[0])

    def hangs() -> bool:
        # A call whose time is over before its batch begins makes nothing hang: once more.
        with suppress(ScoringUnavailable):
            scorer.score(["hangs"])
        return scorer.status() == (False, "The scorer does not answer.")

    with pytest.raises(ScoringUnavailable, match="longer than"):
        scorer.score(["hangs"])
    assert becomes(hangs)
    with pytest.raises(ScoringUnavailable):
        scorer.score(["next"])
    opened.set()
    assert becomes(lambda: scorer.status()[0])


def test_warm_up_loads_and_scores_once(made: Callable[..., ServiceScorer]) -> None:
    fake = FakeScorer()
    scorer = made(Loads(scorer=fake))
    scorer.warm_up(wait=True)
    assert scorer.status()[0]
    assert len(fake.calls) == 1


def test_warm_up_never_raises(made: Callable[..., ServiceScorer]) -> None:
    scorer = made(Loads(RuntimeError()), retry_s=60.0)
    scorer.warm_up(wait=True)
    assert not scorer.status()[0]


@pytest.mark.parametrize("name", ["", "nonsense", "Compact", "/does/not/exist"])
def test_an_unknown_name_is_refused_in_one_line(
    name: str, tmp_path: pytest.TempPathFactory
) -> None:
    with pytest.raises(UnknownScorer) as caught:
        build_scorer(name, instance=tmp_path)
    assert "compact" in caught.value.message
    assert "unbiased" in caught.value.message
    assert "\n" not in caught.value.message
