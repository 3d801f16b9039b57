"""The files in deploy/ name things that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from moderation.settings import ALL, read_settings
from moderation.work_notice import SCORE_QUEUE, WEBHOOK_QUEUE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"MODERATION_{setting.name}" for setting in ALL}
TEXTS = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".py"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    assert set(re.findall(r"MODERATION_[A-Z_]+", path.read_text())) <= SETTINGS


def test_no_token_in_a_path_reaches_nginxs_log(app: Any) -> None:
    paths = re.search(r"map \$uri .*?\{(.*?)\}", (DEPLOY / "nginx.conf").read_text(), re.DOTALL)
    assert paths
    patterns = re.findall(r"~(\^\S+)\s+(\S+);", paths[1])
    secret = [
        re.sub("<[^>]+>", "x", rule.rule.replace("<token>", "SECRET"))
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
    ]
    assert {path.split("/")[-2] for path in secret} >= {"receipts", "stop"}
    for path in secret:
        logged = [to for pattern, to in patterns if re.match(pattern, path)]
        assert logged, path
        assert "$" not in logged[0]


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


OWN = ("migrate", "web", "worker", "webhooks", "beat")


@pytest.fixture
def compose() -> Any:
    """The compose file with a ``deploy/.env`` put in."""
    given = {
        "POSTGRES_PASSWORD": "secret",
        "MODERATION_SECRET_KEY": "s" * 32,
        "MODERATION_METRICS_TOKEN": "t" * 32,
        "MODERATION_BASE_URL": "https://comments.example",
    }

    def value(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":")
        return given[name] if default == "?" else default.removeprefix("-")

    return yaml.safe_load(re.sub(r"\$\{(.*?)\}", value, (DEPLOY / "compose.yaml").read_text()))


def test_compose_services_are_closed_and_start_in_order(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {*OWN, "postgres", "redis"}
    for name in OWN:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert set(services[name]["depends_on"]) <= set(services)
    assert all("ports" not in services[name] for name in set(services) - {"web"})
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_compose_gives_every_service_settings_that_it_takes(compose: Any, tmp_path: Path) -> None:
    for name in OWN:
        given = {key: str(value) for key, value in compose["services"][name]["environment"].items()}
        settings = read_settings({**given, "MODERATION_INSTANCE": str(tmp_path)})
        assert (settings.scoring, settings.metrics) == ("worker", "token"), name
        assert settings.metrics_token == "t" * 32
        # The hosts that are named are services.
        for url in (settings.database_url, settings.broker_url, settings.redis_url):
            assert urlsplit(url or "").hostname in compose["services"], url


def test_compose_counts_of_all_containers_lie_in_one_place(compose: Any) -> None:
    """In a volume in memory, under a name of its own for each container that may be doubled."""
    for name in OWN:
        service = compose["services"][name]
        folder = service["environment"]["PROMETHEUS_MULTIPROC_DIR"]
        mounts = dict(mount.split(":") for mount in service["volumes"])
        assert mounts["counts"] == folder
        assert set(mounts) <= set(compose["volumes"])
        assert service.get("hostname") == ("web" if name == "web" else None)
        assert re.search(
            rf"install -d -o moderation .* {folder}\b", (DEPLOY / "Dockerfile").read_text()
        )
    assert compose["volumes"]["counts"]["driver_opts"]["type"] == "tmpfs"


def _queues(command: list[str]) -> set[str]:
    return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()


def test_every_queue_has_workers(compose: Any) -> None:
    commands = [compose["services"][name].get("command", []) for name in ("worker", "webhooks")]
    units = [
        re.search(r"^ExecStart=(.*)$", path.read_text(), re.MULTILINE)[1].split()  # type: ignore[index]
        for path in (DEPLOY / "systemd").iterdir()
        if "celery" in path.read_text() and "beat" not in path.name
    ]
    for started in (commands, units):
        taken = [_queues(command) for command in started]
        assert sorted(taken, key=sorted) == [{SCORE_QUEUE}, {WEBHOOK_QUEUE}]


def test_every_alert_has_a_test_and_promtool_takes_them_where_it_is() -> None:
    folder = DEPLOY / "prometheus"
    rules = yaml.safe_load((folder / "alerts.yml").read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((folder / "alerts_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    alerts = {rule["alert"]: rule for rule in rules}
    assert {case["alertname"] for case in cases} == set(alerts)
    fired = {case["alertname"]: case["exp_alerts"] for case in cases if "exp_alerts" in case}
    assert set(fired) == set(alerts)
    for name, ((alert,),) in ((name, (alerts_,)) for name, alerts_ in fired.items()):
        assert alert["exp_labels"]["severity"] == alerts[name]["labels"]["severity"]
        assert set(alert["exp_annotations"]) == set(alerts[name]["annotations"])
    config = yaml.safe_load((folder / "prometheus.yml").read_text())
    assert all((folder / name).exists() for name in config["rule_files"])
    page = (ROOT / "docs/metrics.md").read_text()
    shown = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1])  # type: ignore[index]
    assert shown["scrape_configs"] == config["scrape_configs"]
    promtool = shutil.which("promtool")
    for asked in (
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
        ("check", "config", "--syntax-only", "prometheus.yml"),
    ):
        if promtool:
            done = subprocess.run([promtool, *asked], cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
