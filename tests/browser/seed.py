"""A small queue with something of everything, for pictures and for looking at every page."""

from __future__ import annotations

from tests.browser.live import Live

_READERS = (
    ("Kev T.", "I have lived on Quay Street for thirty one years and I’ve watched three councils "
     "in a row promise us a crossing. Councillor Hale told the room it was fully costed; that is "
     "either a lie or she can’t read{insult=0.93}.\n\nSomebody should wait outside the town "
     "hall{threat=0.81} for her.\n\nPublish the full cost before the vote on the 8th. That’s all."),
    ("anon_ref", "Ref was a complete joke{obscene=0.78} again, third week running."),
    ("Bridge4All", "You lot wouldn’t know a budget if it bit you{insult=0.61}. Read the report."),
    ("Priory Lane", "These people{identity_attack=0.72} never paid a penny for it."),
    ("Sam", "Enjoy the second division, losers{insult=0.74}, every last one of you."),
    ("شهد", "شكراً على المقال {insult=0.66} جيد جداً"),
)  # fmt: skip


def seed(live: Live) -> str:
    """Fill the queue; the id of the comment to open."""
    opened = ""
    for place, (name, body) in enumerate(_READERS):
        for earlier in range(place % 3):
            live.submit(f"Thank you for this, number {earlier}.", name=name,
                        email=f"r{place}.{earlier}@example.net")  # fmt: skip
        answer = live.submit(body, name=name, email=f"r{place}@example.net")
        opened = opened or answer["id"]
    for place in range(3):
        live.submit(
            f"My cousin makes {place}00 a month from home, look http://a.example http://b.example "
            "http://c.example on my page {insult=0.9}",
            name=f"Bot {place}",
            email=f"bot{place}@example.com",
        )
    return opened


def paths(opened: str) -> dict[str, str]:
    """Every page of the reviewers by name, for an admin."""
    return {
        "overview": "/",
        "queue": "/queue",
        "item": f"/queue/{opened}",
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
    }
