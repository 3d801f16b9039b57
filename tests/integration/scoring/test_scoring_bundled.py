"""The model that comes with the service: what it must get right, and when it must refuse."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.domain.scores import LABELS
from moderation.errors import ScoringUnavailable
from moderation.scoring import registry
from moderation.scoring.assets import BUNDLED, verify_sums
from moderation.scoring.base import Scorer
from moderation.scoring.explain import highlights
from moderation.scoring.registry import load_scorer
from moderation.scoring.service_scorer import build_scorer

INSULT = "You are a stupid idiot."
TOXIC = (
    INSULT,
    "Shut up, you worthless piece of shit.",
    "All of these people are vermin and should be shot.",
    "What a pathetic bunch of morons you are.",
    "Go to hell, you disgusting pig.",
    "fuck you and your whole family",
)
CLEAN = (
    "Thank you for this thoughtful article about the harbour.",
    "I disagree with the mayor on the new tax, and I voted for her.",
    "The council met on Tuesday and put the budget off until May.",
    "This is a bad decision that will cost us millions; the minister should explain it.",
    "My daughter married a Muslim last year and the wedding was lovely.",
    "You killed it last night, what a concert!",
    "I don't hate gay people.",
    "Five people were killed in the crash, police said.",
)
EVASIONS: dict[str, Callable[[str], str]] = {
    "leet": lambda word: word.replace("i", "1").replace("o", "0"),
    "spaced": " ".join,
    "dotted": ".".join,
    "zero width": "\u200b".join,
    "full width": lambda word: "".join(chr(ord(letter) + 0xFEE0) for letter in word),
    "cyrillic": lambda word: word.replace("i", "і").replace("o", "о"),
    "accents": lambda word: "".join(letter + "\u0301" for letter in word),
    "stretched": lambda word: word.replace("o", "oooo"),
    "starred": lambda word: word[:2] + "*" + word[2:],
    "soft hyphens": "\u00ad".join,
    "mathematical": lambda word: "".join(chr(0x1D41A + ord(letter) - ord("a")) for letter in word),
    "bidirectional": lambda word: f"\u202a{word[:3]}\u202c{word[3:]}",
}


@pytest.fixture(scope="module")
def compact(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return load_scorer("compact", instance=tmp_path_factory.mktemp("instance"))


def toxicity(scorer: Scorer, *texts: str) -> list[float]:
    return [found.values["toxicity"] for found in scorer.score(texts)]


def test_it_has_the_labels_it_claims(compact: Scorer) -> None:
    assert compact.name == "compact"
    assert compact.version.startswith("compact-")
    assert set(compact.labels) < set(LABELS)
    assert "toxicity" in compact.labels
    assert not {"severe_toxicity", "sexual_explicit"} & set(compact.labels)


def test_clear_cases(compact: Scorer) -> None:
    assert min(toxicity(compact, *TOXIC)) > 0.6
    assert max(toxicity(compact, *CLEAN)) < 0.4


def test_scores_do_not_depend_on_the_company(compact: Scorer) -> None:
    together = toxicity(compact, *TOXIC, *CLEAN)
    alone = [toxicity(compact, text)[0] for text in (*TOXIC, *CLEAN)]
    assert max(abs(one - other) for one, other in zip(together, alone, strict=True)) < 0.05


FILLERS = (
    "The council met on Tuesday and discussed the new budget for schools. ",
    "we walked along the river with the dog and the weather was nice ",
    "My grandmother used to bake bread every Sunday morning before church. ",
    "the report for monday says rain and more rain ",
    "Our team trained for the match on Saturday, and the coach was happy with them! ",
)


def test_abuse_among_six_hundred_harmless_words(compact: Scorer) -> None:
    """Ninety ways to hide abuse; without a full stop around it a long one may stay hidden."""
    lost = []
    for filler in FILLERS:
        before = filler * (1 + 600 // len(filler.split()))
        assert toxicity(compact, before)[0] < 0.4
        for abuse in TOXIC:
            texts = (before + abuse, f"{before} {abuse} {before}", f"{abuse} {before}")
            (alone,) = toxicity(compact, abuse)
            lost += [alone - hidden for hidden in toxicity(compact, *texts)]
    assert sum(each > 0.05 for each in lost) <= 0.1 * len(lost)
    assert max(lost[:18]) <= 0.05


@pytest.mark.parametrize("trick", EVASIONS)
def test_a_disguised_insult_is_still_one(compact: Scorer, trick: str) -> None:
    texts = [f"You are a complete {EVASIONS[trick](word)}." for word in ("idiot", "moron")]
    assert min(toxicity(compact, *texts)) > 0.6


def test_highlights_find_the_insult(compact: Scorer) -> None:
    text = "I read the whole article. You are a stupid idiot. The weather was fine."
    marked = " ".join(text[span.start : span.end] for span in highlights(compact, text))
    assert "idiot" in marked
    assert "weather" not in marked


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "🔪" * 50, "a" * 10_000, "\ud800", "\x00", "ﷺ" * 500, "9" * 3000]
)
def test_odd_texts_get_scores(compact: Scorer, text: str) -> None:
    assert 0 < toxicity(compact, text)[0] < 1


def test_files_are_as_listed() -> None:
    verify_sums(BUNDLED)
    assert all(path.stat().st_size < 30_000_000 for path in BUNDLED.iterdir())


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(BUNDLED, tmp_path / "assets"))
    monkeypatch.setattr(registry, "BUNDLED", folder)
    return folder


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.int8.onnx", "tokenizer.json", "config.json", "SHA256SUMS"])
@pytest.mark.parametrize("damage", [_truncate, _zero, _empty, _flip, Path.unlink])
def test_damaged_files_are_named(broken: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(broken / name)
    with pytest.raises(ScoringUnavailable) as caught:
        load_scorer("compact", instance=broken)
    # A flipped bit in the list of sums makes it accuse the file of that line.
    assert name in caught.value.message or (name, damage) == ("SHA256SUMS", _flip)


def test_the_service_starts_without_its_model_and_recovers(broken: Path) -> None:
    (broken / "model.int8.onnx").rename(broken / "away")
    scorer = build_scorer("compact", instance=broken)
    try:
        with pytest.raises(ScoringUnavailable, match=r"model\.int8\.onnx"):
            scorer.score([INSULT])
        assert scorer.status()[0] is False
        (broken / "away").rename(broken / "model.int8.onnx")
        scorer._loader._retry_s = 0.0
        assert toxicity(scorer, INSULT)[0] > 0.6
        assert scorer.status()[0] is True
    finally:
        scorer.close()


def test_serving_imports_neither_torch_nor_transformers() -> None:
    code = (
        "import sys, pathlib\n"
        "from moderation.scoring.service_scorer import build_scorer\n"
        "scorer = build_scorer('compact', instance=pathlib.Path('.'))\n"
        "scorer.score(['You are a stupid idiot.'])\n"
        "scorer.close()\n"
        "print(sorted({'torch', 'transformers', 'detoxify', 'sklearn'} & set(sys.modules)))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
