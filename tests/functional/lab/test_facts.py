"""What the lab keeps of a comment follows what becomes of its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from models import CommentFacts
from moderation.domain import facts
from moderation.domain.identity_terms import READ
from moderation.errors import Unavailable
from moderation.migrate import migrate
from moderation.storage import facts as stored
from tests.functional.lab.test_preview import decide, preview, put
from tests.functional.transfer.test_import import PAGE, load

__all__ = ["decide", "load", "preview", "put"]

POLICY = "/api/v1/sites/demo/policy"
LOW = {"insult": {"queue_at": 0.1, "reject_at": None}}


def test_an_edited_comment_whose_scores_come_late_is_not_lost(
    submit: Any, client: Any, decide: Any, scorer: Any, runtime: Any, clock: Any, preview: Any
) -> None:
    sent = submit(body="{insult=0.9} old").json
    scorer.down = "asleep"
    receipt = f"/api/v1/receipts/{sent['receipt']['token']}"
    assert client.patch(receipt, json={"body": "{insult=0.8} http://a.example"}).status_code == 200
    assert (preview()["comments"], preview()["unscored"]) == (0, 1)
    decide(sent["id"], "reject", version=2)
    scorer.down = None
    clock.move(seconds=120)
    runtime.services.sweep()
    view = preview(thresholds={}, max_links=0)
    assert (view["comments"], view["unscored"], view["candidate"]["queued"]) == (1, 0, 1)
    view = preview(thresholds={})
    assert [(item["judged"], item["scores"]["insult"]) for item in view["examples"]] == [
        ("rejected", 0.8)
    ]


def _csv(folder: Path, body: str) -> Path:
    path = folder / "comments.csv"
    path.write_text(
        "id,page_url,name,email,body,created_at,status\n"
        f"1,{PAGE},Ann,ann@example.com,{body},2026-11-20T10:00:00Z,published\n"
    )
    return path


def test_an_import_that_brings_another_text_takes_the_old_scores_back(
    load: Any, tmp_path: Path, runtime: Any, preview: Any
) -> None:
    load("csv", _csv(tmp_path, "{insult=0.9}"))
    runtime.services.rescore(None, lambda done, total: None)
    assert preview()["live"]["queued"] == 1
    load("csv", _csv(tmp_path, "{insult=0.2} kinder"))
    assert (preview()["comments"], preview()["unscored"]) == (0, 1)
    runtime.services.rescore(None, lambda done, total: None)
    assert preview()["live"]["published"] == 1


def test_a_decision_made_before_the_first_scores_counts_after_them(
    load: Any, tmp_path: Path, moderator: Any, runtime: Any, preview: Any
) -> None:
    path = _csv(tmp_path, "{insult=0.9}")
    path.write_text(path.read_text().replace("published", "queued"))
    load("csv", path)
    (item,) = moderator.get("/api/v1/queue").json["items"]
    moderator.post(
        f"/api/v1/comments/{item['id']}/decisions", json={"action": "reject", "version": 1}
    )
    runtime.services.rescore(None, lambda done, total: None)
    assert preview(thresholds={})["moves"][0]["judged"] == "rejected"


def test_removed_texts_are_not_replayed_as_empty_and_are_counted(
    submit: Any, decide: Any, put: Any, clock: Any, runtime: Any, preview: Any
) -> None:
    put(suspect_words=["casino"])
    decide(submit(body="a casino").json["id"], "reject")
    decide(submit(body="{insult=0.9} poker").json["id"], "reject")
    submit(body="fine")
    clock.move(days=91)
    runtime.services.sweep()
    changed = {"thresholds": {}, "suspect_words": ["casin*", "poker"]}
    view = preview(days=100, **changed)
    # What was found at the time counts; that one would have said poker cannot be known.
    assert view["candidate"] == {"published": 2, "queued": 1, "rejected": 0}
    assert (view["texts_removed"], view["not_replayed"]) == (2, [])
    assert preview(days=100)["texts_removed"] == 0


def test_nobody_is_asked_to_judge_a_text_that_is_gone(
    admin: Any, submit: Any, decide: Any, clock: Any, runtime: Any, as_role: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"second_review_percent": 100})
    decide(submit(body="{insult=0.9}").json["id"], "reject")
    other = as_role("moderator", "demo")
    assert len(other.get("/api/v1/blind").json["items"]) == 1
    clock.move(days=91)
    runtime.services.sweep()
    assert other.get("/api/v1/blind").json["items"] == []


def test_promoting_a_shadow_happens_whole_or_not_at_all(
    admin: Any, monkeypatch: pytest.MonkeyPatch, runtime: Any
) -> None:
    admin.put(f"{POLICY}/shadow", json={"policy": {"thresholds": LOW}})

    def fail(*_: Any) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr("moderation.services.shadow_policy.note_admin", fail)
    answer = admin.post(f"{POLICY}/shadow/promote", json={}, headers={"If-Match": '"1"'})
    assert answer.status_code == 503
    assert admin.get(POLICY).json["version"] == 1
    assert admin.get(f"{POLICY}/shadow").json["shadow"] is not None
    with runtime.store.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM policy_versions")) == 2


def _imported(folder: Path) -> Path:
    rows = [
        (place, "rejected" if place % 4 == 0 else "published" if place % 4 < 3 else "queued")
        for place in range(48)
    ]
    path = folder / "comments.csv"
    path.write_text(
        "id,page_url,name,email,body,created_at,status\n"
        + "".join(
            f"{n},{PAGE},Ann,ann@example.com,{{insult=0.8}} {n},2026-11-20T10:00:00Z,{status}\n"
            for n, status in rows
        )
    )
    return path


def test_decisions_of_another_system_count_only_when_asked_for(
    load: Any, tmp_path: Path, runtime: Any, preview: Any, admin: Any, moderator: Any
) -> None:
    load("csv", _imported(tmp_path))
    runtime.services.rescore(None, lambda done, total: None)
    view = preview()
    assert view["imported"] == {"included": False, "decisions": 36, "sources": {"csv": 36}}
    assert view["quality"]["held_precision"] == {"value": None, "low": None, "high": None, "n": 0}
    sent = {"policy": {}, "imported": True}
    counted = admin.post(f"{POLICY}/preview", json=sent).json
    assert (counted["imported"]["included"], counted["imported"]["decisions"]) == (True, 36)
    assert counted["quality"]["held_precision"]["n"] == 36
    assert counted["quality"]["held_precision"]["value"] == 12 / 36
    stats = admin.get("/api/v1/sites/demo/stats", query_string={"imported": "true"}).json
    assert stats["decided"] == {"approved": 24, "rejected": 12}
    ask = {"label": "insult", "target": "recall", "value": 0.5}
    url = "/api/v1/sites/demo/policy/suggestion"
    assert admin.get(url, query_string=ask).json["detail"].startswith("There are 0 rejections")
    answer = admin.get(url, query_string={**ask, "imported": "true"}).json
    assert answer["detail"].startswith("There are 12 rejections")
    # A decision made here stands for the comment, whatever was decided elsewhere.
    (first, *_) = admin.get("/api/v1/comments", query_string={"status": "published"}).json["items"]
    path = f"/api/v1/comments/{first['id']}/decisions"
    assert moderator.post(path, json={"action": "reject", "version": 1}).status_code == 200
    assert preview()["imported"]["decisions"] == 35
    wrong = admin.post(f"{POLICY}/preview", json={"imported": "perhaps"})
    assert list(wrong.json["errors"]) == ["imported"]


def test_what_another_system_decides_later_and_what_an_author_rewrites_is_followed(
    load: Any, tmp_path: Path, runtime: Any, preview: Any
) -> None:
    load("csv", _csv(tmp_path, "words"))
    runtime.services.rescore(None, lambda done, total: None)
    assert preview()["imported"]["decisions"] == 1
    path = _csv(tmp_path, "words")
    path.write_text(path.read_text().replace("published", "queued"))
    load("csv", path)
    assert preview()["imported"]["decisions"] == 0


def test_upgrading_completes_the_facts_of_an_older_service(
    load: Any,
    tmp_path: Path,
    runtime: Any,
    submit: Any,
    database_url: str,
    decide: Any,
    scorer: Any,
    admin: Any,
) -> None:
    load("csv", _imported(tmp_path))
    runtime.services.rescore(None, lambda done, total: None)
    sent = submit(body="Muslims {insult=0.9}").json
    decide(sent["id"], "approve")
    edited = submit(body="waits").json["id"]
    rows = sa.select(CommentFacts.comment_id, CommentFacts.packed).order_by(CommentFacts.comment_id)
    with runtime.store.write() as session:
        wanted = {comment_id: bytes(packed) for comment_id, packed in session.execute(rows)}
        for comment_id, packed in wanted.items():
            older = facts.with_import(facts.with_values(packed, {"terms": 0}), 0, "csv")
            if comment_id == edited:
                older = facts.forgotten(comment_id)
            session.execute(
                sa.update(CommentFacts)
                .where(CommentFacts.comment_id == comment_id)
                .values(packed=older)
            )
    migrate(database_url, tmp_path, "0010")
    migrate(database_url, tmp_path)
    with runtime.store.read() as session:
        found = {comment_id: bytes(packed) for comment_id, packed in session.execute(rows)}
    # What the edit's late scores will be put into; whom texts name is not known yet.
    del wanted[edited]
    assert found == {
        comment_id: facts.with_values(packed, {"terms": 0}) for comment_id, packed in wanted.items()
    }
    fairness = admin.get("/api/v1/sites/demo/fairness", query_string={"days": 30}).json
    assert fairness["unread"] == len(wanted)
    scorer.version = "2"
    runtime.services.rescore(None, lambda done, total: None)
    with runtime.store.read() as session:
        found = {comment_id: bytes(packed) for comment_id, packed in session.execute(rows)}
    assert found.pop(edited)[-1] == READ
    assert found == wanted


def test_facts_are_made_of_the_decisions_of_a_service_that_had_none(
    submit: Any, moderator: Any, put: Any, decide: Any, runtime: Any, tmp_path: Path,
    database_url: str,
) -> None:  # fmt: skip
    put(suspect_words=["bridge"], blocked_words=["casino"], max_links=1, audit_rate=0)
    mark = {"standing": "trusted", "note": "known"}
    first = submit(email="bea@example.com").json["id"]
    moderator.post(f"/api/v1/comments/{first}/author/marks", json=mark)
    submit(email="bea@example.com", body="http://a.example http://b.example {threat=0.25}")
    decide(submit(body="The bridge {insult=0.9}").json["id"], "approve")
    undone = decide(submit(body="A casino").json["id"], "approve")
    moderator.post(f"/api/v1/decisions/{undone}/undo")
    decide(submit(body="{toxicity=0.8} once more").json["id"], "spam")
    rows = sa.select(CommentFacts.comment_id, CommentFacts.packed)
    with runtime.store.read() as session:
        wanted = {comment_id: bytes(packed) for comment_id, packed in session.execute(rows)}
    assert len(wanted) == 5
    runtime.store.close()
    migrate(database_url, tmp_path, "0004")
    migrate(database_url, tmp_path)
    with runtime.store.read() as session:
        found = {comment_id: bytes(packed) for comment_id, packed in session.execute(rows)}
    assert found == {
        comment_id: facts.with_values(packed, {"terms": 0}) for comment_id, packed in wanted.items()
    }


def test_a_site_is_read_whole_in_parts_and_then_only_what_is_new(
    submit: Any, runtime: Any, preview: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        submit()
    with runtime.store.read() as session:
        site_id = session.scalar(sa.text("SELECT id FROM sites"))
        rows = session.scalars(sa.text("SELECT packed FROM comment_facts")).all()
        monkeypatch.setattr(stored, "_BATCH", 3)
        whole, stamp = stored.changed_since(session, site_id, None)
    size = len(rows[0])
    assert {whole[at : at + size] for at in range(0, len(whole), size)} == set(rows)
    assert len(whole) == size * 7
    assert preview()["comments"] == 7
    submit()
    with runtime.store.read() as session:
        changed, _ = stored.changed_since(session, site_id, stamp)
        (new,) = {*session.scalars(sa.text("SELECT packed FROM comment_facts"))} - {*rows}
    # Transactions of other databases may make PostgreSQL give rows once more.
    assert new in {changed[at : at + size] for at in range(0, len(changed), size)}
    assert preview()["comments"] == 8


def test_store_that_fails_while_a_site_is_read_is_a_503(
    submit: Any, admin: Any, runtime: Any
) -> None:
    submit()
    move = "ALTER TABLE {} RENAME TO {}"
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql(move.format("comment_facts", "moved_facts"))
    answer = admin.post("/api/v1/sites/demo/policy/preview", json={"policy": {}, "days": 30})
    with runtime.store.engine.begin() as connection:
        connection.exec_driver_sql(move.format("moved_facts", "comment_facts"))
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
