"""Fetching a large file: checked, and taken up again where it broke off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from moderation.errors import ScoringUnavailable
from moderation.scoring.published import Remote

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes there will be (0 where unknown)."""

TIMEOUT_S = (10, 60)
"""To connect, and between two pieces of an answer."""

_BLOCK = 1 << 18
_COMPLETE = 416  # the range begins at or after the end


def download(remote: Remote, folder: Path, progress: Progress) -> Path:
    """Fetch a file unless it is there already.

    What has come lies in ``NAME.part`` meanwhile; a later call asks only for the rest
    (HTTP range, RFC 9110). A server that sends the whole file again is fine too.

    Args:
        remote: the file.
        folder: where it goes.
        progress: told after every block.

    Returns:
        The complete, checked file.

    Raises:
        ScoringUnavailable: it cannot be had, or is not what was published; says what to do.
    """
    target = folder / remote.name
    if target.exists():
        return target
    part = folder / f"{remote.name}.part"
    try:
        _fetch(remote, part, progress)
    except requests.RequestException as error:
        raise ScoringUnavailable(_why(remote, part, error)) from error
    if not _sha256(part).startswith(remote.digest):
        part.unlink()
        raise ScoringUnavailable(
            f"{remote.name} came damaged: its checksum is not the published one. "
            "What had come is deleted; try again."
        )
    return part.rename(target)


def _fetch(remote: Remote, part: Path, progress: Progress) -> None:
    there = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={there}-"} if there else {})}
    with requests.get(remote.address, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        if there and answer.status_code == _COMPLETE:
            return
        answer.raise_for_status()
        goes_on = answer.status_code == requests.codes.partial_content
        there = there if goes_on else 0
        left = int(answer.headers.get("Content-Length") or 0)
        total = there + left if left else 0
        with part.open("ab" if goes_on else "wb") as file:
            for block in answer.iter_content(_BLOCK):
                file.write(block)
                there += len(block)
                progress(there, total)
    if there < total:
        raise requests.ConnectionError("the answer ended early")


def _why(remote: Remote, part: Path, error: requests.RequestException) -> str:
    host = urlsplit(remote.address).hostname
    if error.response is not None:
        status = error.response.status_code
        return f"{remote.name} cannot be fetched: {host} answered {status} to {remote.address}."
    have = part.stat().st_size if part.exists() else 0
    if have:
        return (
            f"{remote.name} broke off after {have / 1e6:.1f} MB. "
            "Run the same command again to go on from there."
        )
    return (
        f"{remote.name} cannot be fetched: {host} does not answer. Without internet, fetch it "
        "on another machine and bring it in with `flask scorers import FILE`."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
