"""Checkpoints in Detoxify's format: what is loaded, and what is refused."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch

from moderation.errors import ScoringUnavailable
from moderation.scoring.registry import load_scorer


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "model"))


def change(folder: Path, **changes: object) -> None:
    content = torch.load(folder / "model.ckpt", weights_only=True)
    torch.save({**content, **changes}, folder / "model.ckpt")


def refused(folder: Path) -> str:
    with pytest.raises(ScoringUnavailable) as caught:
        load_scorer(str(folder), instance=folder)
    return caught.value.message


def test_a_moved_checkpoint_loads(copy: Path) -> None:
    scorer = load_scorer(str(copy), instance=copy)
    (found,) = scorer.score(["you stupid idiot"])
    assert set(found.values) == set(scorer.labels)
    assert scorer.version.startswith("detoxify-")


def test_old_label_names_become_the_new_ones_and_unknown_ones_are_dropped(copy: Path) -> None:
    names = ["toxic", "obscene", "severe_toxic", "male", "identity_hate"]
    change(
        copy,
        config={
            **torch.load(copy / "model.ckpt", weights_only=True)["config"],
            "dataset": {"args": {"classes": names}},
        },
    )
    scorer = load_scorer(str(copy), instance=copy)
    assert scorer.labels == ("toxicity", "obscene", "severe_toxicity", "identity_attack")


def test_text_longer_than_the_model_is_read_to_its_end(copy: Path) -> None:
    (copy / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))
    scorer = load_scorer(str(copy), instance=copy)
    insult = "you stupid idiot."
    alone, hidden, clean = scorer.score(
        [insult, "good plan for the city. " * 300 + insult, "good plan for the city. " * 300]
    )
    assert hidden.windows > 1
    assert hidden.values["toxicity"] >= alone.values["toxicity"] - 0.05
    assert clean.values["toxicity"] < 0.5


def test_a_key_that_older_versions_wrote_is_no_hindrance(copy: Path) -> None:
    state = torch.load(copy / "model.ckpt", weights_only=True)["state_dict"]
    change(copy, state_dict={**state, "bert.embeddings.position_ids": torch.arange(512)[None]})
    assert load_scorer(str(copy), instance=copy).score(["good"])


class Runs:
    """Pickles into a call: what a hostile checkpoint would do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_pickle_that_runs_code_is_refused_and_not_run(copy: Path) -> None:
    mark = copy / "ran"
    with (copy / "model.ckpt").open("wb") as file:
        pickle.dump({"config": Runs(mark), "state_dict": {}}, file)
    assert "not a readable" in refused(copy)
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_checkpoint_is_refused(copy: Path, content: bytes) -> None:
    (copy / "model.ckpt").write_bytes(content)
    assert "model.ckpt" in refused(copy)


def test_a_truncated_checkpoint_is_refused(copy: Path) -> None:
    whole = (copy / "model.ckpt").read_bytes()
    (copy / "model.ckpt").write_bytes(whole[: len(whole) // 2])
    assert "model.ckpt" in refused(copy)


def test_a_name_with_a_digest_is_held_to_it(copy: Path) -> None:
    (copy / "model.ckpt").rename(copy / "toxic_original-c1212f89.ckpt")
    assert "checksum" in refused(copy)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json", "model.ckpt"])
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    refused(copy)


def test_weights_that_do_not_fit_are_refused(copy: Path) -> None:
    state = torch.load(copy / "model.ckpt", weights_only=True)["state_dict"]
    change(copy, state_dict={**state, "classifier.weight": torch.zeros(9, 128)})
    assert "cannot be loaded" in refused(copy)


def test_weights_that_are_no_numbers_give_no_score(copy: Path) -> None:
    state = torch.load(copy / "model.ckpt", weights_only=True)["state_dict"]
    change(copy, state_dict={**state, "classifier.bias": torch.full((5,), float("nan"))})
    scorer = load_scorer(str(copy), instance=copy)
    with pytest.raises(ScoringUnavailable, match="not a probability"):
        scorer.score(["good"])
