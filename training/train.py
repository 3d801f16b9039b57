"""Fine-tune the bundled model: ``python -m training.train --data DIR --out DIR``.

Masked binary cross-entropy on soft targets, length-bucketed batches, linear warm-up and
decay, bfloat16 where the processor computes in it. A checkpoint in Detoxify's format is
written now and then, so a run that is cut short still leaves a model.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from training.batches import Encoded, bucketed, encode, tensors
from training.body import computes_in_bfloat16, fetch_body, freeze, new_classifier
from training.checkpoint import CHECKPOINT, save_checkpoint
from training.data import load_split, with_relatives
from training.run_record import write_record
from training.running_mean import RunningMean
from training.sources import LABELS

SMOOTHING = 0.02
LABEL_WEIGHTS = (1.0, 0.4, 0.4, 0.4, 0.5)
"""Toxicity decides; the others share the rest."""

WARM_UP = 0.06
LOG_EVERY = 50


@dataclass(frozen=True)
class Recipe:
    """The numbers of one run.

    Attributes:
        passes: examples seen in total (rows times epochs).
        minutes: the learning rate reaches zero no later than this; 0 for no limit.
        batch: rows in a step.
        rate: highest learning rate.
        seed: of the rows, their order and the new head.
        half: compute in bfloat16; many times slower where the processor has to imitate it.
        decay: of the running mean of the weights, per step; 0 for none.
    """

    passes: int
    minutes: float
    batch: int
    rate: float
    seed: int
    half: bool
    decay: float


def main() -> None:
    """Command line entry."""
    options = _options()
    half = computes_in_bfloat16() if options.precision == "auto" else options.precision == "bf16"
    recipe = Recipe(
        options.passes,
        options.minutes,
        options.batch,
        options.rate,
        options.seed,
        half,
        options.average,
    )

    torch.set_num_threads(options.threads)
    torch.manual_seed(recipe.seed)
    body = fetch_body(options.cache)
    split = load_split(options.data, seed=recipe.seed, leave_out=options.leave_out)
    encoded = encode(split.train, body / "tokenizer.json", seed=recipe.seed)
    print(f"{len(encoded)} rows for training, {len(split.dev)} for dev", flush=True)
    model = new_classifier(body)
    if options.start:
        model.load_state_dict(
            torch.load(options.start / CHECKPOINT, weights_only=True)["state_dict"]
        )
    freeze(model, options.freeze)
    every = options.save_every or max(1, len(encoded) // 2)
    left_out = sorted(with_relatives(options.leave_out))
    record = {**asdict(recipe), "leave_out": left_out, "frozen_layers": options.freeze}
    _train(model, encoded, recipe, _Saver(options.out, body, every, record))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoints")
    parser.add_argument(
        "--cache", type=Path, default=Path("build/training"), help="folder for the downloaded body"
    )
    parser.add_argument(
        "--leave-out", nargs="*", default=[], metavar="SOURCE", help="sources only dev may see"
    )
    parser.add_argument("--start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--passes", type=int, default=170_000, help="examples seen in total")
    parser.add_argument(
        "--minutes", type=float, default=0, help="end by then, whatever was seen; 0 for no limit"
    )
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--save-every", type=int, default=0, help="examples between checkpoints; 0: half a pass"
    )
    parser.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto")
    parser.add_argument(
        "--freeze",
        type=int,
        default=-1,
        help="keep the word vectors and the first N layers; -1 for none",
    )
    parser.add_argument(
        "--average",
        type=float,
        default=0,
        help="decay of a running mean of the weights, saved as well",
    )
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


class _Saver:
    """Writes ``OUT/part-N`` now and then, and ``OUT/final`` at the end."""

    def __init__(self, out: Path, body: Path, every: int, record: Mapping[str, Any]) -> None:
        self._out = out
        self._record = record
        self._body = body
        self._every = every
        self._config: dict[str, Any] = json.loads((body / "config.json").read_text())
        self._written = 0

    def after(self, seen: int, model: torch.nn.Module) -> None:
        """Save if another part is complete."""
        if seen // self._every > self._written:
            self._written = seen // self._every
            self.save(f"part-{self._written}", seen, model)

    def save(self, name: str, seen: int, model: torch.nn.Module) -> None:
        """Save now, with how many examples were seen."""
        save_checkpoint(
            self._out / name, model.state_dict(), LABELS, config=self._config, tokenizer=self._body
        )
        write_record(self._out / name, {**self._record, "seen": seen})
        print(f"saved {self._out / name}", flush=True)


def _train(model: Any, encoded: Sequence[Encoded], recipe: Recipe, saver: _Saver) -> None:

    learnt = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=recipe.rate, weight_decay=0.01)
    mean = RunningMean(model, recipe.decay) if recipe.decay else None
    model.train()
    started, seen, losses = time.monotonic(), 0, []
    for step, batch in enumerate(_endless(encoded, recipe)):
        done = _progress(seen, time.monotonic() - started, recipe)
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(done / WARM_UP + 1e-3, (1 - done) / (1 - WARM_UP))
        losses.append(_step(model, optimiser, batch, half=recipe.half))
        if mean:
            mean.after_step(model)
        seen += len(batch)
        if step % LOG_EVERY == 0:
            _log(step, seen, time.monotonic() - started, losses[-LOG_EVERY:])
        saver.after(seen, model)
    saver.save("final", seen, model)
    if mean:
        saver.save("mean", seen, mean.model)


def _endless(encoded: Sequence[Encoded], recipe: Recipe) -> Iterator[list[Encoded]]:
    draw = random.Random(recipe.seed)
    while True:
        yield from bucketed(encoded, recipe.batch, draw)


def _progress(seen: int, elapsed_s: float, recipe: Recipe) -> float:
    by_time = elapsed_s / (60 * recipe.minutes) if recipe.minutes else 0.0
    return max(seen / recipe.passes, by_time)


def _step(
    model: Any, optimiser: torch.optim.Optimizer, batch: Sequence[Encoded], *, half: bool
) -> float:

    ids, mask, targets, weights = tensors(batch)
    weights = weights * torch.tensor(LABEL_WEIGHTS)
    targets = targets * (1 - 2 * SMOOTHING) + SMOOTHING
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = model(input_ids=ids, attention_mask=mask).logits
    terms = torch.nn.functional.binary_cross_entropy_with_logits(
        logits.float(), targets, reduction="none"
    )
    loss = (terms * weights).sum() / weights.sum().clamp(min=1.0)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _log(step: int, seen: int, elapsed_s: float, losses: Sequence[float]) -> None:
    mean = sum(losses) / len(losses)
    print(f"step {step} seen {seen} loss {mean:.4f} {seen / elapsed_s:.1f} examples/s", flush=True)


if __name__ == "__main__":
    main()
