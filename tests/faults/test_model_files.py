"""The model's file is missing, cut short or zeroed: comments wait, and none is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from moderation.scoring.assets import BUNDLED
from tests.faults.conftest import prepared
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import Service, wait_for

pytestmark = pytest.mark.faults


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zero(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize("damage", [Path.unlink, cut, zero], ids=["missing", "cut", "zeroed"])
def test_comments_wait_for_the_model(damage: Callable[[Path], None], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'moderation.sqlite3'}"
    assets = Path(shutil.copytree(BUNDLED, tmp_path / "model"))
    (model,) = assets.glob("*.onnx")
    damage(model)
    environ = {**prepared(url, tmp_path), "MODERATION_SCORER": str(assets)}
    service = Service(environ, tmp_path)
    try:
        service.start(ready=False)
        with Readers(service.url) as readers:
            readers.wait_for_more()
        assert service.status("/readyz") == 503
        assert set(readers.answers) == {202}
        assert statuses(url) == {"pending": len(readers.ledger)}

        # Put in place whole, as a copy beside it and a rename would.
        shutil.copy(BUNDLED / model.name, tmp_path / model.name)
        (tmp_path / model.name).rename(model)
        wait_for(lambda: "pending" not in statuses(url), 60)
        assert service.status("/readyz") == 200
    finally:
        service.kill()
    assert statuses(url) == {"published": len(readers.ledger)}
    assert settle(url, readers.ledger) == KEPT


def statuses(url: str) -> dict[str, int]:
    """How many comments have each status."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT status, count(*) FROM comments GROUP BY status")
        ).all()
    engine.dispose()
    return {status: number for status, number in found}
