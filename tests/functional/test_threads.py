"""What readers see: published comments, their order, counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from tests.conftest import PAGE

LIST = "/api/v1/sites/demo/comments"


def test_pages_of_a_thread_join_without_gap_or_repeat(submit: Any, client: Any) -> None:
    sent = [submit(email=f"a{n}@example.com").json["id"] for n in range(7)]
    for order, wanted in (("oldest", sent), ("newest", sent[::-1])):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            query = {"page_url": PAGE, "limit": 3, "order": order} | (
                {"cursor": cursor} if cursor else {}
            )
            page = client.get(LIST, query_string=query).json
            assert page["count"] == 7
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == wanted


def test_unchanged_thread_answers_304(submit: Any, client: Any) -> None:
    submit()
    first = client.get(LIST, query_string={"page_url": PAGE})
    again = client.get(
        LIST, query_string={"page_url": PAGE}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    submit()
    changed = client.get(
        LIST, query_string={"page_url": PAGE}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert changed.status_code == 200


def test_nothing_private_is_public(submit: Any, client: Any, scorer: Any) -> None:
    submit(email="private@example.com")
    held = submit(body="{threat=0.9} not public").json["id"]
    scorer.down = "gone"
    waiting = submit(body="waiting and not public").json["id"]
    shown = client.get(LIST, query_string={"page_url": PAGE}).get_data(as_text=True)
    for secret in ("private@example.com", "not public", held, waiting, "127.0.0", "score"):
        assert secret not in shown


def test_counts_answer_under_the_addresses_that_were_asked_for(submit: Any, client: Any) -> None:
    submit()
    submit(body="{insult=0.9}")
    asked = [PAGE + "#top", "https://NEWS.example/bridge", "https://news.example/none"]
    answer = client.get("/api/v1/sites/demo/counts", query_string={"page_url": asked})
    assert answer.json == {"counts": {asked[0]: 1, asked[1]: 1, asked[2]: 0}}


def test_bad_query_names_the_parameter(client: Any) -> None:
    bad = [
        ({}, "page_url"),
        ({"page_url": "https://evil.example/"}, "page_url"),
        ({"page_url": PAGE, "limit": "0"}, "limit"),
        ({"page_url": PAGE, "limit": "101"}, "limit"),
        ({"page_url": PAGE, "limit": "x"}, "limit"),
        ({"page_url": PAGE, "order": "best"}, "order"),
        ({"page_url": PAGE, "cursor": "nonsense"}, "cursor"),
        ({"page_url": PAGE, "cursor": "WyJ0aHJlYWQtb2xkZXN0IiwxLDJd"}, "cursor"),
        ({"page_url": "\x00"}, "page_url"),
    ]
    for query, field in bad:
        answer = client.get(LIST, query_string=query)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), query


def test_cursor_of_another_order_is_refused(submit: Any, client: Any) -> None:
    for n in range(3):
        submit(email=f"a{n}@example.com")
    cursor = client.get(LIST, query_string={"page_url": PAGE, "limit": 1}).json["next_cursor"]
    answer = client.get(
        LIST, query_string={"page_url": PAGE, "limit": 1, "cursor": cursor, "order": "newest"}
    )
    assert list(answer.json["errors"]) == ["cursor"]


def test_body_html_is_a_small_markdown_and_never_markup(submit: Any) -> None:
    body = (
        "*soft* **loud** `code`\n\n> quote\n\n[link](https://a.example) "
        "[bad](javascript:alert(1)) ![img](https://a.example/x.png) <script>alert(1)</script>"
        " <img src=x onerror=alert(1)>"
    )
    html = submit(body=body).json["comment"]["body_html"]
    assert "<em>soft</em> <strong>loud</strong> <code>code</code>" in html
    assert '<a href="https://a.example" rel="nofollow ugc noopener">link</a>' in html
    for bad in ("<script", "<img", 'href="javascript'):
        assert bad not in html


def test_sites_own_pages_may_read_and_others_may_not(client: Any, submit: Any) -> None:
    for origin, allowed in (("https://news.example", True), ("https://evil.example", False)):
        answer = client.get(LIST, query_string={"page_url": PAGE}, headers={"Origin": origin})
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
        assert "Origin" in answer.headers["Vary"]
        preflight = client.options(
            LIST, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert (preflight.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_thread_is_put_in_order_from_an_index_alone(
    submit: Any, client: Any, runtime: Any, database_url: str
) -> None:
    submit(body="One.")
    ran: list[tuple[str, Any]] = []
    engine = runtime.store.engine

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    client.get("/sites/demo/thread", query_string={"page_url": PAGE})
    event.remove(engine, "before_cursor_execute", note)
    [order] = [one for one in ran if "comments.parent_id" in one[0] and "body" not in one[0]]
    on_sqlite = database_url.startswith("sqlite")
    if not on_sqlite:
        # An index alone is the cheaper read only for what a vacuum has seen; without one
        # the plan is a tie that the rows of earlier tests decide.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE) comments")
    with engine.begin() as connection:
        if not on_sqlite:
            # So small a table is read whole unless that is ruled out.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {order[0]}", order[1]).all())
    assert ("USING COVERING INDEX" if on_sqlite else "Index Only Scan using") in plan
    assert "ix_comments_thread" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
