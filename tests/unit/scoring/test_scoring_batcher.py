"""The batcher joins what waits, bounds every wait, and survives what goes wrong."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from scoring_fakes import FakeScorer, scores_of

from moderation.domain.scores import Scores
from moderation.errors import ScoringUnavailable
from moderation.scoring.batcher import SHORT, Batcher

SOON_S = 20.0
"""Far longer than anything here takes; a wait that runs this long is a failure."""


class Gate:
    """Holds the engine inside a batch until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, texts: Sequence[str]) -> None:
        self.entered.set()
        assert self.opened.wait(SOON_S)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def until(true: Callable[[], bool]) -> None:
    """Wait for what must come."""
    deadline = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)


def waiting(batcher: Batcher, calls: int) -> None:
    """Until so many calls wait in the queue."""
    until(lambda: len(batcher._jobs) >= calls)


def test_a_lone_call_is_answered_at_once() -> None:
    scorer = FakeScorer()
    batcher = Batcher(scorer.score)
    assert batcher.submit(["one", "two"]) == [scores_of("one"), scores_of("two")]
    assert scorer.calls == [["one", "two"]]
    batcher.close()


def test_what_waits_becomes_one_batch(gate: Gate) -> None:
    scorer = FakeScorer(gate)
    batcher = Batcher(scorer.score, timeout_s=SOON_S)
    with ThreadPoolExecutor(17) as pool:
        first = pool.submit(batcher.submit, ["first"])
        assert gate.entered.wait(SOON_S)
        others = [pool.submit(batcher.submit, [f"text {number}"]) for number in range(16)]
        waiting(batcher, 16)
        gate.opened.set()
        assert first.result() == [scores_of("first")]
        assert [other.result() for other in others] == [[scores_of(f"text {n}")] for n in range(16)]
    assert [len(call) for call in scorer.calls] == [1, 16]
    batcher.close()


def test_a_batch_waits_for_those_who_are_coming() -> None:
    scorer = FakeScorer()
    batcher = Batcher(scorer.score, timeout_s=SOON_S, gather_s=SOON_S)
    there, go_on = threading.Semaphore(0), threading.Event()

    def come(number: int) -> list[Scores]:
        with batcher.coming():
            there.release()
            if number:
                assert go_on.wait(SOON_S)
            return batcher.submit([f"text {number}"])

    with ThreadPoolExecutor(4) as pool:
        late = [pool.submit(come, number) for number in (1, 2, 3)]
        for _ in late:
            assert there.acquire(timeout=SOON_S)
        first = pool.submit(come, 0)
        waiting(batcher, 1)
        go_on.set()
        assert first.result(SOON_S) == [scores_of("text 0")]
        assert [call.result(SOON_S) for call in late] == [
            [scores_of(f"text {n}")] for n in (1, 2, 3)
        ]
    assert [len(call) for call in scorer.calls] == [4]
    batcher.close()


def test_a_batch_waits_for_nobody_who_gave_up() -> None:
    batcher = Batcher(FakeScorer().score, timeout_s=SOON_S, gather_s=SOON_S)
    there, go_on = threading.Event(), threading.Event()

    def turn_back() -> None:
        with batcher.coming():
            there.set()
            assert go_on.wait(SOON_S)

    with ThreadPoolExecutor(2) as pool:
        gone = pool.submit(turn_back)
        assert there.wait(SOON_S)
        call = pool.submit(batcher.submit, ["one"])
        waiting(batcher, 1)
        assert not call.done()
        go_on.set()
        gone.result(SOON_S)
        assert call.result(SOON_S) == [scores_of("one")]
    batcher.close()


def test_a_batch_does_not_wait_for_ever() -> None:
    batcher = Batcher(FakeScorer().score, timeout_s=SOON_S, gather_s=0.01)
    there, go_on = threading.Event(), threading.Event()

    def come_too_late() -> list[Scores]:
        with batcher.coming():
            there.set()
            assert go_on.wait(SOON_S)
            return batcher.submit(["late"])

    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(come_too_late)
        assert there.wait(SOON_S)
        assert pool.submit(batcher.submit, ["one"]).result(SOON_S) == [scores_of("one")]
        go_on.set()
        assert late.result(SOON_S) == [scores_of("late")]
    batcher.close()


