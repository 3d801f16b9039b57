"""What an import did, counted as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from moderation.domain.foreign_comment import SKIPPED, Unfit

DETAILS_MAX: Final = 20


@dataclass
class ImportReport:
    """Counts; complete up to where the file could be read.

    Attributes:
        imported: new comments by status.
        skipped: comments not taken over, by a key of ``SKIPPED``.
        elsewhere: origins that are not the site's, of the first twenty.
        closed: pages that take no more comments, because they did not there.
        voted: comments with votes, which are not kept.
        orphans: replies that stand alone because their parent has not been imported.
    """

    dry_run: bool = False
    imported: Counter[str] = field(default_factory=Counter)
    updated: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    closed: int = 0
    voted: int = 0
    orphans: int = 0

    @property
    def touched(self) -> bool:
        """Whether a comment has been looked at."""
        counts = (self.imported.total(), self.updated, self.unchanged, self.skipped.total())
        return any(counts)

    def skip(self, unfit: Unfit) -> None:
        """Count a comment that is not taken over."""
        self.skipped[unfit.reason] += 1
        origin = unfit.detail
        if origin and (origin in self.elsewhere or len(self.elsewhere) < DETAILS_MAX):
            self.elsewhere[origin] += 1

    def add(self, part: ImportReport) -> None:
        """Count in what came of a part of the comments that is stored now."""
        self.imported += part.imported
        self.updated += part.updated
        self.unchanged += part.unchanged
        self.skipped += part.skipped
        self.closed += part.closed

    def lines(self) -> Iterator[str]:
        """The report as it is printed."""
        would = "would be " if self.dry_run else ""
        states = ", ".join(f"{status} {count:,}" for status, count in self.imported.most_common())
        total = f"{self.imported.total():,}"
        yield f"{would}imported {total} ({states})" if states else f"{would}imported {total}"
        yield f"{would}updated {self.updated:,}"
        yield f"unchanged {self.unchanged:,}"
        yield f"skipped {self.skipped.total():,}"
        for reason, count in self.skipped.most_common():
            yield f"  {count:,} {SKIPPED[reason]}"
            if reason == "page_elsewhere":
                for origin, times in self.elsewhere.most_common():
                    yield f"    {times:,} on {origin}"
        if self.closed:
            yield f"{would}closed, as they were there: pages {self.closed:,}"
        if self.voted:
            yield f"votes are not taken over; comments that have some {self.voted:,}"
        if self.orphans:
            yield f"replies without their parent, kept as comments of their own {self.orphans:,}"
