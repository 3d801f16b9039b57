"""Scoring put off to workers: what the web process does and leaves. The workers
themselves run in ``tests/faults``."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from moderation.app import create_app
from moderation.bootstrap import bootstrap
from moderation.errors import Contended
from moderation.settings import read_settings

ROOT = Path(__file__).parents[2]


def test_submission_waits_for_a_worker_and_the_web_process_leaves_it(
    submit_worker: Any, scorer: Any
) -> None:
    runtime, post = submit_worker("")
    answer = post()
    assert (answer.status_code, answer.json["status"]) == (202, "pending")
    assert runtime.services.sweep.without_scoring().scored == 0
    assert scorer.calls == []
    assert runtime.services.score_pending().scored == 1


class Deadlock(Exception):
    """What PostgreSQL's driver raises, so far as it is looked at."""

    sqlstate = "40P01"


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (sa.exc.IntegrityError("", {}, Exception("refused")), sa.exc.IntegrityError),
        (sa.exc.OperationalError("", {}, Deadlock()), Contended),
    ],
    ids=["refused", "deadlock"],
)
def test_comment_that_the_store_refuses_holds_up_no_other(
    submit_worker: Any, refused: Exception, told: type[Exception]
) -> None:
    runtime, post = submit_worker("")
    ids = [post().json["id"] for _ in range(3)]

    def refuse(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO scores") and ids[1] in str(parameters):
            raise refused

    engine = runtime.store.engine
    sa.event.listen(engine, "before_cursor_execute", refuse)
    with pytest.raises(told):
        runtime.services.score_pending()
    sa.event.remove(engine, "before_cursor_execute", refuse)
    with runtime.store.read() as session:
        status = dict(session.execute(sa.text("SELECT id, status FROM comments")).all())
        waiting = session.execute(sa.text("SELECT comment_id FROM scoring_jobs")).scalars().all()
        scored = session.execute(sa.text("SELECT comment_id FROM scores")).scalars().all()
    assert [status[each] for each in ids] == ["published", "pending", "published"]
    assert waiting == [ids[1]]
    assert sorted(scored) == sorted([ids[0], ids[2]])


@pytest.fixture
def before_storing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something happen after a worker has decided and before it takes the write lock."""

    def arrange(runtime: Any, act: Any) -> None:
        write, begun = runtime.store.write, []

        def writing() -> Any:
            begun.append(1)
            if len(begun) == 2:  # the first claims the jobs
                act()
            return write()

        monkeypatch.setattr(runtime.store, "write", writing)

    return arrange


def test_policy_that_changes_before_a_decision_is_stored_is_the_one_that_decides(
    submit_worker: Any, before_storing: Any, admin: Any
) -> None:
    runtime, post = submit_worker("")
    url = "/api/v1/sites/demo/policy"
    sent = post().json

    def tighten() -> None:
        change = {"blocked_words": ["thank"]}
        assert admin.put(url, json=change, headers={"If-Match": '"1"'}).status_code == 200

    before_storing(runtime, tighten)
    assert runtime.services.score_pending().scored == 1
    detail = admin.get(f"/api/v1/comments/{sent['id']}").json
    assert (detail["status"], detail["policy_version"]) == ("rejected", 2)


def test_author_blocked_before_a_decision_is_stored_is_blocked(
    submit_worker: Any, before_storing: Any, moderator: Any
) -> None:
    runtime, post = submit_worker("")
    url = f"/api/v1/comments/{post().json['id']}"

    def block() -> None:
        mark = {"standing": "blocked", "note": "Enough."}
        assert moderator.post(f"{url}/author/marks", json=mark).status_code < 300

    before_storing(runtime, block)
    assert runtime.services.score_pending().scored == 1
    assert moderator.get(url).json["status"] == "rejected"


def test_authors_second_comment_of_a_batch_is_not_their_first(
    submit_worker: Any, moderator: Any
) -> None:
    runtime, post = submit_worker("")
    ids = [post().json["id"] for _ in range(2)]
    assert runtime.services.score_pending().scored == 2
    traces = [moderator.get(f"/api/v1/comments/{each}").json["trace"] for each in ids]
    first = [line for trace in traces for line in trace if line["check"] == "first_comment"]
    assert [line["value"] for line in first] == [0, 1]


def test_worker_locks_a_batch_in_the_order_of_its_ids(
    submit_worker: Any, scorer: Any, clock: Any
) -> None:
    """Whoever waits for its scores only, because a person has it by now, stands in no other."""
    runtime, post = submit_worker("")
    ids = [post().json["id"] for _ in range(2)]
    clock.move(minutes=5)
    assert runtime.services.score_pending(0).given_up == 2
    ids += [post().json["id"] for _ in range(2)]
    touched: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("UPDATE comments") or "WHERE comments.id = " in statement:
            touched.extend(each for each in ids if each in str(parameters))

    sa.event.listen(runtime.store.engine, "before_cursor_execute", note)
    assert runtime.services.score_pending().scored == 4
    assert list(dict.fromkeys(touched)) == ids


def test_withdrawal_takes_comment_and_job_in_the_order_in_which_workers_do(
    submit_worker: Any, client: Any, runtime: Any
) -> None:
    _, post = submit_worker("")
    sent, statements = post().json, []
    sa.event.listen(
        runtime.store.engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    assert client.delete(f"/api/v1/receipts/{sent['receipt']['token']}").status_code == 200
    changed = [each.split(" SET")[0].split(" WHERE")[0] for each in statements]
    assert changed.index("UPDATE comments") < changed.index("DELETE FROM scoring_jobs")


def test_comment_withdrawn_while_it_is_scored_stays_withdrawn(
    submit_worker: Any, scorer: Any, client: Any
) -> None:
    runtime, post = submit_worker("")
    sent, other = post().json, post().json

    def during(texts: list[str]) -> list[Any]:
        client.delete(f"/api/v1/receipts/{sent['receipt']['token']}")
        return score(texts)

    score, scorer.score = scorer.score, during
    assert runtime.services.score_pending().scored == 2
    with runtime.store.read() as session:
        status = dict(session.execute(sa.text("SELECT id, status FROM comments")).all())
        left = session.execute(sa.text("SELECT count(*) FROM scoring_jobs")).scalar_one()
    assert (status[sent["id"]], status[other["id"]], left) == ("withdrawn", "published", 0)


@pytest.mark.parametrize(
    ("given", "named"),
    [({}, "MODERATION_BROKER_URL"), ({"BROKER_URL": "redis://127.0.0.1"}, "MODERATION_SCORING")],
)
def test_worker_that_is_set_up_wrong_says_so_in_one_line(
    given: dict[str, str], named: str, tmp_path: Path
) -> None:
    environ = {f"MODERATION_{name}": value for name, value in given.items()}
    done = subprocess.run(
        [sys.executable, "-c", "import moderation.tasks.celery_app"],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": "", "MODERATION_INSTANCE": str(tmp_path), **environ},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {named} must ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("hanging", [False, True], ids=["refusing", "hanging"])
def test_dead_broker_refuses_no_submission(submit_worker: Any, hanging: bool) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if hanging:
            held.listen()
        _, post = submit_worker(f"redis://127.0.0.1:{held.getsockname()[1]}/0")
        assert [post().status_code for _ in range(5)] == [202] * 5


def test_submission_does_not_wait_for_the_notice(
    submit_worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, released, ended = threading.Event(), threading.Event(), threading.Event()

    def send(*_: Any, **__: Any) -> None:
        begun.set()
        released.wait(30)
        ended.set()

    monkeypatch.setattr("celery.Celery.send_task", send)
    _, post = submit_worker("redis://127.0.0.1:1/0")
    assert [post().status_code for _ in range(5)] == [202] * 5
    assert begun.wait(30)
    assert not ended.is_set()
    released.set()


@pytest.fixture
def submit_worker(environ: dict[str, str], clock: Any, scorer: Any, runtime: Any) -> Any:
    made = []

    def make(broker: str) -> Any:
        settings = {**environ, "MODERATION_SCORING": "worker", "MODERATION_BROKER_URL": broker}
        worker_mode = bootstrap(read_settings(settings), clock=clock, scorer=scorer)
        made.append(worker_mode)
        client = create_app(runtime=worker_mode).test_client()

        def post() -> Any:
            clock.move(seconds=20)
            return client.post(
                "/api/v1/sites/demo/comments",
                json={
                    "name": "Ann",
                    "email": "ann@example.com",
                    "body": f"Thank you, {clock.now}",
                    "page_url": "https://news.example/bridge",
                },
            )

        return worker_mode, post

    yield make
    for runtime_made in made:
        runtime_made.close()
