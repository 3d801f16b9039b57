"""What came over comments:suggestscore can be read, and calibrates."""

from __future__ import annotations

from typing import Any

from moderation.services.suggested_scores import suggested_verdicts

URL = "/api/v1/sites/demo/suggested-scores"


def _suggest(caller: Any, text: str, value: float) -> None:
    sent = {
        "comment": {"text": text},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": value}}},
    }
    key = caller.headers["Authorization"].removeprefix("Bearer ")
    url = f"/v1alpha1/comments:suggestscore?key={key}"
    assert caller.client.post(url, json=sent).status_code == 200


def test_suggestions_are_listed_without_their_texts(as_role: Any, admin: Any, runtime: Any) -> None:
    site = as_role("site", "demo")
    for text, value in (("Rude {toxicity=0.8}.", 1), ("Kind.", 0), ("So so.", 0.4)):
        _suggest(site, text, value)
    first = admin.get(URL, query_string={"limit": 2}).json
    assert [item["verdict"] for item in first["items"]] == ["rejected", "approved"]
    assert first["items"][0]["suggested"] == {"TOXICITY": 1.0}
    assert first["items"][0]["scores"]["toxicity"] == 0.8
    assert first["items"][0]["model"] == "fake 1"
    assert "Rude" not in str(first)
    rest = admin.get(URL, query_string={"cursor": first["next_cursor"]}).json
    assert [item["verdict"] for item in rest["items"]] == [None]
    assert rest["next_cursor"] is None
    assert admin.get("/api/v1/sites/other/suggested-scores").json["items"] == []
    with runtime.store.read() as session:
        site_id = runtime.services.sites.get(_admin(runtime, admin), "demo").id
        pairs = suggested_verdicts(session, site_id, "fake 1")
        assert [(scores["toxicity"], rejected) for scores, rejected in pairs] == [
            (0.01, False),
            (0.8, True),
        ]
        assert suggested_verdicts(session, site_id, "another 2") == []


def _admin(runtime: Any, admin: Any) -> Any:
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    return runtime.services.authenticate.by_token(token)
