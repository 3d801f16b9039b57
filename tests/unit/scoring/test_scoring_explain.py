"""Highlights point at the words that made the score, in code points."""

from __future__ import annotations

from collections.abc import Sequence

from scoring_fakes import WordEngine

from moderation.domain.scores import Scores
from moderation.scoring.explain import highlights
from moderation.scoring.pipeline import PipelineScorer


class Counted(PipelineScorer):
    """Counts how often the scorer is asked."""

    asked = 0

    def score(self, texts: Sequence[str]) -> list[Scores]:
        self.asked += 1
        return super().score(texts)


def found_in(text: str) -> list[tuple[str, str]]:
    spans = highlights(PipelineScorer("words", WordEngine()), text)
    assert all(0 <= span.start < span.end <= len(text) and 0 < span.weight <= 1 for span in spans)
    return [(text[span.start : span.end], span.label) for span in spans]


def test_the_bad_word_is_found() -> None:
    assert found_in("You are an idiot, my friend.") == [("idiot", "toxicity")]


def test_a_clean_text_has_none() -> None:
    assert found_in("You are right, my friend.") == []


def test_offsets_are_code_points() -> None:
    assert found_in("🔪🔪 é What an idiot! 🔪") == [("idiot", "toxicity")]


def test_it_is_found_among_many_sentences() -> None:
    text = "This is fine. " * 12 + "You are stupid! " + "That is fine too. " * 12
    assert found_in(text) == [("stupid", "toxicity")]


def test_a_disguised_word_is_found() -> None:
    assert found_in("You are an 1d10t today.") == [("1d10t", "toxicity")]


def test_both_of_two_insults_are_found() -> None:
    found = found_in("You are stupid. What an idiot!")
    assert found == [("stupid", "toxicity"), ("idiot", "toxicity")]


def test_an_empty_text_has_none() -> None:
    assert found_in("") == []


def test_two_insults_far_apart_are_both_found() -> None:
    filler = "this is a plain word in a long text "
    text = f"{filler * 3}idiot {filler * 3}stupid {filler * 2}"
    assert found_in(text) == [("idiot", "toxicity"), ("stupid", "toxicity")]


def test_sixty_words_take_few_calls() -> None:
    scorer = Counted("words", WordEngine())
    highlights(scorer, "word " * 29 + "idiot " + "word. " + "word " * 29)
    assert scorer.asked <= 3


def test_the_heaviest_are_kept_in_the_order_of_the_text() -> None:
    class TwoWords(WordEngine):
        @staticmethod
        def _value(text: str) -> float:
            return 0.1 + 0.5 * ("idiot" in text) + 0.3 * ("stupid" in text)

    text = "A stupid thing and an idiot."
    scorer = PipelineScorer("words", TwoWords())
    assert [text[s.start : s.end] for s in highlights(scorer, text)] == ["stupid", "idiot"]
    assert [text[s.start : s.end] for s in highlights(scorer, text, max_spans=1)] == ["idiot"]
