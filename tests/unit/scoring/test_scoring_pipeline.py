"""Readings, windows, maximum, and what happens to nonsense."""

from __future__ import annotations

import math

import pytest
from scoring_fakes import DilutingEngine, WordEngine

from moderation.domain.scores import AS_WRITTEN, HIGHEST, LOWEST, NORMALISED
from moderation.errors import ScoringUnavailable
from moderation.scoring.pipeline import WHOLE_TOKENS, PipelineScorer


def test_clean_and_insulting_texts_in_order() -> None:
    scores = PipelineScorer("words", WordEngine()).score(["Good morning.", "You idiot.", ""])
    assert [found.values["toxicity"] for found in scores] == [0.05, 0.9, 0.05]
    assert all(set(found.values) == {"toxicity", "insult"} for found in scores)


def test_no_texts_no_scores() -> None:
    engine = WordEngine()
    assert PipelineScorer("words", engine).score([]) == []
    assert engine.seen == []


def test_a_disguised_word_is_found_by_the_second_reading() -> None:
    (found,) = PipelineScorer("words", WordEngine()).score(["What an 1d10t"])
    assert found.values["toxicity"] == 0.9
    assert found.readings == {"toxicity": NORMALISED, "insult": AS_WRITTEN}


def test_plain_text_is_read_once() -> None:
    engine = WordEngine()
    PipelineScorer("words", engine).score(["Nothing odd in this text, from 2nd to 3rd."])
    assert len(engine.seen) == 1


def test_equal_texts_of_one_call_are_read_once() -> None:
    engine = WordEngine()
    PipelineScorer("words", engine).score(["Same text."] * 5)
    assert engine.seen == ["Same text."]


def test_an_insult_far_down_a_long_text_counts_in_full() -> None:
    text = "Harmless words here. " * 300 + "You idiot."
    (found,) = PipelineScorer("words", WordEngine()).score([text])
    assert found.values["toxicity"] == 0.9
    assert found.windows > 1


def test_worst_windows_are_read_closer() -> None:
    filler = [f"The council met again on day {number}. " for number in range(60)]
    text = "".join([*filler[:41], "You idiot. ", *filler[41:]])
    (found,) = PipelineScorer("words", DilutingEngine(14)).score([text])
    assert found.values["toxicity"] >= 0.75


def test_a_passage_said_twice_takes_no_others_closer_look() -> None:
    class Dull(DilutingEngine):
        def value(self, text: str) -> float:
            return 0.6 if "dull" in text else super().value(text)

    harmless = " ".join(["word"] * 61)
    text = f"{harmless} dull. " * 3 + f"{harmless[:-10]} You idiot. {harmless}"
    (found,) = PipelineScorer("words", Dull(14)).score([text])
    assert found.values["toxicity"] >= 0.75


def test_a_close_look_counts_only_where_it_is_sure() -> None:
    engine = DilutingEngine(8)
    mild = "idiot " + "and other words of no weight at all here now. " * 30
    (found,) = PipelineScorer("words", engine).score([mild])
    closest = max(engine.value(text) for text in engine.seen)
    assert found.values["toxicity"] < closest < 0.75


def test_long_texts_lose_nothing_in_the_windows() -> None:
    engine = WordEngine()
    words = [f"word{number}" for number in range(3 * WHOLE_TOKENS)]
    PipelineScorer("words", engine).score([" ".join(words)])
    assert {word for text in engine.seen for word in text.split()} == set(words)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1.5, -0.2])
def test_what_is_no_probability_is_no_score(value: float) -> None:
    engine = WordEngine(values=[[0.5, value]])
    with pytest.raises(ScoringUnavailable, match="not a probability"):
        PipelineScorer("words", engine).score(["text"])


@pytest.mark.parametrize("values", [[[0.5]], [[0.5, 0.5, 0.5]], [], [[0.1, 0.1], [0.1, 0.1]]])
def test_a_wrong_number_of_scores_is_no_score(values: list[list[float]]) -> None:
    with pytest.raises(ScoringUnavailable, match="number of scores"):
        PipelineScorer("words", WordEngine(values=values)).score(["text"])


def test_scores_are_kept_off_zero_and_one() -> None:
    (found,) = PipelineScorer("words", WordEngine(values=[[0.0, 1.0]])).score(["text"])
    assert found.values == {"toxicity": LOWEST, "insult": HIGHEST}


def test_emoji_become_words_only_for_a_model_that_knows_them() -> None:
    for knows, read in ((True, "kitchen knife"), (False, "🔪")):
        engine = WordEngine(emoji_as_words=knows)
        PipelineScorer("words", engine).score(["I have a 🔪 here"])
        assert read in engine.seen[0]


def test_half_a_surrogate_pair_is_scored() -> None:
    (found,) = PipelineScorer("words", WordEngine()).score(["You idiot \ud800"])
    assert found.values["toxicity"] == 0.9


def test_the_version_changes_with_weights() -> None:
    one, other = WordEngine(), WordEngine()
    other.version = "words-2"
    assert PipelineScorer("words", one).version != PipelineScorer("words", other).version
