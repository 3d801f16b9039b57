"""What each reason code means, said to moderators and, more softly, to the writer."""

from __future__ import annotations

from typing import Final, NamedTuple


class Wording(NamedTuple):
    """Attributes:
    moderator: for the person who decides.
    writer: for the person who wrote it; never a score, never blame.
    """

    moderator: str
    writer: str


HONEYPOT: Final = "honeypot"
REPORTED: Final = "reported"
APPEALED: Final = "appealed"

REASONS: Final[dict[str, Wording]] = {
    "toxicity": Wording(
        "As a whole it reads as hostile.", "The program thinks it may read as hostile."
    ),
    "severe_toxicity": Wording(
        "It reads as very hostile.", "The program thinks it may read as very hostile."
    ),
    "obscene": Wording("It may be obscene.", "The program noticed strong language."),
    "threat": Wording(
        "It may threaten a person.", "The program thinks it may sound like a threat."
    ),
    "insult": Wording("It may insult a person.", "The program thinks it may insult a person."),
    "identity_attack": Wording(
        "It may attack people for who they are.",
        "The program thinks it may hurt people for who they are.",
    ),
    "sexual_explicit": Wording(
        "It may be sexually explicit.", "The program thinks it may be sexually explicit."
    ),
    "links": Wording(
        "It has more links than the site allows without a look.",
        "It has more links than are published without a look.",
    ),
    "suspect_words": Wording(
        "It contains a word on the site's watch list.",
        "It contains a word that this site looks at twice.",
    ),
    "blocked_words": Wording(
        "It contains a word that the site does not publish.",
        "It contains a word that this site does not publish.",
    ),
    "first_comment": Wording(
        "It is this author's first comment here.", "First comments here are read by a person."
    ),
    "hold_all": Wording(
        "The site holds every comment for a person.",
        "On this site a person reads every comment before it appears.",
    ),
    "author_blocked": Wording(
        "A moderator has blocked this author on this site.",
        "This site does not publish comments from this address.",
    ),
    "imported": Wording(
        "It was waiting where it was imported from.",
        "It was waiting for a person when this site moved.",
    ),
    "scoring_unavailable": Wording(
        "It could not be scored, so a person decides.",
        "The program could not read it in time, so a person will.",
    ),
    HONEYPOT: Wording(
        "A field was filled in that people do not see; only programs do that.",
        "The form was filled in the way that programs do it.",
    ),
    REPORTED: Wording("Readers have reported it.", "Readers have asked for a second look at it."),
    APPEALED: Wording(
        "Its author has appealed against the rejection.",
        "You have appealed; another person will look at it where the site has one.",
    ),
}


def moderator_text(code: str) -> str:
    """The reason in words for moderators; an unknown code is shown as it is."""
    return REASONS[code].moderator if code in REASONS else code


def writer_text(code: str) -> str:
    """The reason in words for the writer; an unknown code gets a general sentence."""
    return REASONS[code].writer if code in REASONS else "A person will look at it."
