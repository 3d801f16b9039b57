"""Reporting a published comment by a page without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import PAGE


@pytest.fixture
def page(submit: Any, client: Any) -> str:
    """The address of the report's page, as the plain thread links to it."""
    submit(body="*Odd* words.", name="<i>Ann</i>")
    html = client.get("/sites/demo/thread", query_string={"page_url": PAGE, "lang": "de"}).text
    found = re.search(r'href="(/sites/demo/comments/[^"]+/report[^"]*)"', html)
    assert found is not None
    return found[1]


def _report(client: Any, page: str, reader: str = "198.51.100.1", headers: Any = None,
            **form: str) -> Any:  # fmt: skip
    sent = {"reason": "abuse", **form}
    return client.post(page, data=sent, headers=headers, environ_base={"REMOTE_ADDR": reader})


def test_report_is_stored_like_the_embeds_and_answered_in_the_threads_language(
    client: Any, page: str, moderator: Any, admin: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"report_limit": 2})
    form = client.get(page)
    assert form.status_code == 200
    assert '<html lang="de" dir="ltr">' in form.text
    assert "<em>Odd</em> words." in form.text
    assert "<i>" not in form.text
    assert "ann@example.com" not in form.text
    assert "script-src" not in form.headers["Content-Security-Policy"]
    assert set(re.findall(r'name="reason" value="(\w+)"', form.text)) == {
        "abuse", "spam", "privacy", "other",
    }  # fmt: skip
    for reader in ("198.51.100.1", "198.51.100.1", "198.51.100.2"):
        done = _report(client, page, reader, note="It names my street.")
        assert done.status_code == 200
        assert 'role="status"' in done.text
        assert "<form" not in done.text
    [item] = moderator.get("/api/v1/queue?reason=reported").json["items"]
    assert item["report_count"] == 2
    reports = moderator.get(f"/api/v1/comments/{item['id']}").json["reports"]
    assert [(one["reason"], one["note"]) for one in reports] == [
        ("abuse", "It names my street.")
    ] * 2
    # It is no reader's any more, and answers like one that never was.
    assert client.get(page).status_code == 404
    assert _report(client, page).status_code == 404


@pytest.mark.parametrize("form", [{"reason": ""}, {"reason": "<b>"}, {"note": "x" * 1001}])
def test_mistake_is_told_beside_what_was_typed(client: Any, page: str, form: Any) -> None:
    answer = _report(client, page, **{"note": "It names my street.", **form})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if "note" not in form:
        assert "It names my street.</textarea>" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://comments.example"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://news.example"}, 200),
        ({"Origin": "https://comments.example"}, 200),
        ({}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_page_elsewhere_cannot_have_its_visitors_report(
    client: Any, page: str, headers: Any, status: int
) -> None:
    assert _report(client, page, headers=headers).status_code == status
    comment_id = page.split("/")[4]
    api = f"/api/v1/sites/demo/comments/{comment_id}/reports"
    answer = client.post(api, data={"reason": "abuse"}, headers=headers)
    assert answer.status_code == (202 if status == 200 else 403)


@pytest.fixture
def limited(environ: dict[str, str]) -> None:
    environ["MODERATION_RATE_LIMITS"] = "on"


@pytest.mark.usefixtures("limited")
def test_many_reports_from_one_address_are_slowed_down(client: Any, page: str) -> None:
    answers = [_report(client, page) for _ in range(31)]
    assert [one.status_code for one in answers] == [200] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert 'role="alert"' in answers[-1].text
    assert _report(client, page, "198.51.100.7").status_code == 200


def test_unknown_comment_or_site_is_404_and_other_media_415(client: Any, page: str) -> None:
    assert client.get("/sites/demo/comments/nonsense/report").status_code == 404
    assert client.get(page.replace("/demo/", "/other/")).status_code == 404
    assert client.get(page.replace("/demo/", "/none/")).status_code == 404
    assert client.post(page, json={"reason": "abuse"}).status_code == 415
    assert client.post(page, data=b"reason=\xff", content_type=FORM).status_code == 400


FORM = "application/x-www-form-urlencoded"
