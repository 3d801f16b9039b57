"""Writers who come at once share a transaction on SQLite, and none answers for another."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Site
from moderation.errors import Conflict, ModerationError, Unavailable
from moderation.migrate import migrate
from moderation.storage import unit_of_work
from moderation.storage.unit_of_work import Store
from moderation.storage.write_together import MOST, WriteTogether

SOON_S = 20.0
TAKEN, REFUSED = "taken", "refused"


class Sites:
    """Makes sites, remembers who was made together; some are refused, some cannot be stored."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []

    def __call__(self, session: Session, slugs: Sequence[str]) -> list[str | ModerationError]:
        self.groups.append(list(slugs))
        return [self._make(session, slug) for slug in slugs]

    def _make(self, session: Session, slug: str) -> str | ModerationError:
        if slug == REFUSED:
            return Conflict("No.", code="no")
        session.add(
            Site(
                id=f"id-{slug}-{len(self.groups)}",
                slug=slug,
                name=slug,
                origins=[],
                settings={},
                policy_version=1,
                created_at=datetime(2026, 11, 24, tzinfo=UTC),
            )
        )
        session.flush()
        return slug.upper()


@pytest.fixture
def sites() -> Sites:
    return Sites()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    migrate(url, tmp_path)
    made = Store(url)
    yield made
    made.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)


@contextmanager
def queued(
    store: Store, write: WriteTogether[str, str], slugs: Sequence[str]
) -> Iterator[list[Future[str]]]:
    """Calls that wait in this order; they go on when the block ends.

    The first leads, and waits for a writer by itself; those after it queue.
    """
    with ThreadPoolExecutor(len(slugs)) as pool:
        with store.write():
            calls = [pool.submit(write, slugs[0])]
            until(lambda: write._is_led and not write._queue)
            for number, slug in enumerate(slugs[1:], 1):
                calls.append(pool.submit(write, slug))
                until(lambda number=number: len(write._queue) == number)
        yield calls


def stored(store: Store) -> set[str]:
    with store.read() as session:
        return set(session.scalars(sa.select(Site.slug)))


def test_a_lone_writer_has_a_transaction_of_its_own(store: Store, sites: Sites) -> None:
    write = WriteTogether(store, sites)
    assert [write("a"), write("b")] == ["A", "B"]
    assert sites.groups == [["a"], ["b"]]
    assert stored(store) == {"a", "b"}


def test_those_who_queue_are_taken_along(store: Store, sites: Sites) -> None:
    write = WriteTogether(store, sites)
    names = [f"s{number}" for number in range(7)]
    with queued(store, write, names) as calls:
        assert [call.result(SOON_S) for call in calls] == [name.upper() for name in names]
    assert sites.groups == [names[:1], names[1:]]
    assert stored(store) == set(names)
    assert write("later") == "LATER"


def test_a_transaction_takes_only_so_many(store: Store, sites: Sites) -> None:
    write = WriteTogether(store, sites)
    names = [f"s{number}" for number in range(2 * MOST)]
    with queued(store, write, names) as calls:
        assert [call.result(SOON_S) for call in calls] == [name.upper() for name in names]
    assert [len(group) for group in sites.groups] == [1, MOST, MOST - 1]
    assert stored(store) == set(names)


def test_a_refusal_is_its_own_writers(store: Store, sites: Sites) -> None:
    write = WriteTogether(store, sites)
    with queued(store, write, ["first", "a", REFUSED, "b"]) as calls:
        with pytest.raises(Conflict, match=r"No\."):
            calls[2].result(SOON_S)
        assert [calls[number].result(SOON_S) for number in (1, 3)] == ["A", "B"]
    assert sites.groups == [["first"], ["a", REFUSED, "b"]]
    assert stored(store) == {"first", "a", "b"}


