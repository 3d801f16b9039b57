"""A small queue with something of everything, for pictures and for looking at every page."""

from __future__ import annotations

from moderation.domain.principals import Principal
from moderation.services.calibrate import Basis
from moderation.services.decide_comment import Target, Verdict
from moderation.services.review_queue import QueueQuery
from tests.browser.judged import judged
from tests.browser.live import OPERATOR, Live

COLLEAGUE = Principal(kind="user", id="tomasz", name="Tomasz R", role="admin")

_READERS = (
    ("Kev T.", "I have lived on Quay Street for thirty one years and I’ve watched three councils "
     "in a row promise us a crossing. Councillor Hale told the room it was fully costed; that is "
     "either a lie or she can’t read.\n\nSomebody should wait outside the town "
     "hall for her.\n\nPublish the full cost before the vote on the 8th. That’s all."),
    ("anon_ref", "Ref was a complete joke again, third week running."),
    ("Bridge4All", "You lot wouldn’t know a budget if it bit you. Read the report."),
    ("Priory Lane", "These people never paid a penny for it."),
    ("Sam", "Enjoy the second division, losers, every last one of you."),
    ("شهد", "شكراً على المقال جيد جداً"),
)  # fmt: skip

_EARLIER = (
    ("Nadia", "reject"),
    ("Old Mill", "approve"),
    ("Pete W.", "reject"),
    ("quaysider", "spam"),
    ("Marian", "approve"),
    ("T. Osei", "escalate"),
)

# What the scorer says of these words; marks in the texts would show in the pictures.
_PHRASES = {
    "either a lie or she can’t read": ("insult", 0.93),
    "wait outside the town hall": ("threat", 0.81),
    "a complete joke": ("obscene", 0.78),
    "a budget if it bit you": ("insult", 0.68),
    "These people never paid": ("identity_attack", 0.72),
    "losers": ("insult", 0.74),
    "جيد جداً": ("insult", 0.66),
    "on my page": ("insult", 0.9),
    "no answer at all": ("insult", 0.7),
    "at all, number": ("obscene", 0.6),
    "Clueless": ("insult", 0.9),
}


def seed(live: Live) -> tuple[str, str]:
    """Fill the queue; the ids of a comment to open and of one that a colleague holds."""
    opened = held = ""
    live.scorer.phrases = dict(_PHRASES)
    live.scorer.name = "compact"
    _decided(live)
    for place, (name, body) in enumerate(_READERS):
        for earlier in range(place % 3):
            live.submit(f"Thank you for this, number {earlier}.", name=name,
                        email=f"r{place}.{earlier}@example.net")  # fmt: skip
        answer = live.submit(body, name=name, email=f"r{place}@example.net")
        opened = opened or answer["id"]
        held = answer["id"] if name == "Sam" else held
    for place in range(3):
        live.submit(
            f"My cousin makes {place + 3}000 a month from home, look http://a.example http://b.example "
            "http://c.example on my page",
            name=f"Bot {place}",
            email=f"bot{place}@example.com",
        )
    live.runtime.services.queue.claim(COLLEAGUE, QueueQuery(ids=(held,)), 1)
    return opened, held


def _decided(live: Live) -> None:
    """What a colleague has decided already."""
    for place, (name, action) in enumerate(_EARLIER):
        sent = live.submit(f"That is no answer at all, number {place + 1} on your list says nothing",
                           name=name, email=f"e{place}@example.net")  # fmt: skip
        live.runtime.services.decide_comment(
            COLLEAGUE, Target(sent["id"], 1), Verdict(action, None, None)
        )


def seed_reader_words(live: Live) -> dict[str, str]:
    """An appeal and a reported comment; the paths of their pages, by name."""
    token = live.runtime.services.tokens.create(OPERATOR, "moderator", ("gazette",)).token
    client, headers = live.app.test_client(), {"Authorization": f"Bearer {token}"}
    rejected = live.submit("Clueless, and the figures are wrong by half.", name="Ida")
    client.post(
        f"/api/v1/comments/{rejected['id']}/decisions",
        json={"action": "reject", "version": 1, "reason": "Off topic."},
        headers=headers,
    )
    client.post(
        f"/api/v1/receipts/{rejected['receipt']['token']}/appeal",
        json={"message": "I criticised figures, not people: page 3 and page 40 differ."},
    )
    reported = live.submit("It runs past 14 Quay Street, where Mrs Doyle lives.", name="Bea")
    for reader in range(3):
        client.post(
            f"/api/v1/sites/gazette/comments/{reported['id']}/reports",
            json={"reason": "privacy", "note": "That is my neighbour’s address."},
            environ_base={"REMOTE_ADDR": f"198.51.100.{reader}"},
        )
    return {
        "appeal": f"/queue/{rejected['id']}",
        "reported": f"/queue/{reported['id']}",
        "receipt": f"/receipts/{rejected['receipt']['token']}",
    }


def seed_scale(live: Live) -> dict[str, str]:
    """A site of its own with a second scale in use and a newer one; the path of its page."""
    live.runtime.services.sites.create(OPERATOR, "weekend", "Weekend", ["https://news.example"])
    judged(live, 300, audits=100, site="weekend")
    calibrate = live.runtime.services.lab.calibrate
    for note in ("With the audits of spring.", ""):
        calibrate.make(OPERATOR, "weekend", "insult", Basis(90), note)
    calibrate.use(OPERATOR, "weekend", "insult", 1)
    return {"scale": "/admin/sites/weekend/calibration?label=insult"}


def paths(opened: str, held: str) -> dict[str, str]:
    """Every page of the reviewers by name, for an admin."""
    return {
        "overview": "/",
        "queue": "/queue",
        "item": f"/queue/{opened}",
        "held": f"/queue/{held}",
        "search": "/search?q=the",
        "author": f"/comments/{opened}/author",
        "similar": f"/comments/{opened}/similar",
        "batch": "/queue/batch",
        "blind": "/blind",
        "account": "/account",
        "admin": "/admin",
        "reasons": "/admin/sites/gazette/reasons",
        "site": "/admin/sites/gazette",
        "people": "/admin/people",
        "tokens": "/admin/tokens",
        "log": "/admin/log",
        "redecide": "/admin/sites/gazette/redecide",
        "drift": "/admin/sites/gazette/drift",
        "lab": "/admin/sites/gazette/lab",
        "calibration": "/admin/sites/gazette/calibration?label=insult",
    }