def test_an_idle_engine_waits_no_longer_than_it_may() -> None:
    batcher = Batcher(FakeScorer().score, timeout_s=SOON_S, gather_s=0.01)
    batcher.submit(["first"])
    until(lambda: batcher._running_since is None)
    there, go_on = threading.Event(), threading.Event()

    def stay() -> None:
        with batcher.coming():
            there.set()
            assert go_on.wait(SOON_S)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(stay)
        assert there.wait(SOON_S)
        # Only the end of its own wait can let this one go on: the other stays.
        assert pool.submit(batcher.submit, ["one"]).result(SOON_S) == [scores_of("one")]
        go_on.set()
    batcher.close()


def test_a_batch_does_not_wait_for_who_waits_for_it() -> None:
    batcher = Batcher(FakeScorer().score, timeout_s=SOON_S, gather_s=SOON_S)
    batcher.submit(["first"])
    there, go_on = threading.Event(), threading.Event()

    def wait_for_another() -> None:
        with batcher.coming():
            there.set()
            batcher.arrived()
            assert go_on.wait(SOON_S)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(wait_for_another)
        assert there.wait(SOON_S)
        assert pool.submit(batcher.submit, ["one"]).result(SOON_S) == [scores_of("one")]
        go_on.set()
    batcher.close()


def test_a_batch_has_a_most(gate: Gate) -> None:
    scorer = FakeScorer(gate)
    batcher = Batcher(scorer.score, max_size=4 * SHORT, timeout_s=SOON_S)
    with ThreadPoolExecutor(11) as pool:
        pool.submit(batcher.submit, ["first"])
        assert gate.entered.wait(SOON_S)
        others = [pool.submit(batcher.submit, ["x"]) for _ in range(10)]
        waiting(batcher, 10)
        gate.opened.set()
        assert all(other.result() == [scores_of("x")] for other in others)
    assert max(len(call) for call in scorer.calls) == 4
    batcher.close()


def test_many_or_long_texts_go_in_portions() -> None:
    scorer = FakeScorer()
    batcher = Batcher(scorer.score, max_size=3 * SHORT, timeout_s=SOON_S)
    texts = ["a", "b", "c", "d", "x" * SHORT * 2, "e", "f", "y" * SHORT * 9, "g"]
    assert batcher.submit_all(texts) == [scores_of(text) for text in texts]
    assert [len(call) for call in scorer.calls] == [3, 2, 2, 1, 1]
    assert batcher.submit_all([]) == []
    batcher.close()


def test_a_full_queue_refuses_at_once(gate: Gate) -> None:
    batcher = Batcher(FakeScorer(gate).score, max_waiting=2, timeout_s=SOON_S)
    with ThreadPoolExecutor(3) as pool:
        pool.submit(batcher.submit, ["first"])
        assert gate.entered.wait(SOON_S)
        for _ in range(2):
            pool.submit(batcher.submit, ["waits"])
        waiting(batcher, 2)
        with pytest.raises(ScoringUnavailable, match="Too many"):
            batcher.submit(["one too many"])
        gate.opened.set()
    batcher.close()


def test_a_hung_engine_is_a_time_out(gate: Gate) -> None:
    batcher = Batcher(FakeScorer(gate).score, timeout_s=0.05)
    with pytest.raises(ScoringUnavailable, match="longer than"):
        batcher.submit(["hangs"])
    gate.opened.set()
    batcher.close()