def test_what_the_store_refuses_fails_alone(store: Store, sites: Sites) -> None:
    WriteTogether(store, sites)(TAKEN)
    write = WriteTogether(store, sites)
    with queued(store, write, ["first", "a", TAKEN, "b"]) as calls:
        with pytest.raises(sa.exc.IntegrityError):
            calls[2].result(SOON_S)
        assert [calls[number].result(SOON_S) for number in (1, 3)] == ["A", "B"]
    # Nothing stayed of the transaction that failed: each was tried again by itself.
    assert sites.groups[2:] == [["a", TAKEN, "b"], ["a"], [TAKEN], ["b"]]
    assert stored(store) == {TAKEN, "first", "a", "b"}


def test_where_nobody_can_write_everybody_is_told(
    store: Store, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "TURN_TIMEOUT_S", 0.1)
    write = WriteTogether(store, sites)
    with ThreadPoolExecutor(4) as pool:
        with store.write():
            calls = [pool.submit(write, name) for name in "abcd"]
            for call in calls:
                with pytest.raises(Unavailable):
                    call.result(SOON_S)
        assert pool.submit(write, "e").result(SOON_S) == "E"
    assert stored(store) == {"e"}


def test_waits_for_a_store_that_is_held_do_not_add_up(
    store: Store, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "TURN_TIMEOUT_S", 0.2)
    tries: list[None] = []
    write_once = store.write
    monkeypatch.setattr(store, "write", lambda: tries.append(None) or write_once())
    write = WriteTogether(store, sites)
    names = [f"s{number}" for number in range(3 * MOST)]
    with ThreadPoolExecutor(len(names)) as pool, write_once():
        calls = [pool.submit(write, names[0])]
        until(lambda: write._is_led and not write._queue)
        calls += [pool.submit(write, name) for name in names[1:]]
        for call in calls:
            with pytest.raises(Unavailable):
                call.result(SOON_S)
    # Whoever had queued by then was refused with the first, without a try of its own.
    assert len(tries) < 4
    assert not stored(store)


class Stopped(BaseException):
    """As a signal or a greenlet's time-out raises it in a thread that waits."""


def test_a_thread_that_is_stopped_while_it_waits_leaves_the_queue(
    store: Store, sites: Sites
) -> None:
    write = WriteTogether(store, sites)
    seen: list[type[BaseException]] = []

    def stopped() -> None:
        try:
            write("gone")
        except Stopped:
            seen.append(Stopped)

    with ThreadPoolExecutor(2) as pool:
        with store.write():
            first = pool.submit(write, "first")
            until(lambda: write._is_led and not write._queue)
            thread = threading.Thread(target=stopped)
            thread.start()
            until(lambda: len(write._queue) == 1 and bool(write._queue[0].woken._cond._waiters))
            woken = write._queue[0].woken
            assert thread.ident is not None
            raised = ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped)
            )
            assert raised == 1
            with woken._cond:
                woken._cond.notify_all()
            thread.join(SOON_S)
        assert seen == [Stopped]
        assert first.result(SOON_S) == "FIRST"
        assert pool.submit(write, "later").result(SOON_S) == "LATER"
    assert stored(store) == {"first", "later"}


def test_many_threads_get_their_own_answers(store: Store, sites: Sites) -> None:
    write = WriteTogether(store, sites)
    names = [f"s{number}" for number in range(300)]
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(write, names)) == [name.upper() for name in names]
    assert stored(store) == set(names)
    assert sorted(name for group in sites.groups for name in group) == sorted(names)
    assert not write._is_led


def test_a_listener_that_fails_does_not_make_them_written_twice(store: Store, sites: Sites) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("not now")

    def make(session: Session, slugs: Sequence[str]) -> list[str | ModerationError]:
        unit_of_work.remember(session, "made")
        return sites(session, slugs)

    store.on_commit(fail)
    write = WriteTogether(store, make)
    with queued(store, write, ["first", "a", "b"]) as calls:
        assert [call.result(SOON_S) for call in calls] == ["FIRST", "A", "B"]
    assert sites.groups == [["first"], ["a", "b"]]
