"""Taking over the comments of another system, with what was decided about them there.

Goes through a file once, in chunks of one transaction each: memory does not grow with the
file, and what is committed stays when a later part cannot be read. Running it again takes
up where it stopped, because a comment is recognised by its id elsewhere. Nothing is
deleted, nothing is scored, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from models import Site
from moderation.domain import web_addresses
from moderation.domain.foreign_comment import Item, Unfit
from moderation.domain.ids import is_id
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput, Malformed
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.foreign_rules import Addresses, Admission, Admitted
from moderation.services.import_report import ImportReport
from moderation.services.imported_rows import add_imported, pages_to_close
from moderation.services.imported_updates import take_update
from moderation.services.reach import own_site
from moderation.services.receipts import Receipts
from moderation.storage import imported, sites
from moderation.storage.imported import Origin
from moderation.storage.spill import Spill
from moderation.storage.unit_of_work import Store, lock

CHUNK: Final = 500
# Our own exports name comments by our own ids.
_OWN_FORMATS: Final = ("csv", "jsonl")


@dataclass(frozen=True)
class ImportOrder:
    """What is to be imported, and how.

    Attributes:
        slug: the site that takes the comments.
        source: one of :data:`moderation.domain.foreign_comment.SOURCES`.
        moved: old origins to the site's origins that have taken their places.
        base: what a path alone is completed with; None is the site's first origin.
        dry_run: count, and store nothing.
        leave_open: pages that take no more comments there go on taking them here.
    """

    slug: str
    source: str
    moved: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None
    dry_run: bool = False
    leave_open: bool = False


class ImportComments:
    """Imports comments."""

    def __init__(self, store: Store, clock: Clock, receipts: Receipts) -> None:
        self._store = store
        self._clock = clock
        self._receipts = receipts

    def __call__(
        self, principal: Principal, order: ImportOrder, items: Iterable[Item], report: ImportReport
    ) -> None:
        """Import what a file holds.

        Args:
            items: as the file is read.
            report: filled as it goes, so that it is right when this raises.

        Raises:
            NotFound: no such site.
            InvalidInput: an origin is none, or not the site's.
            Malformed: the file could not be read on; all before that has been imported.
            Unavailable: the store cannot write.
        """
        with self._store.read() as session:
            site = own_site(session, principal, order.slug)
        addresses = _addresses(site, order)
        origin = Origin(site.id, order.source)
        note = partial(note_admin, clock=self._clock, author=principal,
                       subject=site.name, site_id=site.id)  # fmt: skip
        begin = partial(note, action="import_begun", detail={"from": order.source})
        seen = Spill()
        try:
            admit = Admission(order.source, addresses, leave_open=order.leave_open)
            chunks = self._chunks(items, admit, report)
            for number, chunk in enumerate(chunks):
                if order.dry_run:
                    self._count(origin, chunk, seen, report)
                else:
                    self._take(site, origin, chunk, report, begin if number == 0 else None)
        except Malformed:
            self._end(note, order, report, file="broken off")
            raise
        else:
            self._end(note, order, report, file="whole")
        finally:
            report.orphans = self._orphans(origin, seen, dry_run=order.dry_run)
            seen.close()

    def _end(
        self, note: Callable[..., None], order: ImportOrder, report: ImportReport, *, file: str
    ) -> None:
        """Write down what came of an import that was not a trial."""
        if order.dry_run or not report.touched:
            return
        detail = {
            "from": order.source,
            "file": file,
            "imported": report.imported.total(),
            "updated": report.updated,
            "skipped": report.skipped.total(),
            "closed": report.closed,
        }
        with self._store.write() as session:
            note(session, action="import_ended", detail=detail)

    def _chunks(
        self, items: Iterable[Item], admit: Admission, report: ImportReport
    ) -> Iterator[dict[str, Admitted]]:
        """Comments that can be taken over, by external id; the last chunk before an error too."""
        chunk: dict[str, Admitted] = {}
        broken: Malformed | None = None
        iterator = iter(items)
        while broken is None:
            try:
                item = next(iterator)
            except StopIteration:
                break
            except Malformed as error:
                broken = error
                continue
            result = admit(item)
            if isinstance(result, Unfit):
                report.skip(result)
            elif result.found.external_id in chunk:
                report.skip(Unfit("repeated"))
            else:
                chunk[result.found.external_id] = result
                report.voted += result.found.voted
            if len(chunk) == CHUNK:
                yield chunk
                chunk = {}
        if chunk:
            yield chunk
        if broken is not None:
            raise broken

    def _take(
        self,
        site: Site,
        origin: Origin,
        chunk: dict[str, Admitted],
        report: ImportReport,
        begin: Callable[[Session], None] | None,
    ) -> None:
        now, part = self._clock(), ImportReport()
        with self._store.write() as session:
            lock(session, "import", site.id)
            if begin is not None:
                begin(session)
            known = imported.known(session, origin, chunk)
            new = self._new(session, origin, chunk, known.keys(), part)
            for external_id, row in known.items():
                take_update(session, row, chunk[external_id], part, now)
            closing = pages_to_close(session, origin, new)
            add_imported(session, site, origin, new, self._receipts, now)
            part.closed = sites.close_pages(session, site.id, closing)
        part.imported.update(item.found.status for item in new.values())
        report.add(part)  # only now: what was rolled back counts for nothing

    def _count(
        self, origin: Origin, chunk: dict[str, Admitted], seen: Spill, report: ImportReport
    ) -> None:
        """What :meth:`_take` would do, so far as it can be said without doing it."""
        with self._store.read() as session:
            known = imported.known(session, origin, chunk)
            new = self._new(session, origin, chunk, known.keys(), report)
            for external_id, row in known.items():
                take_update(session, row, chunk[external_id], report, None)
            closing = pages_to_close(session, origin, new)
        for external_id, item in new.items():
            if seen.put(external_id, item.found.parent_id or ""):
                report.imported[item.found.status] += 1
            else:
                report.skip(Unfit("repeated"))
        # No id can be like this.
        report.closed += sum(seen.put(f"\0{url}", "") for url in closing)

    def _new(
        self,
        session: Session,
        origin: Origin,
        chunk: dict[str, Admitted],
        known: Iterable[str],
        report: ImportReport,
    ) -> dict[str, Admitted]:
        found = {key: item for key, item in chunk.items() if key not in set(known)}
        if origin.source in _OWN_FORMATS:
            ids = [key for key in found if is_id(key)]
            for own in imported.own_ids(session, origin.site_id, ids):
                report.skip(Unfit("already_here"))
                del found[own]
        return found

    def _orphans(self, origin: Origin, seen: Spill, *, dry_run: bool) -> int:
        with self._store.read() as session:
            if not dry_run:
                return imported.count_waiting(session, origin)
            return sum(not imported.known(session, origin, [parent]) for parent in seen.dangling())


def _addresses(site: Site, order: ImportOrder) -> Addresses:
    faults: dict[str, list[str]] = {}
    moved = {}
    for old, new in order.moved.items():
        try:
            target = web_addresses.origin(new)
            moved[web_addresses.origin(old)] = target
        except ValueError as error:
            faults["map-origin"] = [str(error)]
            continue
        if target not in site.origins:
            own = ", ".join(site.origins)
            faults["map-origin"] = [f"{target} is not one of the site's origins: {own}."]
    base = order.base or site.origins[0]
    try:
        base = web_addresses.origin(base)
    except ValueError as error:
        faults["base-url"] = [str(error)]
    if faults:
        raise InvalidInput(faults)
    return Addresses(tuple(site.origins), moved, base)
