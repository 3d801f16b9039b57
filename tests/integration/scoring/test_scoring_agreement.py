"""The three ways to run one set of weights agree."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from moderation.scoring.base import Scorer
from moderation.scoring.registry import load_scorer
from training.agreement import Agreement, compare
from training.export import export


@pytest.fixture(scope="session")
def package(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return load_scorer(str(checkpoint), instance=tmp_path_factory.mktemp("instance"), threads=1)


@pytest.fixture(scope="session")
def found(
    checkpoint: Path, package: Scorer, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Agreement]:
    plain = [text.replace("🔪", "") for text in texts]
    result = {}
    for precision in ("fp32", "int8"):
        folder = tmp_path_factory.mktemp(precision)
        export(checkpoint, folder, name="small", precision=precision)
        result[precision] = compare(
            package, load_scorer(str(folder), instance=folder, threads=1), plain
        )
    return result


def test_the_scores_spread(package: Scorer, texts: list[str]) -> None:
    values = [scores.values["toxicity"] for scores in package.score(texts)]
    assert min(values) < 0.2
    assert max(values) > 0.8


def test_fp32_is_the_package_to_a_thousandth(found: dict[str, Agreement]) -> None:
    assert found["fp32"].texts >= 300
    assert found["fp32"].most <= 0.001


def test_int8_is_close_enough_to_decide_alike(found: dict[str, Agreement]) -> None:
    assert found["int8"].same_side >= 0.995
    assert found["int8"].mean <= 0.005
    assert found["int8"].p99 <= 0.05


def test_our_scorer_gives_what_the_package_gives(
    checkpoint: Path, package: Scorer, texts: list[str]
) -> None:
    from detoxify import Detoxify

    model = Detoxify(
        checkpoint=str(checkpoint / "model.ckpt"), huggingface_config_path=str(checkpoint)
    )
    model.tokenizer.model_max_length = 512
    short = [text for text in texts if len(text.split()) <= 40 and text.isascii()]
    for text, ours in zip(short[:60], package.score(short[:60]), strict=True):
        theirs = model.predict(text)
        assert set(ours.values) == set(theirs)
        for label, value in ours.values.items():
            assert math.isclose(value, theirs[label], abs_tol=1e-5)
