"""The training rows: masked labels, a split that leaks nothing, the same rows every time."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from training.batches import bucketed, encode, tensors
from training.calibrate import fitted, fold_in
from training.data import Split, load_split
from training.evasions import TRICKS, disguise
from training.joined import hidden_rows
from training.scored import Scored, calibration_error, figures
from training.sources import LABELS, SOURCES, Row, is_dev
from training.templates import template_rows
from training.weak_labels import CIVIL, completed


@pytest.fixture(scope="module")
def split(data: Path) -> Split:
    return load_split(data, seed=1)


def test_no_dev_row_is_trained_on(split: Split) -> None:
    files = set(SOURCES)
    trained = {row.key for row in split.train if row.source in files}
    assert split.dev
    assert not trained & {row.key for row in split.dev}


def test_parts_of_a_comment_stay_together(data: Path, split: Split) -> None:
    for row in split.dev:
        if row.key.startswith("civil#"):
            assert is_dev(row)
    assert {row.key for row in split.dev if row.source == "civil_toxic_spans"} == {
        row.key for row in split.dev if row.source == "civil_toxic_spans_sentences"
    }


def test_the_same_seed_gives_the_same_rows(data: Path, split: Split) -> None:
    again = load_split(data, seed=1)
    assert again.train == split.train
    assert again.dev == split.dev
    assert load_split(data, seed=2).train != split.train
    assert load_split(data, seed=2).dev == split.dev


def test_a_source_left_out_is_never_trained_on(data: Path) -> None:
    found = load_split(data, seed=1, leave_out=["civil_toxic_spans"])
    assert not [row for row in found.train if "civil" in row.key or "joined" in row.source]
    assert len([row for row in found.dev if row.source == "civil_toxic_spans"]) == 120


def test_an_unknown_source_cannot_be_left_out(data: Path) -> None:
    with pytest.raises(SystemExit, match="nonsense"):
        load_split(data, seed=1, leave_out=["nonsense"])


def test_unknown_values_weigh_nothing(split: Split, checkpoint: Path) -> None:
    rows = [Row("good day", (1.0, None, 0.25, None, None), (1.0,) * 5, "x", "x")]
    (batch,) = bucketed(encode(rows, checkpoint / "tokenizer.json", seed=1), 8, random.Random(1))
    _, mask, targets, weights = tensors(batch)
    assert targets.tolist() == [[1.0, 0.0, 0.25, 0.0, 0.0]]
    assert weights.tolist() == [[1.0, 0.0, 1.0, 0.0, 0.0]]
    assert mask.sum() == mask.numel()


def test_a_clean_text_has_none_of_the_other_labels() -> None:
    row = completed(Row("good day", (0.0, None, None, None, None), (1.0,) * 5, "wiki_context", "x"))
    assert max(value or 0 for value in row.targets) <= 0.05
    assert None not in row.targets


def test_what_was_only_not_sexist_is_civil_where_no_word_speaks_against_it() -> None:
    unknown = (None, None, None, None, 0.0)
    rude = Row("you people are scum", unknown, (1.0,) * 5, "edos_sexism", "x")
    assert completed(rude) == rude
    civil = completed(Row("you people rock", unknown, (1.0,) * 5, "edos_sexism", "x"))
    assert (civil.targets[0], civil.weights[0]) == (CIVIL, 0.5)
    asked = Row("you people rock", unknown, (1.0,) * 5, "davidson_tweets", "x")
    assert completed(asked) == asked


def test_abuse_is_hidden_among_harmless_sentences() -> None:
    rows = hidden_rows(template_rows(7), 7, 40)
    assert {row.source for row in rows} == {"template_hidden"}
    assert min(row.targets[0] or 0 for row in rows) >= 0.9
    assert max(len(row.text.split()) for row in rows) < 90


def test_announced_violence_is_a_weak_threat() -> None:
    toxic = (1.0, None, None, None, None)
    row = completed(Row("I will kill you", toxic, (1.0,) * 5, "paradetox_pairs", "x"))
    assert row.targets[LABELS.index("threat")] == 0.8
    assert row.weights[LABELS.index("threat")] == 0.5


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_change_the_word(trick: object) -> None:
    draw = random.Random(4)
    assert any(trick("stupid", draw) != "stupid" for _ in range(20))


def test_the_words_that_carry_the_abuse_are_disguised() -> None:
    draw = random.Random(4)
    for _ in range(20):
        assert disguise("Hello there, stupid person", draw).startswith("Hello there, ")


def test_generated_lines_cover_clean_and_toxic() -> None:
    rows = template_rows(3)
    assert len(rows) > 2000
    assert len({row.text.lower() for row in rows}) == len(rows)
    assert {"template_counter", "template_negated", "template_idiom"} <= {
        row.source for row in rows
    }


def test_calibration_finds_scale_and_shift() -> None:
    draw = np.random.default_rng(5)
    logit = draw.normal(0, 2, 20_000)
    truth = (draw.random(20_000) < 1 / (1 + np.exp(-(0.5 * logit - 1)))).astype(float)
    scored = Scored(truth, 1 / (1 + np.exp(-logit)))
    scale, shift = fitted(scored, np.ones(20_000))
    assert scale == pytest.approx(0.5, abs=0.05)
    assert shift == pytest.approx(-1, abs=0.06)
    better = Scored(truth, 1 / (1 + np.exp(-(scale * logit + shift))))
    assert calibration_error(better) < 0.02 < calibration_error(scored)


def test_folding_in_changes_the_logits_as_told() -> None:
    state = {"classifier.weight": torch.ones(2, 3), "classifier.bias": torch.tensor([1.0, 2.0])}
    changed = fold_in(state, [(2.0, 0.5), (1.0, -1.0)])
    assert changed["classifier.weight"].tolist() == [[2.0] * 3, [1.0] * 3]
    assert changed["classifier.bias"].tolist() == [2.5, 1.0]


def test_figures_of_a_perfect_score() -> None:
    found = figures(Scored(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.8, 0.9])), 0.5)
    assert (found["auc"], found["recall_at_5"], found["clean_held"]) == (1.0, 1.0, 0.0)
    assert (found["n"], found["positives"], found["toxic_held"]) == (4, 2, 1.0)
