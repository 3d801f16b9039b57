"""Sums and configuration of asset folders: every defect is named, nothing else is raised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderation.errors import ScoringUnavailable, UnknownScorer
from moderation.scoring.assets import FORMAT, read_config, verify_sums, write_sums
from moderation.scoring.registry import NAMES, check_scorer_name, load_scorer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"format": FORMAT, "name": "x"}))
    (tmp_path / "model.onnx").write_bytes(b"weights")
    write_sums(tmp_path)
    return tmp_path


def test_intact_assets_pass(folder: Path) -> None:
    verify_sums(folder)
    assert read_config(folder)["name"] == "x"


@pytest.mark.parametrize("content", [b"weighty", b"weight", b"", b"\0" * 7, b"weights "])
def test_a_changed_file_is_named(folder: Path, content: bytes) -> None:
    (folder / "model.onnx").write_bytes(content)
    with pytest.raises(ScoringUnavailable, match=r"model\.onnx is damaged"):
        verify_sums(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    with pytest.raises(ScoringUnavailable, match=r"model\.onnx is missing"):
        verify_sums(folder)


def test_a_folder_in_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").mkdir()
    with pytest.raises(ScoringUnavailable, match=r"model\.onnx is missing"):
        verify_sums(folder)


@pytest.mark.parametrize(
    "content", ["", "nonsense", "ab  config.json\n", "é", f"{'0' * 64}  ../config.json\n"]
)
def test_damaged_sums_are_damaged_assets(folder: Path, content: str) -> None:
    (folder / "SHA256SUMS").write_text(content, encoding="utf-8")
    with pytest.raises(ScoringUnavailable, match="SHA256SUMS"):
        verify_sums(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "other"}', "\0"])
def test_another_configuration_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(ScoringUnavailable, match=r"config\.json"):
        read_config(folder)


@pytest.mark.parametrize("name", NAMES)
def test_known_names_are_accepted(name: str) -> None:
    check_scorer_name(name)


def test_a_folder_is_accepted_and_a_file_is_not(tmp_path: Path) -> None:
    check_scorer_name(str(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(UnknownScorer):
        check_scorer_name(str(tmp_path / "file"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "compact"])
def test_missing_weights_say_what_is_missing_and_where(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScoringUnavailable, match=r"\.ckpt") as caught:
        load_scorer(name, instance=tmp_path)
    assert str(tmp_path / "scorers" / name) in caught.value.message


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ScoringUnavailable):
        load_scorer(str(tmp_path), instance=tmp_path)


def test_whatever_a_broken_model_provokes_is_unavailable(folder: Path) -> None:
    with pytest.raises(ScoringUnavailable, match="cannot be loaded"):
        load_scorer(str(folder), instance=folder)
