"""What a checkpoint was trained on, written beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = "run.json"


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write the record into a checkpoint's folder.

    Args:
        folder: of the checkpoint.
        record: ``leave_out`` (names of sources), ``seen`` (examples so far), and the
            numbers of the recipe.
    """
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """The record of a checkpoint.

    Raises:
        SystemExit: where there is none, so that it is not known what was left out.
    """
    path = folder / RECORD
    if not path.exists():
        raise SystemExit(f"{path} is missing: not a checkpoint of training.train")
    return dict(json.loads(path.read_text(encoding="utf-8")))
