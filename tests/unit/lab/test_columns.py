"""A few changed rows are put into the columns as if all had been read anew."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from moderation.domain import facts
from moderation.domain.facts import Facts
from moderation.domain.ids import new_id
from moderation.services.lab import columns
from moderation.services.lab.columns import _merged

AT = datetime(2026, 11, 24, tzinfo=UTC)


def _row(comment_id: str, minutes: int, **fields: object) -> bytes:
    kept = Facts(AT + timedelta(minutes=minutes), {"insult": 5}, **fields)  # type: ignore[arg-type]
    return facts.pack(comment_id, kept)


def test_changed_new_and_gone_rows_give_what_a_whole_reading_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(4)
    # Minutes repeat, so that some comments were sent at the very same time.
    minutes = {new_id(): chance.randrange(40) for _ in range(200)}
    rows = {one: _row(one, minute) for one, minute in minutes.items()}
    kept = _merged({}, b"".join(rows.values()))
    for turn in range(30):
        handed_out = {name: column.copy() for name, column in kept.items()}
        before = kept
        changed = {
            one: _row(one, minutes[one], verdict=chance.randrange(3))
            for one in chance.sample(sorted(rows), 5)
        }
        fresh = {new_id(): chance.randrange(60) for _ in range(turn % 4)}
        minutes |= fresh
        changed |= {one: _row(one, minute) for one, minute in fresh.items()}
        if turn % 10 == 9:
            gone = chance.choice(sorted(rows))
            changed[gone] = facts.forgotten(gone)
        rows |= changed
        kept = _merged(kept, b"".join(changed.values()))
        assert all((before[name] == column).all() for name, column in handed_out.items())
        with monkeypatch.context() as patch:
            patch.setattr(columns, "FEW", -1)
            whole = _merged({}, b"".join(rows.values()))
        assert (np.diff(kept["at"]) >= 0).all()
        orders = [np.lexsort((one["id"], one["at"])) for one in (kept, whole)]
        for name in whole:
            assert kept[name][orders[0]].tolist() == whole[name][orders[1]].tolist()
