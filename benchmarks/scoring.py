"""The engine against the detoxify package on the same weights: ``make bench-scoring``.

The same comments one at a time through ``Detoxify.predict``, in batches of 32 through the
same, and through this service's engine (both readings, windows, int8); interleaved in one
process, medians of five. Then memory and time to the first score in fresh processes, how
far int8 is from fp32, and the share of the machine's int8 peak that the engine reaches.

    python -m benchmarks.scoring [--checkpoint DIR] [--data DIR] [--threads N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.comments import KINDS, Comment, comments
from benchmarks.fresh_process import DETOXIFY, ENGINE, detoxify, fresh_start
from benchmarks.highlights import BATCHES_MOST, forward_batches
from benchmarks.multiply_peak import int8_peak, operations
from moderation.scoring.assets import BUNDLED
from moderation.scoring.base import Scorer
from moderation.scoring.evaluate import evaluate
from moderation.scoring.onnx_scorer import OnnxEngine
from moderation.scoring.registry import load_scorer
from training.agreement import compare
from training.dequantise import dequantise
from training.export import export

BATCH = 32
COMPARED = 600
OUT = Path(__file__).with_name("scoring.json")
WAYS = ("one_at_a_time", "batch_32", "engine")
Report = dict[str, Any]


def main() -> None:
    """Command line entry."""
    options = _options()
    # Nothing is asked of the network, and no progress bar is drawn into the table.
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        checkpoint, assets, weights = _weights(options.checkpoint, Path(scratch))
        print(f"weights: {weights}")
        print(f"comments: {options.data or 'generated, seed fixed'}; threads: {options.threads}\n")
        report: Report = {"weights": weights, "threads": options.threads, "rounds": options.rounds}
        report |= _speed(checkpoint, assets, options)
        report |= _fresh(checkpoint, assets, options, Path(scratch))
        report["ratio"] |= {name: report[name]["ratio"] for name in ("memory", "first_score")}
        report |= _agreement(checkpoint, assets, options)
        report["highlights"] = forward_batches(assets)
    print(f"highlights of 60 words: {report['highlights']} batches (at most {BATCHES_MOST})")
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten: {options.out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkpoint", type=Path, help="fp32, as training.train writes it; else the bundled model"
    )
    parser.add_argument("--data", type=Path, help="folder of labelled files; else generated texts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def _weights(checkpoint: Path | None, scratch: Path) -> tuple[Path, Path, str]:
    """The folders of checkpoint and assets, and in words what they hold."""
    if checkpoint is not None:
        export(checkpoint, scratch / "assets", name="bench")
        return checkpoint, scratch / "assets", f"{checkpoint}, exported to int8 now"
    dequantise(BUNDLED, scratch / "checkpoint")
    said = "no fp32 checkpoint given: rebuilt from the bundled int8 weights, dequantised"
    return scratch / "checkpoint", BUNDLED, said


def _speed(checkpoint: Path, assets: Path, options: argparse.Namespace) -> Report:
    predict = detoxify(checkpoint, options.threads)
    engine = OnnxEngine(assets, threads=options.threads)
    scorer = load_scorer(str(assets), instance=assets, threads=options.threads)
    ways: tuple[Callable[[Sequence[str]], object], ...] = (
        lambda texts: [predict(text) for text in texts],
        lambda texts: [predict(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)],
        scorer.score,
    )
    peak = int8_peak(options.threads)
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    report: Report = {"comments_per_second": {}, "int8_peak_gops": round(peak, 1)}
    for kind, sort in KINDS.items():
        texts = [comment.text for comment in comments(kind, sort.count, options.data)]
        lengths = [len(tokens) + 2 for tokens in engine.tokenise(texts)]
        rates = dict(zip(WAYS, _interleaved(ways, texts, options.rounds), strict=True))
        ratio = {way: round(rates["engine"] / rates[way], 2) for way in WAYS[:2]}
        done = operations(lengths, config) * rates["engine"] / len(texts)
        mean = statistics.fmean(lengths)
        print(f"{kind}: {len(texts)} comments, {mean:.1f} tokens in the mean")
        print(f"  Detoxify.predict, one at a time {rates['one_at_a_time']:8.1f} comments/s")
        print(f"  Detoxify.predict, batches of 32 {rates['batch_32']:8.1f} comments/s")
        print(
            f"  this engine                     {rates['engine']:8.1f} comments/s: "
            f"{ratio['one_at_a_time']:.1f} and {ratio['batch_32']:.1f} times as many; "
            f"{done:.0f} of {peak:.0f} int8 GOPS, {done / peak:.0%}"
        )
        report["ratio" if kind == "news" else f"ratio_{kind}"] = ratio
        report["comments_per_second"][kind] = {way: round(rate, 1) for way, rate in rates.items()}
        report[f"peak_share_{kind}"] = round(done / peak, 3)
    return report


def _interleaved(
    ways: Sequence[Callable[[Sequence[str]], object]], texts: list[str], rounds: int
) -> list[float]:
    """Comments a second by each way, medians; each round begins with another way."""
    taken: list[list[float]] = [[] for _ in ways]
    for way in ways:
        way(texts[:BATCH])
    for turn in range(rounds):
        for step in range(len(ways)):
            at = (turn + step) % len(ways)
            began = time.perf_counter()
            ways[at](texts)
            taken[at].append(time.perf_counter() - began)
    return [len(texts) / statistics.median(seconds) for seconds in taken]


def _fresh(checkpoint: Path, assets: Path, options: argparse.Namespace, scratch: Path) -> Report:
    texts = scratch / "texts.json"
    texts.write_text(json.dumps([each.text for each in comments("news", 64, options.data)]))
    folders = {DETOXIFY: checkpoint, ENGINE: assets}
    starts = {way: [] for way in folders}
    for _ in range(options.rounds):
        for way, folder in folders.items():
            starts[way].append(fresh_start(way, folder, texts, options.threads))
    report: Report = {}
    print("\nfresh processes            Detoxify     engine   ratio")
    for name, field, unit in (
        ("memory", "memory_mb", "MB"),
        ("first_score", "first_score_s", "s"),
    ):
        theirs, ours = (
            statistics.median(getattr(start, field) for start in starts[way])
            for way in (DETOXIFY, ENGINE)
        )
        found = {"detoxify": theirs, "engine": ours, "ratio": ours / theirs}
        report[name] = {key: round(value, 3) for key, value in found.items()}
        label = name.replace("_", " ")
        print(f"  {label:<18} {theirs:9.1f} {unit:<2} {ours:7.1f} {unit:<2} {ours / theirs:6.2f}")
    return report


def _agreement(checkpoint: Path, assets: Path, options: argparse.Namespace) -> Report:
    """int8 against fp32, both by the same pipeline, so that only the rounding differs."""
    exact, small = (
        load_scorer(str(folder), instance=folder, threads=options.threads)
        for folder in (checkpoint, assets)
    )
    sample = comments("news", COMPARED, options.data)
    apart = compare(exact, small, [comment.text for comment in sample])
    areas = [_auc(scorer, sample) for scorer in (exact, small)]
    print(f"\nint8 against fp32 on {apart.texts} news comments: mean difference {apart.mean:.5f}")
    print(f"  AUC of toxicity {areas[0]:.4f} in fp32, {areas[1]:.4f} in int8")
    return {
        "mean_difference": round(apart.mean, 5),
        "auc": {"fp32": round(areas[0], 4), "int8": round(areas[1], 4)},
    }


def _auc(scorer: Scorer, sample: Sequence[Comment]) -> float:
    rows = [{"text": each.text, "toxicity": str(float(each.toxic))} for each in sample]
    area = evaluate(scorer, rows)[0].auc
    assert area is not None, "both classes are there"
    return area


if __name__ == "__main__":
    main()
