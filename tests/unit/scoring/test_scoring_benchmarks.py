"""What the benchmarks feed to the model is what they say it is."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks.comments import KINDS, comments
from benchmarks.multiply_peak import operations
from benchmarks.served import quantile
from moderation.scoring.assets import BUNDLED
from moderation.scoring.onnx_scorer import OnnxEngine


def test_generated_news_comments_have_the_length_of_real_ones() -> None:
    texts = [comment.text for comment in comments("news", KINDS["news"].count)]
    lengths = [len(tokens) + 2 for tokens in OnnxEngine(BUNDLED, threads=1).tokenise(texts)]
    assert 27 <= statistics.fmean(lengths) <= 29
    assert statistics.median(lengths) < statistics.fmean(lengths)


@pytest.mark.parametrize("kind", KINDS)
def test_generated_comments_are_the_same_at_every_call_and_of_both_classes(kind: str) -> None:
    found = comments(kind, 60)
    assert found == comments(kind, 60)
    assert all(comment.text.strip() for comment in found)
    assert {comment.toxic for comment in found} == {True, False}


def test_a_folder_without_the_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"civil_toxic_spans\.csv\.gz cannot be read"):
        comments("news", 10, tmp_path)


def test_operations_of_one_token_are_all_layers_products() -> None:
    config = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": 6}
    assert operations([1], config) == pytest.approx(2 * 6 * 12 * 384**2 / 1e9)
    assert operations([3], config) < 3 * operations([1], config)


def test_quantile_is_a_value_that_was_seen() -> None:
    assert quantile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert quantile([5.0, 1.0, 3.0], 0.99) == 5.0
