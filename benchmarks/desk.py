"""A moderator's desk: the application on one store, signed in, without a network."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask.testing import FlaskClient

from benchmarks.comment_rows import SITES
from moderation.app import create_app
from moderation.bootstrap import Runtime, bootstrap
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS, Scores, probability
from moderation.services.manage_people import NewUser
from moderation.settings import read_settings

_OPERATOR: Final = Principal(kind="user", id="", name="operator", role="admin")
_PASSWORD: Final = "a long password for measuring"


class StillScorer:
    """Gives every text the same scores; what is measured is the queue."""

    name, version, labels = "compact", "bench", LABELS

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [Scores(dict.fromkeys(LABELS, probability(0.1))) for _ in texts]

    def coming(self) -> AbstractContextManager[None]:
        return nullcontext()

    def status(self) -> tuple[bool, str]:
        return True, "compact bench"

    def warm_up(self, *, wait: bool = False) -> None:
        return None

    def close(self) -> None:
        return None


@dataclass
class Desk:
    """A moderator of five sites, signed in at one store."""

    runtime: Runtime
    client: FlaskClient
    headers: dict[str, str]

    def read(self, path: str, **headers: str) -> str:
        """Get a page or a list."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the API as the pages' script does."""
        answer = self.client.open(path, method=method, json=body, headers=self.headers)
        assert answer.status_code in (200, 204), (path, answer.status_code, answer.text[:300])
        return answer.json if answer.data else None


def sit_down(url: str, folder: Path) -> Desk:
    """Start the application on a store and sign in."""
    settings = read_settings(
        {
            "MODERATION_INSTANCE": str(folder / "instance"),
            "MODERATION_DATABASE_URL": url,
            "MODERATION_SECRET_KEY": "a secret for measuring only, nothing else",
            "MODERATION_BASE_URL": "http://127.0.0.1",
            "MODERATION_RATE_LIMITS": "off",
        }
    )
    runtime = bootstrap(settings, scorer=StillScorer())
    # A store that is used again has the moderators of earlier runs.
    email = f"bench{time.time_ns()}@news.example"
    wanted = NewUser(
        email=email, name="Bench", role="moderator", sites=SITES[:5], password=_PASSWORD
    )
    runtime.services.people.create(_OPERATOR, wanted)
    client = create_app(runtime=runtime).test_client()
    client.post("/login", data={"email": email, "password": _PASSWORD})
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/account").text)
    assert found is not None, "signing in failed"
    return Desk(runtime, client, {"X-CSRFToken": found[1]})
