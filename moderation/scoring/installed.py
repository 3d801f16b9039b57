"""Models that an admin brings: fetched or imported, tried, and only then put in place."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moderation.errors import InvalidInput, ScoringUnavailable
from moderation.scoring.assets import SUMS, is_onnx_folder, read_sums
from moderation.scoring.detoxify_scorer import DETOXIFY_NAMES, only_checkpoint, safely_read
from moderation.scoring.download import Progress, download
from moderation.scoring.published import PUBLISHED, Remote
from moderation.scoring.registry import COMPACT, load_scorer, scorer_folder

TRIAL = "Thank you for the article."
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BESIDE = ("*.json", "*.txt", "*.model")


def fetch_scorer(
    name: str, instance: Path, progress: Progress, *, mirror: str | None = None
) -> Path:
    """Bring one of Detoxify's models onto this machine.

    What has come is kept between tries. The model is loaded and scores once before it is
    put where the service looks for it, so a half-fetched one is never used.

    Args:
        name: of the model, such as ``unbiased``.
        instance: the service's folder.
        progress: told how far the file under way has come.
        mirror: address of a folder with the model's files and their ``SHA256SUMS``,
            instead of the places where they are published.

    Returns:
        The model's folder.

    Raises:
        InvalidInput: for a name that is not published.
        ScoringUnavailable: a file cannot be had, is damaged, or is not such a model.
    """
    if name not in PUBLISHED:
        raise InvalidInput({"NAME": [f"Use one of {', '.join(PUBLISHED)}."]})
    folder = scorer_folder(name, instance)
    if _works(folder, instance):
        return folder
    coming = folder.with_name(f".{name}.coming")
    with _alone(coming):
        files = _on_mirror(mirror, coming, progress) if mirror else PUBLISHED[name].files
        for remote in files:
            download(remote, coming, progress)
        _put_in_place(coming, folder, instance)
    return folder


def import_scorer(
    checkpoint: Path, instance: Path, *, name: str | None = None, files: Path | None = None
) -> Path:
    """Take a checkpoint in Detoxify's format that lies on this machine.

    Args:
        checkpoint: the ``.ckpt`` file.
        instance: the service's folder.
        name: what to call it; needed where the file is not one that Detoxify publishes.
        files: folder with the configuration and the tokenizer; beside the file by default.

    Returns:
        The model's folder.

    Raises:
        InvalidInput: for a file, folder or name that cannot be used.
        ScoringUnavailable: where it is not such a checkpoint, or does not score.
    """
    called = _called(checkpoint, name)
    beside = files or checkpoint.parent
    if not (beside / "config.json").is_file():
        raise InvalidInput(
            {"--files": [f"There is no config.json in {beside}: name the folder that has it."]}
        )
    folder = scorer_folder(called, instance)
    coming = folder.with_name(f".{called}.import")
    shutil.rmtree(coming, ignore_errors=True)
    with _alone(coming):
        for path in (checkpoint, *(path for kind in _BESIDE for path in beside.glob(kind))):
            shutil.copyfile(path, coming / path.name)
        _put_in_place(coming, folder, instance)
    return folder


def name_of_file(checkpoint: Path) -> str | None:
    """Which of Detoxify's models a file is, by its published name."""
    return next(
        (name for name, model in PUBLISHED.items() if model.checkpoint == checkpoint.name), None
    )


def _called(checkpoint: Path, name: str | None) -> str:
    if not checkpoint.is_file():
        raise InvalidInput({"FILE": [f"{checkpoint} is not a file."]})
    if checkpoint.suffix != ".ckpt":
        raise InvalidInput({"FILE": ["Give a checkpoint in Detoxify's format, a .ckpt file."]})
    called = name or name_of_file(checkpoint)
    if called is None or called == COMPACT or not _NAME.fullmatch(called):
        raise InvalidInput(
            {"--name": [f"Give it a name of a-z, 0-9 and hyphens, other than {COMPACT}."]}
        )
    return called


def _on_mirror(mirror: str, coming: Path, progress: Progress) -> Sequence[Remote]:
    """What the mirror's ``SHA256SUMS`` lists, which is read anew at every try."""
    base = mirror.rstrip("/")
    (coming / SUMS).unlink(missing_ok=True)
    download(Remote(f"{base}/{SUMS}", SUMS), coming, progress)
    listed = read_sums(coming)
    if not any(name.endswith(".onnx") for name in listed):  # a checkpoint has no such list
        (coming / SUMS).unlink()
    return [Remote(f"{base}/{name}", name, digest) for name, digest in listed.items()]


def _put_in_place(coming: Path, folder: Path, instance: Path) -> None:
    if not is_onnx_folder(coming):
        _complete(coming)
    scores = load_scorer(str(coming), instance=instance).score([TRIAL])
    if not scores[0].values:
        raise ScoringUnavailable("The model gives no scores.")
    shutil.rmtree(folder, ignore_errors=True)
    coming.rename(folder)


def _complete(folder: Path) -> None:
    """Write what a bare body's files leave open: the labels and the tokenizer's class.

    The package builds as many outputs as the configuration names.
    """
    content = safely_read(only_checkpoint(folder))["config"]
    names = [DETOXIFY_NAMES.get(name, name) for name in content["dataset"]["args"]["classes"]]
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        config |= {
            "id2label": {str(number): label for number, label in enumerate(names)},
            "label2id": {label: number for number, label in enumerate(names)},
        }
    except (OSError, ValueError, TypeError) as error:
        raise ScoringUnavailable("The model's config.json cannot be read.") from error
    path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    tokenizer = folder / "tokenizer_config.json"
    if not tokenizer.exists():
        kind = content["arch"]["args"].get("tokenizer_name")
        tokenizer.write_text(json.dumps({"tokenizer_class": kind}) + "\n", encoding="utf-8")


def _works(folder: Path, instance: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        load_scorer(str(folder), instance=instance)
    except ScoringUnavailable:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make a folder and keep other processes out of it until the block ends.

    Raises:
        ScoringUnavailable: another one is at it.
    """
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    lock = folder.with_name(f"{folder.name}.lock")
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ScoringUnavailable("Another process is bringing this model.") from error
        yield
