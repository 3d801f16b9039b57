"""A site's comments as a file."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

URL = "/api/v1/sites/demo/export"


def test_jsonl_has_every_comment_of_the_site_and_of_no_other(
    admin: Any, submit: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("moderation.services.export_comments.BATCH", 2)
    sent = [submit(email=f"p{n}@example.com").json["id"] for n in range(5)]
    submit(site="other", page_url="https://other.example/")
    answer = admin.get(URL)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["id"] for row in rows] == sent
    assert rows[0]["email"] == "p0@example.com"
    assert rows[0]["page_url"] == "https://news.example/bridge"
    assert rows[0]["created_at"].endswith("Z")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_csv_cells_are_no_formulas(admin: Any, submit: Any) -> None:
    body = '=HYPERLINK("https://x.example")\nand, more'
    submit(name="@Ann", body=body, email="+ann@example.com")
    answer = admin.get(f"{URL}?format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["name"], row["body"], row["email"]) == ("'@Ann", f"'{body}", "'+ann@example.com")


def test_unknown_format_and_site(admin: Any) -> None:
    assert admin.get(f"{URL}?format=xls").status_code == 422
    assert admin.get("/api/v1/sites/nowhere/export").status_code == 404
