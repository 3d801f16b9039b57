"""The documentation's examples for JavaScript's fetch, run by node."""

from __future__ import annotations

import subprocess

from tests.interop.examples import MIGRATING, environ, examples


def test_every_fetch_example_runs(address: str, key: str, admin_key: str) -> None:
    programs = examples(MIGRATING, "js")
    assert len(programs) == 2
    said = []
    for program in programs:
        ran = subprocess.run(
            ["node", "--input-type=module", "--eval", program],
            env=environ(address, key, admin_key),
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout.strip())
    assert said == ["0.01", "false"]
