"""How functions are compiled: who may call them, and what that costs."""

import ast
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.ground.draws import draw_of
from sim.ground.kernel import ALONE, allocating, kernel, part, rule

PACKAGE = Path(sim.__file__).parent
INNER = {"rule", "part"}
ENTERED = {"kernel", "allocating"}


@rule
def doubled(x):
    return 2.0 * x


@part
def summed(x):
    return doubled(x[0]) + x[1]


@kernel
def entered(x):
    return summed(x)


def test_an_inner_function_can_be_called_from_python_too():
    x = np.array([1.0, 3.0])
    assert entered(x) == summed(x) == 5.0
    assert doubled(4.0) == doubled(4.0) == 8.0
    assert 0.0 < draw_of(np.uint64(1), 7) < 1.0


@kernel
def halved(x, by):
    return x[0] / by


def test_arguments_of_other_kinds_reach_code_of_their_own():
    whole, real = np.array([3]), np.array([3.5])
    assert [halved(whole, 2), halved(real, 2), halved(real, 2.0), halved(whole, 2)] == [1.5, 1.75, 1.75, 1.5]
    assert len(halved.overloads) == 3
    fixed, apart = real.copy(), np.array([3.5, 0.0, 1.0])[::2]
    fixed.flags.writeable = False
    assert halved(fixed, 2) == halved(apart, 2) == halved(real, 2) == 1.75
    assert len(halved.overloads) == 5
    with pytest.raises(TypeError):
        halved(real)


@kernel
def first_of(x):
    return x[0]


def test_whether_an_array_holds_its_memory_is_nothing_to_compiled_code(monkeypatch):
    """The rows that are meant are the first part of a longer array, or all of it: neither way in is the longer one."""
    whole = np.array([3.5, 1.0])
    assert first_of(whole) == 3.5
    monkeypatch.setattr(first_of, "_met", {})  # a kind that has not been met would be compiled, and noted here
    assert first_of(whole[:1]) == first_of(whole[::2].copy()) == 3.5
    assert not first_of._met


def test_who_makes_arrays_has_to_say_so():
    # two functions: a cache on disk tells them apart by name and line, and would hand one out for the other
    def makes(n):
        return np.empty(n).sum() * 0.0 + n

    def makes_and_says_so(n):
        return np.empty(n).sum() * 0.0 + n

    with pytest.raises(Exception, match="empty"):
        kernel(makes)(3)
    assert allocating(makes_and_says_so)(3) == 3.0
    assert not ALONE["_nrt"]


def decorated(node):
    return {ast.unparse(decorator) for decorator in getattr(node, "decorator_list", [])}


def test_python_enters_by_kernels_only():
    """A rule that Python called would be compiled once more in every process."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    kinds = {
        (path.stem, node.name): decorated(node) & (INNER | ENTERED)
        for path, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    inner = {key for key, kind in kinds.items() if kind & INNER}
    assert len(inner) > 200
    for path, tree in trees.items():
        # names of inner functions that this module holds, under whatever name
        here = {name for stem, name in inner if stem == path.stem}
        modules = {}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
                stem = (node.module or "").split(".")[-1]
                here |= {alias.asname or alias.name for alias in node.names if (stem, alias.name) in inner}
                modules |= {alias.asname or alias.name: alias.name for alias in node.names}
        for node in tree.body:
            if decorated(node) & (INNER | ENTERED):
                continue
            for call in (found for found in ast.walk(node) if isinstance(found, ast.Call)):
                if isinstance(call.func, ast.Name):
                    assert call.func.id not in here, (path.name, call.func.id)
                elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                    module = modules.get(call.func.value.id)
                    assert (module, call.func.attr) not in inner, (path.name, ast.unparse(call.func))
