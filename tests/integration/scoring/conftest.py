"""A small checkpoint in Detoxify's format, made on the spot: no download, no network."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"

LABELS = ("toxicity", "obscene", "threat", "insult", "identity_attack")
BAD = ("idiot", "stupid", "moron", "hate", "kill", "trash")
GOOD = ("thank", "you", "good", "article", "the", "mayor", "city", "tax", "water", "people")
FILLER = (
    "i",
    "am",
    "not",
    "sure",
    "that",
    "this",
    "is",
    "a",
    "plan",
    "for",
    "we",
    "all",
    "and",
    "very",
    "to",
)


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """A few hundred texts, clean and abusive, short and long, some disguised."""
    import random

    draw = random.Random(5)
    made = []
    for number in range(300):
        words = draw.choices(GOOD + FILLER, k=draw.choice((1, 3, 6, 12, 40)))
        if number % 2:
            for _ in range(draw.choice((1, 1, 2, 3))):
                words.insert(draw.randrange(len(words) + 1), draw.choice(BAD))
        made.append(" ".join(words) + draw.choice((".", "!", "", " 🔪", " ?")))
    return made


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    """A two-layer BERT, trained for a moment so that its scores spread from 0 to 1."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from training.checkpoint import save_checkpoint

    torch.manual_seed(3)
    torch.set_num_threads(1)  # so small a model only loses by waiting for a second thread
    tokenizer = tmp_path_factory.mktemp("tokenizer")
    vocabulary = _write_vocabulary(tokenizer)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=128, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=512, max_position_embeddings=512, num_labels=len(LABELS),
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    _fine_tune(model, texts, tokenizer)
    folder = tmp_path_factory.mktemp("checkpoint")
    save_checkpoint(
        folder, model.state_dict(), LABELS, config=config.to_dict(), tokenizer=tokenizer
    )
    return folder


def _write_vocabulary(folder: Path) -> list[str]:
    from tokenizers import BertWordPieceTokenizer

    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [
        *marks,
        *letters,
        *(f"##{letter}" for letter in letters),
        *BAD,
        *GOOD,
        *FILLER,
        "kitchen",
        "knife",
    ]
    vocabulary = list(dict.fromkeys(vocabulary))
    tokenizer = BertWordPieceTokenizer(
        {token: at for at, token in enumerate(vocabulary)}, lowercase=True
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    return vocabulary


def _fine_tune(model, texts: list[str], folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(48)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model.train()
    for step in range(40):
        batch = texts[step * 16 % len(texts) :][:16]
        found = tokenizer.encode_batch(batch)
        ids = torch.tensor([each.ids for each in found])
        mask = torch.tensor([each.attention_mask for each in found])
        truth = torch.tensor(
            [[float(any(word in text for word in BAD))] * len(LABELS) for text in batch]
        )
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            model(ids, attention_mask=mask).logits, truth
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every labelled file in miniature; comments and sentences of the civil files share ids."""
    from training.sources import SOURCES

    folder = tmp_path_factory.mktemp("data")
    for name in SOURCES:
        with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
            columns = ("text", *LABELS, "severe_toxicity", "sexual_explicit", "source")
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(_record(name, number) for number in range(120))
    return folder


def _record(name: str, number: int) -> dict[str, str]:
    toxic = number % 3 == 0
    mark = f"#{number // 4}" if name.startswith("civil") else ""
    return {
        "text": f"{name} {'you idiot' if toxic else 'good day'} number {number}.",
        "toxicity": "1" if toxic else "0",
        "threat": "0" if number % 2 else "",
        "source": f"{name}{mark}",
    }
