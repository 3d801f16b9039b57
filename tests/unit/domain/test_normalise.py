"""Spelling tricks are undone; ordinary text is left as it is."""

from __future__ import annotations

import pytest

from moderation.domain.normalise import normalise, visible


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ｉｄｉｏｔ", "idiot"),
        ("𝓲𝓭𝓲𝓸𝓽", "idiot"),
        ("🅸🅳🅸🅾🆃", "idiot"),
        ("i\u200bd\u200bi\u2060o\u00adt", "idiot"),
        ("\u202eidiot\u202c", "idiot"),
        ("i\U000e0020d\ufe0fiot", "idiot"),
        ("ídíót", "idiot"),
        ("i̷d̷i̷o̷t̷", "idiot"),
        ("idіot", "idiot"),
        ("ѕtuріd", "stupid"),
        ("ιdιoτ", "idiot"),
        ("1diot", "idiot"),
        ("1d10t", "idiot"),
        ("5tup!d", "stupid"),
        ("m0r0n", "moron"),
        ("a$$hole", "asshole"),
        ("s1ut", "slut"),
        ("k1ll", "kill"),
        ("ki11", "kill"),
        ("b1tch!!!", "bitch!!!"),
        ("i d i o t", "idiot"),
        ("I D I O T", "IDIOT"),
        ("i.d.i.o.t", "idiot"),
        ("f-u-c-k", "fuck"),
        ("f*u*c*k", "fuck"),
        ("stuuuupid", "stupid"),
        ("assssshole", "asshole"),
        ("id.iot", "idiot"),
        ("stu*pid", "stupid"),
        ("id_iot", "idiot"),
        ("fu-ck", "fuck"),
        ("f*ck", "fuck"),
        ("sh#t", "shit"),
        ("(m0r0n)", "(moron)"),
        ("you 1diot, st0p", "you idiot, stop"),
    ],
)
def test_tricks_are_undone(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "The 2nd and 3rd of May, 10pm, 100% of $5bn, 80's, 1970s, 20km, 401k, $15/hr.",
        "U.S.A. and U.S.S.R., e.g. at 5 a.m., i.e. early, P.S. none",
        "covid19 H1N1 mp3 G20 4x4 B2B WW2 F-150 iPhone6s PS4 R2D2 SB91 A1 B12 9/11 24/7",
        "Mail a.b@example.com or see https://example.com/a?b=1_2 and www.example.org now",
        "well-known co-op e-mail win-win don't rock'n'roll pro-gun",
        "A B C D are the grades, I and II the classes",
        "snake_case and foo.py, 3D, 5k, 7-eleven, gr8",
        "He said so.Then he left, ok.so what?",
        "What!!! Really?! @john #2020 5'10\"",
        "Это обычный текст о погоде и рот",
        "北京 हिन्दी العربية ไทย",
        "",
    ],
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert normalise(text) == text


def test_a_disguised_word_in_a_foreign_text_is_undone_alone() -> None:
    assert normalise("Это текст про idіot") == "Это текст про idiot"


def test_normalising_twice_changes_nothing_more() -> None:
    for text in ("1d10t", "i d i o t", "stuuupid", "idіot", "f*ck", "ｆｕｌｌ"):
        once = normalise(text)
        assert normalise(once) == once


@pytest.mark.parametrize(
    "character", list("\u115f\u1160\u3164\uffa0\u2800\u200b\u2060\ufeff\u202e\u00ad")
)
def test_a_text_of_nothing_visible_is_empty(character: str) -> None:
    assert visible(f" {character}\n{character} ").strip() == ""


def test_visible_keeps_what_shows() -> None:
    assert visible("a\tb\nc é 🔪 مرحبا\x00\x1b") == "a\tb\nc é 🔪 مرحبا"


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert normalise("idi\ud800ot") == "idiot"
