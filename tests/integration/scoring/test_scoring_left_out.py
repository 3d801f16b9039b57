"""A run without some sources, and the report on them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from training import body, left_out, train
from training.card import card
from training.data import load_split
from training.last_layers import retrain
from training.left_out import WHOLE_NEWS, mean_auc, rows_left_out, section
from training.run_record import read_record
from training.running_mean import RunningMean
from training.sources import LABELS

WITHOUT = ("civil_toxic_spans", "convabuse")


@pytest.fixture(scope="module")
def without(data: Path, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a tiny model by the real command."""
    out = tmp_path_factory.mktemp("without")
    patch = pytest.MonkeyPatch()
    patch.setattr(train, "fetch_body", lambda cache: checkpoint)
    patch.setattr(train, "new_classifier", _tiny)
    patch.setattr(
        "sys.argv",
        ["train", "--data", str(data), "--out", str(out), "--passes", "96", "--batch", "32",
         "--threads", "1", "--freeze", "1", "--average", "0.5", "--leave-out", *WITHOUT],
    )  # fmt: skip
    train.main()
    patch.undo()
    return out


def _tiny(folder: Path) -> BertForSequenceClassification:
    torch.manual_seed(1)
    return BertForSequenceClassification(BertConfig.from_pretrained(folder))


def test_a_run_tells_what_it_was_trained_without(without: Path) -> None:
    record = read_record(without / "final")
    assert record["leave_out"] == ["civil_toxic_spans", "civil_toxic_spans_sentences", "convabuse"]
    assert record["seen"] == 96


def test_frozen_parts_stay_as_they_were(without: Path, checkpoint: Path) -> None:
    before = _tiny(checkpoint).state_dict()
    after = torch.load(without / "final" / "model.ckpt", weights_only=True)["state_dict"]
    same = {name for name in before if torch.equal(before[name], after[name])}
    assert {name for name in before if ".embeddings." in name or ".layer.0." in name} <= same
    assert not {name for name in same if ".layer.1." in name and name.endswith("dense.weight")}


def test_the_mean_lies_between_the_beginning_and_the_end(without: Path, checkpoint: Path) -> None:
    name = "classifier.weight"
    start = _tiny(checkpoint).state_dict()[name]
    end, mean = (
        torch.load(without / which / "model.ckpt", weights_only=True)["state_dict"][name]
        for which in ("final", "mean")
    )
    assert 0 < (mean - start).norm() < (end - start).norm()


def test_the_mean_settles_where_the_weights_settle() -> None:
    model = torch.nn.Linear(2, 1)
    mean = RunningMean(model, decay=0.9)
    with torch.no_grad():
        model.weight.fill_(3.0)
    for _ in range(200):
        mean.after_step(model)
    assert torch.allclose(mean.model.weight, model.weight, atol=1e-4)


@pytest.mark.parametrize("last_layers", [False, True])
def test_the_report_is_about_the_sources_left_out_alone(
    without: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_layers: bool
) -> None:
    report = tmp_path / "report.json"
    arguments = ["--data", str(data), "--checkpoint", str(without / "final")]
    more = ["--last-layers"] if last_layers else []
    monkeypatch.setattr("sys.argv", ["left_out", *arguments, "--json", str(report), *more])
    trained = []
    monkeypatch.setattr(
        left_out,
        "retrain",
        lambda assets, rows, *rest, **seeds: (
            trained.extend(rows),
            retrain(assets, rows, *rest, **seeds),
        ),
    )
    left_out.main()
    found = json.loads(report.read_text())
    assert found["seen"] == 96
    assert found["last_layers"] is last_layers
    assert bool(trained) is last_layers
    assert not {row.source for row in trained} & set(WITHOUT)
    assert {"civil_toxic_spans", "civil_toxic_spans_sentences", "convabuse", WHOLE_NEWS} <= set(
        found["sources"]
    )
    assert not {"wiki_context", "paradetox_pairs", "davidson_tweets"} & set(found["sources"])
    assert found["sources"]["convabuse"]["n"] == 120
    assert found["sources"][WHOLE_NEWS]["auc"] is not None


def test_a_model_trained_on_everything_is_not_reported(
    checkpoint: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "all"
    shutil.copytree(checkpoint, folder)
    monkeypatch.setattr("sys.argv", ["left_out", "--data", str(data), "--checkpoint", str(folder)])
    with pytest.raises(SystemExit, match=r"run\.json is missing"):
        left_out.main()
    (folder / "run.json").write_text('{"leave_out": [], "seen": 10}')
    with pytest.raises(SystemExit, match="trained on every source"):
        left_out.main()


def test_large_sources_are_sampled(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_out, "MOST", 40)
    dev = load_split(data, seed=8, leave_out=WITHOUT).dev
    rows = rows_left_out(dev, ("convabuse",))
    assert len(rows) == 40
    assert {row.source for row in rows} == {"convabuse"}


def _figures(auc: float | None) -> dict[str, float | int | None]:
    shares = {"recall_at_5": auc, "clean_held": 0.125, "toxic_held": 0.5, "ece": 0.25}
    return {"n": 8, "positives": 4, "auc": auc, **shares}


def test_the_mean_counts_sources_with_both_classes() -> None:
    sources = {
        "convabuse": _figures(0.9),
        "wiki_context": _figures(0.7),
        "stormfront_hate": _figures(None),
        "hatemoji_build": _figures(0.1),
        WHOLE_NEWS: _figures(0.2),
    }
    assert mean_auc(sources) == (pytest.approx(0.8), 2)


def test_the_card_names_every_run_and_its_figures() -> None:
    runs = [
        {"left_out": [name], "seen": seen, "last_layers": layers, "sources": {name: _figures(auc)}}
        for name, seen, layers, auc in (
            ("convabuse", 16000, False, 0.912),
            ("wiki_context", 9000, True, 0.7),
        )
    ]
    text = section(runs)
    assert "without convabuse: 16000 texts seen\n" in text
    assert "without wiki_context: 9000 texts seen, then the last layers trained anew\n" in text
    assert "| convabuse | 8 | 4 | 0.912 |" in text
    assert "Mean AUC of the 2 sources with both classes: 0.806" in text
    config = {"labels": list(LABELS)}
    posts = {"n": 8, "held": 0.25}
    evaluation = {"thresholds": {"toxicity": 0.5}, "sources": {}, "labels": {}, "posts": posts}
    robustness = {"clean": {"n": 1, "held": 0, "at_most_added": 0}, "tricks": {}, "mean": (0, 0)}
    reports = {"evaluation": evaluation, "robustness": robustness, "agreement": {}}
    assert text in card(config, reports, runs)
    assert "Not measured." in card(config, reports, [])


def test_word_vectors_can_be_left_free(checkpoint: Path) -> None:
    model = _tiny(checkpoint)
    body.freeze(model, -1)
    assert all(weight.requires_grad for weight in model.parameters())
