"""The examples of docs/perspective.md and docs/migrating.md, run as they stand there."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from moderation.cli import register_commands
from tests.functional.transfer.foreign_files import (
    DISQUS,
    write_isso,
    write_remark42,
    write_wxr,
    wxr_comment,
    wxr_item,
)
from tests.interop.examples import MIGRATING, environ, examples

PERSPECTIVE = Path("docs/perspective.md")


def test_curl_example(address: str, key: str) -> None:
    (example,) = examples(PERSPECTIVE, "sh")
    ran = subprocess.run(
        ["sh", "-c", example],
        env={"PATH": os.environ["PATH"], "BASE": address, "KEY": key},
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    assert b'"TOXICITY"' in ran.stdout


def test_python_example(address: str, key: str) -> None:
    names: dict[str, Any] = {"BASE": address, "KEY": key}
    (example,) = examples(PERSPECTIVE, "python")
    exec(example, names)
    assert names["score"] == pytest.approx(0.01)


def test_every_curl_example_of_moving(address: str, key: str, admin_key: str) -> None:
    programs = [one for one in examples(MIGRATING, "sh") if one.startswith("curl")]
    assert len(programs) == 5
    said = []
    for program in programs:
        ran = subprocess.run(
            ["sh", "-c", program], env=environ(address, key, admin_key),
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 0, (program, ran.stderr)
        said.append(ran.stdout)
    for answer, words in zip(
        said, ("TOXICITY", '"items"', "flagged", "/coral/demo", "<wp:wxr_version>"), strict=True
    ):
        assert words in answer


def test_every_python_example_of_moving(
    address: str, key: str, admin_key: str, monkeypatch: Any, capsys: Any
) -> None:
    for name, value in environ(address, key, admin_key).items():
        monkeypatch.setenv(name, value)
    programs = examples(MIGRATING, "python")
    assert len(programs) == 2
    for program in programs:
        exec(program, {})
    assert capsys.readouterr().out == "0.01\n[False, False]\n"


def test_every_command_of_moving(app: Flask, tmp_path: Path, monkeypatch: Any) -> None:
    text = MIGRATING.read_text(encoding="utf-8")
    commands = re.findall(r"flask (?:import|rescore|export) [^`\n]+", text)
    assert len(commands) > 10
    monkeypatch.chdir(tmp_path)
    write_wxr(
        Path("export.xml"),
        wxr_item(wxr_comment(1)),
        wxr_item(wxr_comment(2), link="https://old.example/"),
    )
    Path("disqus.xml.gz").write_bytes(gzip.compress(DISQUS.encode()))
    write_isso(Path("comments.db"))
    write_remark42(Path("backup.gz"))
    Path("comments.csv").write_text("id,page_url,body,created_at\n1,/bridge,Hello,2020-01-01\n")
    register_commands(app)
    runner = app.test_cli_runner()
    for command in commands:
        ran = runner.invoke(args=shlex.split(command)[1:])
        assert ran.exit_code == 0, (command, ran.stderr)
    assert {"comments.xml", "comments.jsonl"} <= {path.name for path in tmp_path.iterdir()}