def test_while_the_engine_hangs_calls_are_refused_at_once(gate: Gate) -> None:
    batcher = Batcher(FakeScorer(gate).score, timeout_s=SOON_S)
    with ThreadPoolExecutor(1) as pool:
        hangs = pool.submit(batcher.submit, ["hangs"])
        assert gate.entered.wait(SOON_S)
        # Only now: a call whose time is over before its batch begins makes nothing hang.
        batcher._timeout_s = 0.05
        until(batcher.is_stuck)
        with pytest.raises(ScoringUnavailable, match="has not answered"):
            batcher.submit(["next"])
        assert not batcher._jobs  # refused at once: it never came to wait
        gate.opened.set()
        assert hangs.result() == [scores_of("hangs")]
    until(lambda: not batcher.is_stuck())
    batcher._timeout_s = SOON_S
    assert batcher.submit(["again"]) == [scores_of("again")]
    batcher.close()


def test_one_bad_text_does_not_fail_its_neighbours(gate: Gate) -> None:
    def act(texts: Sequence[str]) -> None:
        gate(texts)
        if "bad" in texts:
            raise ValueError("cannot read this")

    batcher = Batcher(FakeScorer(act).score, timeout_s=SOON_S)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(batcher.submit, ["first"])
        assert gate.entered.wait(SOON_S)
        calls = {text: pool.submit(batcher.submit, [text]) for text in ("good", "bad", "fine")}
        waiting(batcher, 3)
        gate.opened.set()
        assert first.result() == [scores_of("first")]
        assert calls["good"].result() == [scores_of("good")]
        assert calls["fine"].result() == [scores_of("fine")]
        with pytest.raises(ScoringUnavailable, match="ValueError"):
            calls["bad"].result()
    batcher.close()


def test_too_few_answers_are_no_answer() -> None:
    def run(texts: Sequence[str]) -> list[Scores]:
        return [scores_of(text) for text in texts[1:]]

    batcher = Batcher(run)
    with pytest.raises(ScoringUnavailable, match="number of scores"):
        batcher.submit(["one", "two"])
    batcher.close()


def test_many_threads_get_their_own_answers() -> None:
    scorer = FakeScorer()
    batcher = Batcher(scorer.score, timeout_s=SOON_S)
    texts = [f"{'x' * (number % 50)} {number}" for number in range(600)]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda text: batcher.submit([text]), texts))
    assert answers == [[scores_of(text)] for text in texts]
    assert sorted(text for call in scorer.calls for text in call) == sorted(texts)
    batcher.close()


def test_closing_fails_those_that_wait_and_refuses_the_rest(gate: Gate) -> None:
    batcher = Batcher(FakeScorer(gate).score, timeout_s=SOON_S)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(batcher.submit, ["runs"])
        assert gate.entered.wait(SOON_S)
        waits = pool.submit(batcher.submit, ["waits"])
        waiting(batcher, 1)
        batcher.close(wait_s=0)
        with pytest.raises(ScoringUnavailable, match="stopped"):
            waits.result()
        gate.opened.set()
        assert running.result() == [scores_of("runs")]
    with pytest.raises(ScoringUnavailable, match="stopped"):
        batcher.submit(["late"])


def test_a_call_that_gave_up_is_not_scored(gate: Gate) -> None:
    scorer = FakeScorer(gate)
    batcher = Batcher(scorer.score, timeout_s=SOON_S)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(batcher.submit, ["one"])
        assert gate.entered.wait(SOON_S)
        batcher._timeout_s = 0.05  # only now: the first call must not give up as well
        with pytest.raises(ScoringUnavailable):
            batcher.submit(["two"])
        gate.opened.set()
        assert first.result() == [scores_of("one")]
    batcher.close()
    assert scorer.calls == [["one"]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_works_in_a_forked_process() -> None:
    batcher = Batcher(FakeScorer().score, timeout_s=SOON_S)
    batcher.submit(["in the parent"])
    child = os.fork()
    if child == 0:
        ok = batcher.submit(["in the child"]) == [scores_of("in the child")]
        os._exit(0 if ok else 1)
    assert os.waitpid(child, 0)[1] == 0
    batcher.close()
