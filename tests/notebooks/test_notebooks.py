"""The notebooks: they are kept without outputs, name only what there is, and run from the first cell to the last."""

from __future__ import annotations

import ast
import builtins
import json
import re
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.declared.measures.catalogue import METRICS
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
# what the names in notebooks stand for, of which attributes are looked up; what ``found`` is differs from book to book
KINDS: dict[str, tuple[object, ...]] = {
    "sim": (sim,),
    "model": (sim.Model,),
    "found": (sim.Comparison, sim.Findings),
    "scenario": (Scenario,),
}
METRIC_COLUMNS = re.compile(r"metric (?:==|in) (\[[^\]]*\]|'[^']*')")
each = pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)


def cells(book: Path, kind: str) -> list[str]:
    """The cells of a kind, as texts."""
    every = json.loads(book.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in every if cell["cell_type"] == kind]


def code(book: Path) -> ast.Module:
    """All code of a notebook as one module."""
    return ast.parse("\n".join(cells(book, "code")), filename=book.name)


def test_every_notebook_is_listed() -> None:
    listed = re.findall(r"\(notebooks/(\w+)\.ipynb\)", (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [book.stem for book in BOOKS]
    assert len(BOOKS) >= 3


@each
def test_a_notebook_is_kept_without_outputs(book: Path) -> None:
    content = json.loads(book.read_text(encoding="utf-8"))
    assert (content["nbformat"], content["metadata"]["kernelspec"]["name"]) == (4, "python3")
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert set(cell["metadata"]) == set()
    assert len({cell["id"] for cell in content["cells"]}) == len(content["cells"])


@each
def test_every_name_is_defined_before_it_is_used(book: Path) -> None:
    known = set(dir(builtins))
    for text in cells(book, "code"):
        tree = ast.parse(text)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        known |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                known |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ExceptHandler) and node.name:
                known.add(node.name)
        assert {node.id for node in names if isinstance(node.ctx, ast.Load)} <= known, text


@each
def test_every_attribute_that_is_used_exists(book: Path) -> None:
    for node in ast.walk(code(book)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in KINDS:
            kinds = KINDS[node.value.id]
            there = any(hasattr(kind, node.attr) or node.attr in getattr(kind, "__annotations__", ()) for kind in kinds)
            assert there, f"{node.value.id}.{node.attr}"


@each
def test_every_metric_and_setting_that_is_named_exists(book: Path) -> None:
    tree = code(book)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "plot":
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "model":
                assert {ast.literal_eval(given) for given in node.args} <= set(METRICS)
        if isinstance(node, ast.keyword) and node.arg == "metrics":
            assert set(ast.literal_eval(node.value)) <= set(METRICS)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            _check_text(node.value)


def _check_text(text: str) -> None:
    """Metrics that a query names, and words of a request that stand alone in a text."""
    for names in METRIC_COLUMNS.findall(text.replace('"', "'")):
        assert set(re.findall(r"'(\w+)'", names)) <= set(METRICS), text
    word = re.fullmatch(r"([a-z]+(?:\.[a-z_]+)+)=(.+)", text)
    if word and word[1] not in ("world.regions", "world.legs"):
        for value in word[2].split(","):
            Scenario.of("corridor", **{word[1]: value})


@each
def test_links_lead_somewhere(book: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", "\n".join(cells(book, "markdown")))
    assert links
    for link in links:
        assert (book.parent / link).exists(), link


@pytest.mark.slow
@each
@pytest.mark.filterwarnings("default")  # of the kernel and its client, which are not ours
def test_a_notebook_runs(book: Path, tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    if book.stem == "study_and_data":
        pytest.importorskip("duckdb")
    content = nbformat.read(book, as_version=4)
    # the kernel named python3 is that of the interpreter which runs the tests
    client = nbclient.NotebookClient(
        content, timeout=1200, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    shown = [output for cell in content.cells if cell.cell_type == "code" for output in cell.outputs]
    pictures = sum(_is_picture(output) for output in shown)
    asked = sum(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith(".plot")
        for node in code(book).body
    )
    assert pictures == asked > 0
    assert list(tmp_path.iterdir()) == []  # what a notebook writes goes elsewhere


def _is_picture(output: Any) -> bool:
    return output.output_type == "execute_result" and "image/png" in output.data
