"""The store goes away or fills up while readers write."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.conftest import prepared
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import Postgres, Service, serving, wait_for

pytestmark = pytest.mark.faults
RECOVERS_WITHIN_S = 15
ROOM = 12 << 20
LEFT = 64 << 10


def test_postgres_restarted_at_once(postgres: Postgres, tmp_path: Path) -> None:
    environ = prepared(postgres.url, tmp_path)
    with serving(environ, tmp_path) as service, Readers(service.url) as readers:
        (worker,) = service.workers
        for _ in range(3):
            readers.wait_for_more()
            postgres.restart_at_once()
            readers.wait_for_more(1, RECOVERS_WITHIN_S)
        readers.wait_for_more()
        assert service.workers == [worker], "it did not recover by itself"
    assert set(readers.answers) <= {201, 202, 503}
    assert readers.kept_back == []
    assert settle(postgres.url, readers.ledger) == KEPT


def test_disk_full(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        url = f"sqlite:///{disk.folder / 'moderation.sqlite3'}"
        environ = prepared(url, tmp_path)
        with serving(environ, tmp_path) as service, Readers(service.url) as readers:
            readers.wait_for_more()
            disk.fill(service)
            wait_for(lambda: readers.answers[503] + readers.answers[507] > 5, 60)
            disk.clear(service)
            readers.wait_for_more(10, 60)
            assert service.status("/readyz") == 200
        assert set(readers.answers) <= {201, 202, 503, 507}
        assert readers.kept_back == []
        assert settle(url, readers.ledger) == KEPT


class _Mounted:
    """A file system in memory with little room; a second file takes what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, service: Service) -> None:
        with suppress(OSError), (self.folder / "other").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    def clear(self, service: Service) -> None:
        (self.folder / "other").unlink()


class _Limited:
    """Where nothing may be mounted: no file of the service's may grow beyond a size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, service: Service) -> None:
        size = max(path.stat().st_size for path in self.folder.iterdir())
        self._limit(service, size + LEFT)

    def clear(self, service: Service) -> None:
        self._limit(service, resource.RLIM_INFINITY)

    def _limit(self, service: Service, size: int) -> None:
        for pid in service.workers:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def _small_disk(folder: Path) -> Iterator[_Mounted | _Limited]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        yield _Limited(folder)
        return
    try:
        yield _Mounted(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
