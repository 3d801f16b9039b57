"""Rate limits on log-in and public submission."""

from __future__ import annotations

from typing import Any

ORIGIN = "https://news.example"


def test_log_in_is_limited_per_client_and_account(make_app: Any) -> None:
    app = make_app(rate_limits=True)
    bad = {"email": "ada@example.org", "password": "wrong"}

    def try_from(address: str, body: dict[str, str] = bad) -> Any:
        return app.test_client().post(
            "/api/v1/session", json=body, environ_base={"REMOTE_ADDR": address}
        )

    assert [try_from("192.0.2.1").status_code for _ in range(10)] == [401] * 10
    refused = try_from("192.0.2.1", {"email": "other@example.org", "password": "x"})
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert try_from("192.0.2.2", bad | {"email": "ADA@example.org"}).status_code == 429
    assert try_from("192.0.2.2", bad | {"email": "mo@example.org"}).status_code == 401


def test_public_submission_is_limited_per_stranger(make_app: Any, bearer: Any) -> None:
    client = make_app(rate_limits=True).test_client()
    url = "/api/v1/sites/demo/comments"
    statuses = [client.post(url, json={"name": "a"}).status_code for _ in range(120)]
    assert set(statuses) == {201}
    answer = client.post(url, json={"name": "a"}, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.json["code"]) == (429, "flood")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    by_token = client.post(url, json={"name": "a"}, headers=bearer("site"))
    assert by_token.status_code == 201


def test_forwarded_address_is_believed_from_trusted_proxies_only(make_app: Any) -> None:
    for proxies, last in ((0, 429), (1, 401)):
        client = make_app(rate_limits=True, trusted_proxies=proxies).test_client()
        statuses = [
            client.post(
                "/api/v1/session",
                json={"email": f"{n}@example.org", "password": "x"},
                headers={"X-Forwarded-For": f"198.51.100.{n}"},
            ).status_code
            for n in range(11)
        ]
        assert statuses[-1] == last
