"""``flask scorers``: a real checkpoint from a real server on loopback, and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli_scorers import scorers_commands
from moderation.scoring import published
from moderation.scoring.assets import write_sums
from moderation.scoring.published import PUBLISHED, Published
from moderation.scoring.registry import load_scorer


class Server:
    """Serves a folder; can break off after so many bytes, and notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.break_off_at: int | None = None
        self.asked: list[tuple[str, str | None]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, self))
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class Handler(SimpleHTTPRequestHandler):
    def __init__(self, server: Server, *args: object) -> None:
        self.files = server
        super().__init__(*args)

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.files.asked.append((self.path, wanted))
        path = self.files.folder / self.path.lstrip("/").rpartition("/")[2]
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : self.files.break_off_at])

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def mirror(checkpoint: Path, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "mirror"
    shutil.copytree(checkpoint, folder)
    digest = hashlib.sha256((folder / "model.ckpt").read_bytes()).hexdigest()
    (folder / "model.ckpt").rename(folder / f"toxic_original-{digest[:8]}.ckpt")
    write_sums(folder)
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def run(instance: Path) -> Callable[..., Result]:
    class Runtime:
        class settings:
            scorer = "compact"

    Runtime.settings.instance = instance
    group = scorers_commands(Runtime)
    return lambda *args: CliRunner().invoke(group, args)


def weights(server: Server) -> Path:
    (found,) = server.folder.glob("*.ckpt")
    return found


def published_here(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server stand for both places where Detoxify's files lie."""
    monkeypatch.setattr(published, "RELEASES", server.address)
    monkeypatch.setattr(published, "BODIES", server.address)
    model = Published(weights(server).name, "v1", "some/body", ("vocab.txt",), 1)
    monkeypatch.setitem(PUBLISHED, "original", model)


def test_published_model_is_fetched_and_scores(
    run: Callable[..., Result], mirror: Server, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_here(mirror, monkeypatch)
    # A bare body's files know nothing of the labels, nor here of the tokenizer's class.
    config = json.loads((mirror.folder / "config.json").read_text())
    config |= {"id2label": {"0": "A", "1": "B"}, "label2id": {"A": 0, "B": 1}}
    (mirror.folder / "config.json").write_text(json.dumps(config))
    (mirror.folder / "tokenizer_config.json").unlink()

    result = run("fetch", "original")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{instance / 'scorers' / 'original'}\n"
    scorer = load_scorer("original", instance=instance)
    abusive, kind = scorer.score(["you stupid idiot", "thank you for the good article"])
    assert abusive.values["toxicity"] > 0.5 > kind.values["toxicity"]
    listed = {line[2:].split()[0]: line for line in run("list").stdout.splitlines()}
    assert listed["compact"].startswith("* compact")
    assert " here " in listed["original"]
    assert "not fetched" in listed["unbiased"]

    mirror.asked.clear()
    assert run("fetch", "original").exit_code == 0
    assert mirror.asked == []


def test_broken_download_goes_on_where_it_stopped(
    run: Callable[..., Result], mirror: Server, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_here(mirror, monkeypatch)
    mirror.break_off_at = 300_000
    result = run("fetch", "original")
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.search(r"broke off after 0\.3 MB.*again", result.stderr)
    assert not (instance / "scorers" / "original").exists()

    mirror.break_off_at = None
    mirror.asked.clear()
    assert run("fetch", "original").exit_code == 0
    ((path, wanted),) = mirror.asked
    assert path == f"/v1/{weights(mirror).name}"
    assert wanted in ("bytes=262144-", "bytes=300000-")  # whole blocks, or all that came
    assert load_scorer("original", instance=instance).score(["good"])


def test_damaged_weights_are_not_kept(
    run: Callable[..., Result], mirror: Server, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_here(mirror, monkeypatch)
    content = weights(mirror).read_bytes()
    weights(mirror).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    result = run("fetch", "original")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "checksum" in result.stderr
    assert not list(instance.rglob("*.ckpt*"))


def test_mirror_is_checked_against_its_own_list(
    run: Callable[..., Result], mirror: Server, instance: Path
) -> None:
    result = run("fetch", "unbiased", "--mirror", mirror.address)
    assert result.exit_code == 0, result.output
    assert load_scorer("unbiased", instance=instance).score(["good"])
    (mirror.folder / "vocab.txt").write_text("changed")
    result = run("fetch", "original", "--mirror", mirror.address)
    assert result.exit_code == 1
    assert "vocab.txt came damaged" in result.stderr


def test_without_internet_it_says_what_else_to_do(
    run: Callable[..., Result], mirror: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_here(mirror, monkeypatch)
    (mirror.folder / "vocab.txt").unlink()
    missing = run("fetch", "original")
    assert missing.exit_code == 1
    assert "answered 404" in missing.stderr
    mirror.stop()
    result = run("fetch", "original")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "127.0.0.1 does not answer" in result.stderr
    assert "flask scorers import" in result.stderr


def test_unknown_name_is_a_usage_error(run: Callable[..., Result]) -> None:
    result = run("fetch", "gigantic")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "original, unbiased, multilingual" in result.stderr


def test_checkpoint_is_imported_then_exported_and_agrees(
    run: Callable[..., Result], mirror: Server, instance: Path
) -> None:
    result = run("import", str(weights(mirror)), "--name", "house-model")
    assert result.exit_code == 0, result.output
    folder = Path(result.stdout.strip())
    assert folder == instance / "scorers" / "house-model"
    exported = run("export", "house-model")
    assert exported.exit_code == 0, exported.output
    assert "400 texts: mean difference 0.00" in exported.stderr
    small = load_scorer(exported.stdout.strip(), instance=instance)
    large = load_scorer(str(folder), instance=instance)
    pair = ["you stupid idiot", "good"]
    for one, other in zip(small.score(pair), large.score(pair), strict=True):
        assert one.values["toxicity"] == pytest.approx(other.values["toxicity"], abs=0.02)
    assert "house-model-int8" in run("list").stdout
    again = run("export", exported.stdout.strip())
    assert again.exit_code == 2
    assert "ONNX already" in again.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("import", "/nowhere.ckpt"), 2, "not a file"),
        (("import", "{folder}/config.json"), 2, ".ckpt"),
        (("import", "{weights}"), 2, "--name"),
        (("import", "{weights}", "--name", "../up"), 2, "--name"),
        (("import", "{weights}", "--name", "x", "--files", "/tmp/nowhere"), 2, "config.json"),
        (("export", "unbiased"), 1, "fetch or import"),
        (("export", "nothing"), 1, "unknown scorer"),
    ],
)
def test_wrong_call_says_what_is_wrong(
    run: Callable[..., Result], mirror: Server, args: tuple[str, ...], code: int, said: str
) -> None:
    values = {"folder": str(mirror.folder), "weights": str(weights(mirror))}
    result = run(*(arg.format(**values) for arg in args))
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_hostile_checkpoint_runs_nothing(
    run: Callable[..., Result], mirror: Server, tmp_path: Path, instance: Path
) -> None:
    class Runs:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "ran",))

    hostile = mirror.folder / "hostile.ckpt"
    hostile.write_bytes(pickle.dumps(Runs()))
    result = run("import", str(hostile), "--name", "hostile")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not a readable Detoxify checkpoint" in result.stderr
    assert not (tmp_path / "ran").exists()
    assert not (instance / "scorers" / "hostile").exists()
