"""A checkpoint like Detoxify's ``unbiased``: RoBERTa, sixteen outputs, seven of them labels."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch
from detoxify import Detoxify
from tokenizers import ByteLevelBPETokenizer
from transformers import RobertaConfig, RobertaForSequenceClassification

from moderation.domain.scores import LABELS
from moderation.scoring.registry import load_scorer
from training.agreement import compare
from training.export import export

OUTPUTS = (
    *("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat"),
    *("sexual_explicit", "male", "female", "homosexual_gay_or_lesbian", "christian", "jewish"),
    *("muslim", "black", "white", "psychiatric_or_mental_illness"),
)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    """The service's folder with the model where a known name is looked for."""
    folder = tmp_path_factory.mktemp("instance") / "scorers" / "unbiased"
    folder.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(texts, vocab_size=400, special_tokens=marks)
    tokenizer.save_model(str(folder))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "RobertaTokenizer"})
    )
    torch.manual_seed(4)
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=128, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=256, max_position_embeddings=514, type_vocab_size=1, num_labels=len(OUTPUTS),
        initializer_range=0.2,
    )  # fmt: skip
    config.save_pretrained(folder)
    model = RobertaForSequenceClassification(config)
    arch = {
        "num_classes": len(OUTPUTS),
        "model_type": "roberta-base",
        "model_name": "RobertaForSequenceClassification",
        "tokenizer_name": "RobertaTokenizer",
    }
    meta = {"dataset": {"args": {"classes": list(OUTPUTS)}}, "arch": {"args": arch}}
    torch.save({"config": meta, "state_dict": model.state_dict()}, folder / "model.ckpt")
    return folder.parents[1]


def test_a_known_name_is_loaded_from_the_instance(instance: Path, texts: list[str]) -> None:
    scorer = load_scorer("unbiased", instance=instance, threads=1)
    assert scorer.name == "unbiased"
    assert set(scorer.labels) == set(LABELS)
    folder = instance / "scorers" / "unbiased"
    content = torch.load(folder / "model.ckpt", weights_only=True)
    content["config"]["arch"]["args"]["model_type"] = str(folder)
    torch.save(content, folder.parent / "local.ckpt")
    package = Detoxify(
        checkpoint=str(folder.parent / "local.ckpt"), huggingface_config_path=str(folder)
    )
    short = [text for text in texts if len(text.split()) <= 12 and text.isascii()][:20]
    for text, ours in zip(short, scorer.score(short), strict=True):
        theirs = package.predict(text)
        for label in LABELS:
            assert math.isclose(ours.values[label], theirs[label], abs_tol=1e-5)


def test_long_text_does_not_run_past_its_positions(instance: Path) -> None:
    scorer = load_scorer("unbiased", instance=instance, threads=1)
    for text in ("good plan for the city. " * 400, "idiot" * 1500, "🔪 " * 900):
        (found,) = scorer.score([text])
        assert found.windows > 1


def test_an_exported_roberta_scores_the_same(
    instance: Path, texts: list[str], tmp_path: Path
) -> None:
    export(instance / "scorers" / "unbiased", tmp_path, name="x", precision="fp32", emoji="as_is")
    exported = load_scorer(str(tmp_path), instance=instance, threads=1)
    reference = load_scorer("unbiased", instance=instance, threads=1)
    assert set(exported.labels) == set(LABELS)
    # A random model is far more sensitive than a trained one to how a window's first word
    # is tokenised, so texts of one window are compared.
    assert compare(reference, exported, [text for text in texts if len(text) < 200]).most < 1e-4
