"""The commands that score texts: ``flask score`` and ``flask evaluate``."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

import click
from tqdm import tqdm

from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.domain.scores import Scores
from moderation.errors import InvalidInput, ScoringUnavailable
from moderation.scoring.base import Scorer
from moderation.scoring.evaluate import LabelQuality, evaluate

BATCH = 64
FORMATS = ("text", "jsonl", "csv")


def load(runtime: Runtime) -> None:
    """Wait for the model.

    Raises:
        ScoringUnavailable: it cannot be loaded; says why.
    """
    runtime.scorer.warm_up(wait=True)
    ready, detail = runtime.scorer.status()
    if not ready:
        raise ScoringUnavailable(detail)


def score_command(runtime: Runtime) -> click.Command:
    """``flask score``."""

    @click.command("score")
    @click.argument("texts", nargs=-1, metavar="[TEXT ...]")
    @click.option("--file", "path", type=click.Path(path_type=Path, allow_dash=True),
                  help="One text a line, or a .csv[.gz] with a column `text`; - is standard input.")  # fmt: skip
    @click.option("--format", "form", type=click.Choice(FORMATS), default="text")
    @plainly
    def score(texts: tuple[str, ...], path: Path | None, form: str) -> None:
        """Score texts, one line of scores for each."""
        wanted = [*texts, *(_texts_in(path) if path else ())]
        if not wanted:
            raise click.UsageError("Give texts as arguments, or --file.")
        load(runtime)
        write = _WRITERS[form](sys.stdout, runtime.scorer.labels)
        with tqdm(total=len(wanted), unit=" texts", disable=None) as bar:
            for start in range(0, len(wanted), BATCH):
                batch = wanted[start : start + BATCH]
                for text, scores in zip(batch, runtime.scorer.score(batch), strict=True):
                    write(text, scores.values)
                bar.update(len(batch))

    return score


def evaluate_command(runtime: Runtime) -> click.Command:
    """``flask evaluate``."""

    @click.command("evaluate")
    @click.argument("path", type=click.Path(path_type=Path), metavar="FILE.csv[.gz]")
    @click.option("--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True)
    @plainly
    def evaluate_file(path: Path, threshold: float) -> None:
        """Measure the scorer on labelled texts: columns `text` and Detoxify's labels.

        A value of 0.5 or more counts as positive, an empty one as unknown.
        """
        rows = list(_rows_in(path))
        load(runtime)
        with tqdm(total=len(rows), unit=" texts", disable=None) as bar:
            counted = _Counted(runtime.scorer, bar)
            try:
                found = evaluate(counted, rows, threshold=threshold)
            except ValueError as error:
                raise InvalidInput({"FILE": [str(error)]}) from None
        click.echo(_table(found))

    return evaluate_file


class _Counted:
    """A scorer that moves a progress bar."""

    def __init__(self, scorer: Scorer, bar: tqdm) -> None:
        self._scorer = scorer
        self._bar = bar
        self.name, self.version, self.labels = scorer.name, scorer.version, scorer.labels

    def score(self, texts: Sequence[str]) -> list[Scores]:
        results = self._scorer.score(texts)
        self._bar.update(len(texts))
        return results


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A text file, compressed or not, or standard input.

    Raises:
        InvalidInput: it cannot be read.
    """
    try:
        if str(path) == "-":
            yield sys.stdin
        elif path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                yield cast(TextIO, file)
        else:
            with path.open(encoding="utf-8", newline="") as file:
                yield file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InvalidInput({"FILE": [f"{path} cannot be read: {error}"]}) from None


def _texts_in(path: Path) -> list[str]:
    if ".csv" in path.suffixes:
        return [row["text"] for row in _rows_in(path)]
    with _opened(path) as file:
        return [line.rstrip("\r\n") for line in file if line.strip()]


def _rows_in(path: Path) -> list[dict[str, str]]:
    with _opened(path) as file:
        reader = csv.DictReader(file)
        try:
            rows = list(reader)
        except csv.Error as error:
            where = f"line {reader.line_num}: {error}"
            raise InvalidInput({"FILE": [f"{path} is not CSV, {where}."]}) from None
    if "text" not in (reader.fieldnames or ()):
        raise InvalidInput({"FILE": [f"{path} has no column named text."]})
    return rows


Writer = Callable[[str, Mapping[str, float]], None]


def _text_writer(out: TextIO, _labels: Sequence[str]) -> Writer:
    def write(text: str, scores: Mapping[str, float]) -> None:
        shown = " ".join(f"{label}={value:.6f}" for label, value in scores.items())
        out.write(f"{shown}\t{' '.join(text.split())}\n")

    return write


def _jsonl_writer(out: TextIO, _labels: Sequence[str]) -> Writer:
    def write(text: str, scores: Mapping[str, float]) -> None:
        out.write(json.dumps({"text": text, "scores": dict(scores)}, ensure_ascii=False) + "\n")

    return write


def _csv_writer(out: TextIO, labels: Sequence[str]) -> Writer:
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["text", *labels])

    def write(text: str, scores: Mapping[str, float]) -> None:
        rows.writerow([_harmless(text), *(scores[label] for label in labels)])

    return write


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_WRITERS: dict[str, Callable[[TextIO, Sequence[str]], Writer]] = {
    "text": _text_writer,
    "jsonl": _jsonl_writer,
    "csv": _csv_writer,
}


def _table(found: Sequence[LabelQuality]) -> str:
    lines = [f"{'label':<16} {'n':>7} {'positive':>8} {'auc':>6} {'precision':>9} {'recall':>6}"]
    for one in found:
        figures = [
            "-" if value is None else f"{value:.3f}"
            for value in (one.auc, one.precision, one.recall)
        ]
        lines.append(
            f"{one.label:<16} {one.n:>7} {one.positives:>8} "
            f"{figures[0]:>6} {figures[1]:>9} {figures[2]:>6}"
        )
    return "\n".join(lines)
