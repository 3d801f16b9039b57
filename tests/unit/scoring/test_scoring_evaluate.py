"""Figures of a scorer on labelled rows."""

from __future__ import annotations

import pytest
from scoring_fakes import WordEngine

from moderation.scoring.evaluate import evaluate
from moderation.scoring.pipeline import PipelineScorer


def scorer() -> PipelineScorer:
    return PipelineScorer("words", WordEngine())


def test_figures_per_label() -> None:
    rows = [
        {"text": "You idiot", "toxicity": "1", "insult": ""},
        {"text": "So stupid", "toxicity": "0.5", "insult": "0"},
        {"text": "Ugly one", "toxicity": "0.9", "insult": "0.1"},
        {"text": "An idiot said hello", "toxicity": "0.2", "insult": "0.9"},
        {"text": "Hello", "toxicity": "0", "insult": None},
    ]
    toxicity, insult = evaluate(scorer(), rows)
    assert (toxicity.label, toxicity.n, toxicity.positives) == ("toxicity", 5, 3)
    assert toxicity.precision == pytest.approx(2 / 3)
    assert toxicity.recall == pytest.approx(2 / 3)
    assert toxicity.auc == pytest.approx(3.5 / 6)
    assert (insult.n, insult.positives, insult.precision, insult.recall) == (3, 1, None, 0.0)
    assert insult.auc == pytest.approx(0.5)


def test_a_label_with_one_class_has_no_auc() -> None:
    (found,) = evaluate(scorer(), [{"text": "Hello", "toxicity": "0"}])
    assert (found.auc, found.precision, found.recall) == (None, None, None)


def test_labels_that_the_model_lacks_are_left_out() -> None:
    assert evaluate(scorer(), [{"text": "Hello", "threat": "1"}]) == []


@pytest.mark.parametrize("value", ["yes", "1.1", "-1", "nan", "inf"])
def test_what_is_no_value_is_named(value: str) -> None:
    with pytest.raises(ValueError, match=r"row 2, column toxicity"):
        evaluate(scorer(), [{"text": "a", "toxicity": "1"}, {"text": "b", "toxicity": value}])
