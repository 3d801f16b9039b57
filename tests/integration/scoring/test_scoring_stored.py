"""What the export does to the weights, and the way back from 8 bits."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from benchmarks.highlights import BATCHES_MOST, SIXTY_WORDS, CountingEngine
from moderation.scoring.assets import BUNDLED
from moderation.scoring.base import Scorer
from moderation.scoring.engine import Piece
from moderation.scoring.explain import highlights
from moderation.scoring.onnx_scorer import OnnxEngine
from moderation.scoring.pipeline import PipelineScorer
from moderation.scoring.registry import load_scorer
from training.agreement import compare
from training.dequantise import dequantise
from training.export import export
from training.onnx_graph import bert_graph
from training.outliers import centred, measured, spared_units


@pytest.fixture(scope="session")
def int8(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    export(checkpoint, folder, name="small")
    return folder


def loaded(folder: Path) -> Scorer:
    return load_scorer(str(folder), instance=folder, threads=1)


def logits(model: onnx.ModelProto, inputs: dict[str, Any]) -> np.ndarray[Any, Any]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(["logits"], inputs)[0]


def test_a_checkpoint_rebuilt_from_int8_scores_as_the_int8_does(
    int8: Path, tmp_path: Path, texts: list[str]
) -> None:
    """Only the rounding of what flows through the model is left to differ."""
    dequantise(int8, tmp_path / "checkpoint")
    plain = [text for text in texts if text.isascii()]
    found = compare(loaded(tmp_path / "checkpoint"), loaded(int8), plain)
    assert found.texts > 200
    assert found.mean <= 0.005
    assert found.most <= 0.1


def test_export_of_a_rebuilt_checkpoint_stores_the_same_weights(int8: Path, tmp_path: Path) -> None:
    dequantise(int8, tmp_path / "checkpoint")
    export(tmp_path / "checkpoint", tmp_path / "again", name="small")
    kept = []
    for folder in (int8, tmp_path / "again"):
        dequantise(folder, tmp_path / f"weights-{folder.name}")
        content = torch.load(tmp_path / f"weights-{folder.name}" / "model.ckpt", weights_only=True)
        kept.append(content["state_dict"])
    first, second = kept
    assert first.keys() == second.keys()
    for name in first:
        if name.endswith("weight"):
            assert torch.allclose(first[name], second[name], atol=1e-5), name


def test_centred_weights_and_spared_units_are_the_same_model(checkpoint: Path) -> None:
    content = torch.load(checkpoint / "model.ckpt", weights_only=True)
    weights = {name: value.numpy() for name, value in content["state_dict"].items()}
    config = json.loads((checkpoint / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    ranges = measured(weights, config, tokenizer)
    spared = spared_units(config, ranges)
    ids = np.random.default_rng(2).integers(5, 60, (6, 20))
    inputs = {"input_ids": ids, "attention_mask": (ids < 55).astype(np.int64)}
    inputs["attention_mask"][:, 0] = 1
    plain = logits(bert_graph(weights, config), inputs)
    new = logits(bert_graph(centred(weights, config, ranges), config, spared=spared), inputs)
    assert np.abs(plain - new).max() < 1e-4
    assert [len(units) for units in spared] == [2] * config["num_hidden_layers"]


def test_damaged_or_foreign_assets_are_not_dequantised(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path / "fp32", name="small", precision="fp32")
    with pytest.raises(SystemExit, match=r"no int8 model of this version's training\.export"):
        dequantise(tmp_path / "fp32", tmp_path / "out")
    assert not (tmp_path / "out").exists()


class Lengths(OnnxEngine):
    """Notes the rows of each batch."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        super().__init__(folder, threads=threads)
        self.seen: list[list[int]] = []

    def forward(self, rows: Sequence[tuple[int, ...]]) -> np.ndarray[Any, Any]:
        self.seen.append([len(row) for row in rows])
        return super().forward(rows)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_piece_gets_its_own_scores_however_they_are_batched(int8: Path, threads: int) -> None:
    engine = Lengths(int8, threads=threads)
    alone = OnnxEngine(int8, threads=1)
    draw = np.random.default_rng(4)
    rows = [
        tuple(draw.integers(5, 60, length).tolist())
        for length in (3, 200, 40, 1, 510, 7, 7, 60, 0, 90)
    ]
    pieces = [Piece("", row) for row in rows]
    found = engine.probabilities(pieces)
    single = [alone.probabilities([piece])[0] for piece in pieces]
    assert np.abs(np.array(found) - np.array(single)).max() < 0.1
    assert Counter(itertools.chain(*engine.seen)) == Counter(map(len, rows))
    assert all(len(seen) == 1 or (max(seen) + 2) * len(seen) <= 512 for seen in engine.seen)
    assert len(engine.seen) >= min(threads, 4)


def test_nothing_to_score_runs_nothing(int8: Path) -> None:
    engine = Lengths(int8, threads=2)
    assert engine.probabilities([]) == []
    assert engine.seen == []


def test_highlights_of_sixty_words_take_ten_forward_batches_at_most() -> None:
    engine = CountingEngine(BUNDLED, threads=2)
    scorer = PipelineScorer("counted", engine)
    one_sentence = SIXTY_WORDS.replace(".", ",").replace("idiot", "1d10t")
    for text, word in ((SIXTY_WORDS, "idiot"), (one_sentence, "1d10t")):
        engine.batches = 0
        found = highlights(scorer, text)
        assert len(text.split()) >= 60
        assert any(word in text[span.start : span.end] for span in found)
        assert 0 < engine.batches <= BATCHES_MOST
