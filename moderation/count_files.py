"""The files in which processes keep their counts, so that one of them can add them up."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path
from typing import Final

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_KEPT_S: Final = 7 * 24 * 3600


def share_counts(instance: Path) -> None:
    """Have the processes of this service keep their counts where all find them.

    To be called by entry points before the first
    :class:`moderation.metrics.Metrics` is made. The files are
    written through memory: on a full disk that would kill the process, so they lie in
    memory where they can. Containers share them by a volume that
    ``PROMETHEUS_MULTIPROC_DIR`` names; each has a folder of its own in it, because
    process ids repeat.

    Args:
        instance: the service's folder, which tells it from others on this machine.
    """
    host = socket.gethostname()
    given = Path(os.environ.get(FOLDER) or _folder_in_memory(instance))
    # A reload finds what the start before has set.
    folder = given if given.name == host else given / host
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(folder)


def _folder_in_memory(instance: Path) -> Path:
    """A folder of this user's alone, or one in the instance folder where none can be had."""
    key = hashlib.sha256(str(instance.resolve()).encode()).hexdigest()[:16]
    memory = Path("/dev/shm")  # noqa: S108
    folder = (memory if memory.is_dir() else Path(tempfile.gettempdir())) / f"moderation-{key}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = folder.stat(follow_symlinks=False).st_uid == os.getuid()
    except OSError:
        mine = False
    return folder if mine and not folder.is_symlink() else instance / "metrics"


def keep_counts_apart() -> None:
    """Have a process whose entry point shares no counts, such as a command, keep its own.

    Otherwise the library would write them into the folder that the variable names.
    """
    if Path(os.environ.get(FOLDER, "")).name != socket.gethostname():
        os.environ.pop(FOLDER, None)


def forget_counts() -> None:
    """Begin anew, when the serving master starts; other hosts' counts go after a week's rest."""
    own = Path(os.environ[FOLDER])
    for folder in own.parent.iterdir():
        files = list(folder.glob("*.db"))
        if folder == own:
            for path in files:
                if not _is_alive(path):
                    path.unlink(missing_ok=True)
        elif time.time() - max((path.stat().st_mtime for path in files), default=0.0) > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(counts: Path) -> bool:
    """Whether the process that keeps these counts runs; its id ends the file's name."""
    pid = counts.stem.rpartition("_")[2]
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ValueError, OSError):
        return False
    return True


def shared_files() -> list[str] | None:
    """Every process's files; None where the counts are this process's own."""
    folder = os.environ.get(FOLDER)
    return [str(path) for path in Path(folder).parent.glob("*/*.db")] if folder else None
