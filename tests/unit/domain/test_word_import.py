"""Word lists of other systems become ours, and what is no word is named."""

from __future__ import annotations

from moderation.domain.word_import import read_words


def test_wordpress_entries_become_beginnings_of_words() -> None:
    text = "casino\r\n\r\n  Buy now \nspam@example.com\n192.0.2.7\nhttps://a.example\nwww.b.example\nviagra*\n!!\ncasino"
    found = read_words("wordpress_disallowed", text)
    assert found.target == "blocked_words"
    assert found.words == ("casino*", "Buy now*", "viagra*")
    assert found.left_out == (
        "spam@example.com",
        "192.0.2.7",
        "https://a.example",
        "www.b.example",
        "!!",
    )


def test_coral_words_stay_whole() -> None:
    found = read_words("coral_suspect", "idiot\n" + "x" * 101)
    assert (found.target, found.words, found.left_out) == (
        "suspect_words",
        ("idiot",),
        ("x" * 100,),
    )
