"""The commands under ``flask``: results on standard output, messages on standard error."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest


def test_site_token_and_user_are_made(run: Any, runtime: Any, client: Any) -> None:
    made = run("create-site", "gazette", "--name", "Gazette", "--origin", "https://gazette.example")
    assert (made.exit_code, made.stdout) == (0, "gazette\n")
    token = run("create-token", "--role", "site", "--site", "gazette")
    assert runtime.services.authenticate.by_token(token.stdout.strip()).role == "site"
    user = run(
        "create-user", "mo@example.com", "--role", "moderator", "--site", "gazette",
        "--password-stdin", text="a long password\n",
    )  # fmt: skip
    assert user.exit_code == 0
    sent = {"email": "mo@example.com", "password": "a long password"}
    assert client.post("/api/v1/session", json=sent).json["user"]["sites"] == ["gazette"]


def test_password_that_is_made_goes_to_standard_error(run: Any, client: Any) -> None:
    user = run("create-user", "mo@example.com", "--role", "admin")
    password = user.stderr.rsplit(": ", 1)[1].strip()
    assert password not in user.stdout
    sent = {"email": "mo@example.com", "password": password}
    assert client.post("/api/v1/session", json=sent).status_code == 200


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("create-site", "Bad Slug", "--name", "x", "--origin", "https://x.example"), 2, "slug"),
        (("create-site", "x", "--name", "x", "--origin", "nowhere"), 2, "origins.0"),
        (("create-site", "x", "--name", "x"), 2, "--origin"),
        (("create-site", "demo", "--name", "x", "--origin", "https://x.example"), 1, "already"),
        (("create-token", "--role", "site"), 2, "sites"),
        (("create-token", "--role", "boss"), 2, "--role"),
        (("create-user", "nobody", "--role", "admin"), 2, "email"),
        (("score",), 2, "Give texts"),
        (("score", "--file", "/no/such/file"), 2, "FILE"),
        (("evaluate", "/no/such/file.csv"), 2, "FILE"),
        (("rescore", "--site", "nowhere"), 1, "No such site"),
    ],
)  # fmt: skip
def test_wrong_call_says_what_is_wrong(run: Any, args: Any, code: int, said: str) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_texts_are_scored_in_each_format(run: Any, tmp_path: Path) -> None:
    text = run("score", "{insult=0.9}", "fine")
    assert len(text.stdout.splitlines()) == 2
    assert "insult=0.900000" in text.stdout.splitlines()[0]
    path = tmp_path / "texts.txt"
    path.write_text("one\n\n=two {threat=0.8}\n")
    lines = [
        json.loads(line)
        for line in run("score", "--file", str(path), "--format", "jsonl").stdout.splitlines()
    ]
    assert [line["text"] for line in lines] == ["one", "=two {threat=0.8}"]
    assert lines[1]["scores"]["threat"] == 0.8
    rows = run("score", "--file", str(path), "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("text,toxicity,")
    assert rows[2].startswith("'=two")


def test_scoring_without_a_model_fails_plainly(run: Any, scorer: Any) -> None:
    scorer.down = "The file model.int8.onnx is missing."
    result = run("score", "x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "model.int8.onnx" in result.stderr


def test_labelled_texts_are_evaluated(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write(
            "text,toxicity,insult\n{toxicity=0.9},1,\n{toxicity=0.8},0,0\n{toxicity=0.2},0,1\n{toxicity=0.7},1,1\n"
        )
    table = run("evaluate", str(path)).stdout.splitlines()
    figures = {line.split()[0]: line.split()[1:] for line in table[1:]}
    assert figures["toxicity"] == ["4", "2", "0.750", "0.667", "1.000"]
    assert figures["insult"][:2] == ["3", "2"]


def test_bad_label_names_row_and_column(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text("text,toxicity\nfine,maybe\n")
    result = run("evaluate", str(path))
    assert result.exit_code == 2
    assert "row 1, column toxicity" in result.stderr
    path.write_text("body,toxicity\nfine,0\n")
    assert "no column named text" in run("evaluate", str(path)).stderr


def test_sweep_and_rescore_tell_what_they_did(
    run: Any, submit: Any, scorer: Any, moderator: Any
) -> None:
    scorer.down = "loading"
    submit(body="{insult=0.9}")
    scorer.down = None
    assert run("sweep").stdout == (
        "scored 1, put off 0, given up 0, webhooks delivered 0, failed 0\n"
    )
    assert run("rescore").stdout == "0\n"
    scorer.version = "2"
    assert run("rescore", "--site", "demo").stdout == "1\n"
    item = moderator.get("/api/v1/queue").json["items"][0]
    assert (item["model"]["version"], item["version"]) == ("2", 2)


def test_demo_is_made_once(run: Any, runtime: Any, database_url: str) -> None:
    first = run("prepare-demo")
    assert first.exit_code == 0
    assert "already" in first.stderr
    assert run("migrate").stdout.startswith("schema ")
