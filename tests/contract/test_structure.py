"""How the house is built: import rules, sizes, one writer of a status."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "moderation").rglob("*.py")) + sorted((ROOT / "models").glob("*.py"))


def test_imports_go_down_only() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "module", ["moderation.services.catalogue", "moderation.scoring.onnx_scorer"]
)
def test_services_and_the_onnx_scorer_load_without_flask_and_torch(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'flask', 'torch', 'celery', 'transformers', 'marshmallow'}} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_serving_process_does_not_load_torch(tmp_path: Path) -> None:
    program = (
        "import sys, wsgi; print(sorted({'torch', 'transformers', 'detoxify'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"MODERATION_INSTANCE": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert result.stdout == "[]\n"


def test_package_inits_import_nothing() -> None:
    for path in (ROOT / "moderation").rglob("__init__.py"):
        tree = ast.parse(path.read_text())
        assert not [
            node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
        ], path


def test_migrations_use_no_code_that_changes_later() -> None:
    versions = sorted((ROOT / "models" / "migrations" / "versions").glob("*.py"))
    assert versions
    for path in versions:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            assert not {name.split(".")[0] for name in names} & {"models", "moderation"}, path


def test_one_path_writes_a_status() -> None:
    """Only change_status.py assigns a comment's status or puts it into an UPDATE."""
    writers = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
                    writers.add(path.name)
            is_values = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("values", "setattr")
            )
            if is_values and any(keyword.arg == "status" for keyword in node.keywords):
                writers.add(path.name)
    assert writers == {"change_status.py"}


def test_modules_and_functions_stay_small() -> None:
    long = []
    for path in SOURCES:
        text = path.read_text()
        if text.count("\n") > 260 and "migrations" not in path.parts:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                body = [
                    part
                    for part in node.body
                    if not isinstance(part, ast.Expr) or not isinstance(part.value, ast.Constant)
                ]
                length = node.end_lineno - (body[0].lineno if body else node.lineno) + 1
                if length > 45:
                    long.append(f"{path.relative_to(ROOT)}:{node.name}: {length} lines")
    assert long == []
