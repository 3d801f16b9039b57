"""The same request twice: one row, the first answer again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.conftest import OPERATOR, PAGE

URL = "/api/v1/sites/demo/comments"


def _form(**fields: Any) -> dict[str, Any]:
    return {"name": "Ann", "email": "ann@example.com", "body": "Once.", "page_url": PAGE, **fields}


def test_repeated_submission_gets_the_first_answer(client: Any) -> None:
    first = client.post(URL, json=_form(), headers={"Idempotency-Key": "k1"})
    again = client.post(URL, json=_form(), headers={"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    listed = client.get(URL, query_string={"page_url": PAGE}).json
    assert listed["count"] == 1


def test_key_with_another_body_is_refused(client: Any) -> None:
    client.post(URL, json=_form(), headers={"Idempotency-Key": "k1"})
    other = client.post(URL, json=_form(body="Twice."), headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json["code"]) == (409, "idempotency_mismatch")


def test_repeat_is_looked_at_before_duplicate_and_flood(client: Any, admin: Any) -> None:
    admin.patch("/api/v1/sites/demo", json={"flood_s": 60})
    headers = {"Idempotency-Key": "k1"}
    assert client.post(URL, json=_form(), headers=headers).status_code == 201
    assert client.post(URL, json=_form(), headers=headers).status_code == 201
    assert client.post(URL, json=_form()).json["code"] == "duplicate"


def test_only_answers_of_success_are_kept(client: Any) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert client.post(URL, json=_form(name=""), headers=headers).status_code == 422
    assert client.post(URL, json=_form(), headers=headers).status_code == 201


def test_key_is_the_sites_own(client: Any) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert client.post(URL, json=_form(), headers=headers).status_code == 201
    elsewhere = client.post(
        "/api/v1/sites/other/comments",
        json=_form(page_url="https://other.example/"),
        headers=headers,
    )
    assert elsewhere.status_code == 201


def test_answer_is_kept_for_a_day(client: Any, clock: Any, runtime: Any) -> None:
    headers = {"Idempotency-Key": "k1"}
    client.post(URL, json=_form(), headers=headers)
    clock.move(hours=24)
    runtime.services.sweep()
    assert client.post(URL, json=_form(), headers=headers).json["code"] == "duplicate"


def test_pending_answer_is_repeated_as_it_was(client: Any, scorer: Any, runtime: Any) -> None:
    headers = {"Idempotency-Key": "k1"}
    scorer.down = "loading"
    first = client.post(URL, json=_form(), headers=headers)
    scorer.down = None
    runtime.services.sweep()
    again = client.post(URL, json=_form(), headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json == first.json


def test_bad_key_is_malformed(client: Any) -> None:
    for key in ("", "x" * 256, "ümlaut", "two words"):
        answer = client.post(URL, json=_form(), headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json["code"]) == (400, "malformed")


def test_ten_at_once_make_one_comment(app: Any, client: Any) -> None:
    def send(_: int) -> tuple[int, str]:
        answer = app.test_client().post(URL, json=_form(), headers={"Idempotency-Key": "k1"})
        return answer.status_code, answer.json.get("id")

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert client.get(URL, query_string={"page_url": PAGE}).json["count"] == 1


def test_ten_duplicates_at_once_make_one_comment(app: Any, client: Any) -> None:
    def send(_: int) -> int:
        return app.test_client().post(URL, json=_form()).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(send, range(10)))
    assert answers == [201] + [409] * 9
    assert client.get(URL, query_string={"page_url": PAGE}).json["count"] == 1


def test_repeated_decision_is_applied_once(submit: Any, moderator: Any) -> None:
    held = submit(body="{insult=0.9}").json["id"]
    url = f"/api/v1/comments/{held}/decisions"
    sent = {"action": "approve", "version": 1}
    first = moderator.post(url, json=sent, headers={"Idempotency-Key": "d1"})
    again = moderator.post(url, json=sent, headers={"Idempotency-Key": "d1"})
    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    assert len(moderator.get(f"/api/v1/comments/{held}/history").json["items"]) == 2


def test_repeated_token_request_shows_the_same_token(admin: Any, runtime: Any) -> None:
    sent = {"role": "site", "sites": ["demo"], "name": "shop window"}
    first = admin.post("/api/v1/tokens", json=sent, headers={"Idempotency-Key": "t1"})
    again = admin.post("/api/v1/tokens", json=sent, headers={"Idempotency-Key": "t1"})
    assert first.status_code == 201
    assert first.json == again.json
    assert runtime.services.authenticate.by_token(first.json["token"]).role == "site"


def test_what_is_kept_holds_no_secret(client: Any, admin: Any, runtime: Any) -> None:
    import sqlalchemy as sa

    sent = client.post(URL, json=_form(), headers={"Idempotency-Key": "k-secret"}).json
    made = admin.post(
        "/api/v1/tokens", json={"role": "admin"}, headers={"Idempotency-Key": "t-secret"}
    ).json
    with runtime.store.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM kept_answers")).all()
    assert len(rows) == 2
    for secret in (sent["receipt"]["token"], made["token"], "ann@example.com", "k-secret"):
        assert secret not in str(rows)
    assert OPERATOR.name not in str(rows)


def test_repeated_claim_leases_the_same_comments(submit: Any, moderator: Any) -> None:
    for n in range(4):
        submit(body="{insult=0.9}", email=f"a{n}@example.com")
    url, sent, headers = "/api/v1/queue/claims", {"limit": 2}, {"Idempotency-Key": "c1"}
    first = moderator.post(url, json=sent, headers=headers).json
    again = moderator.post(url, json=sent, headers=headers).json
    assert [item["id"] for item in first["items"]] == [item["id"] for item in again["items"]]
    assert len(moderator.post(url, json=sent).json["items"]) == 2


def test_repeated_policy_change_makes_one_version(admin: Any) -> None:
    url, headers = "/api/v1/sites/demo/policy", {"If-Match": '"1"', "Idempotency-Key": "p1"}
    first = admin.put(url, json={"max_links": 1}, headers=headers)
    again = admin.put(url, json={"max_links": 1}, headers=headers)
    assert (first.status_code, first.json) == (again.status_code, again.json) == (200, first.json)
    back = {"Idempotency-Key": "r1"}
    once = admin.post(f"{url}/rollback", json={"version": 1}, headers=back).json
    assert admin.post(f"{url}/rollback", json={"version": 1}, headers=back).json == once
    assert once["version"] == 3
