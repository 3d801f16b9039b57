"""The files in deploy/ name things that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from moderation.settings import ALL

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"MODERATION_{setting.name}" for setting in ALL}
TEXTS = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".py"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    assert set(re.findall(r"MODERATION_[A-Z_]+", path.read_text())) <= SETTINGS


def test_image_copies_what_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = {
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert copied == {line[1:] for line in allowed if line.startswith("!")}
    assert all((ROOT / source).exists() for source in copied)
    assert "USER moderation" in lines


def test_small_image_leaves_out_packages_that_are_pinned() -> None:
    (pattern,) = re.findall(r"grep -vE '(.*)'", (DEPLOY / "Dockerfile").read_text())
    names = re.findall(r"\w+", pattern.partition(")==")[0])
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().split()}
    assert set(names) <= pinned


def test_compose_services_are_closed_and_start_in_order() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert set(services) == {"migrate", "web", "worker", "beat", "postgres", "redis"}
    for name in ("migrate", "web", "worker", "beat"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert set(services[name]["depends_on"]) <= set(services)
    assert all("ports" not in services[name] for name in set(services) - {"web"})
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
