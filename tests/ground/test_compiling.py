"""Machine code is made for kernels only, each optimised once with all that it calls."""

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.compiler import Flags
from numba.core.runtime import _nrt_python, rtsys

from sim.ground.compiling import _QuickFlags, _Unmade, _Whole
from sim.ground.kernel import allocating, kernel, part, rule
from sim.week.week import Week

SETTINGS = {"no_compile": False, "nrt": False, "forceinline": False, "release_gil": False, "error_model": "python"}


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Functions that call one another, from the lowest; nothing of them is on disk."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    @rule
    def third(x):
        return x * x + 1.0

    @part
    def second(x, n):
        total = 0.0
        for _ in range(n):
            total += third(x)
        return total

    @kernel
    def first(x, n):
        return second(x[0], n) + third(x[1])

    @kernel
    def above(x):
        return first(x, 2) + 1.0

    x = np.array([2.0, 3.0])
    assert first(x, 4) == 30.0
    assert above(x) == 21.0
    return third, second, first, above


def compiled(function):
    return next(iter(function.overloads.values()))


def test_only_kernels_have_machine_code(made):
    assert [type(compiled(function).library) for function in made] == [_Unmade, _Unmade, _Whole, _Whole]
    engine = compiled(made[2]).library.codegen._engine
    there = [engine.is_symbol_defined(compiled(function).fndesc.llvm_func_name) for function in made]
    assert there == [False, False, True, True]


def test_what_is_optimised_holds_all_that_it_calls(made):
    names = [function.name for function in compiled(made[2]).library._final_module.functions if function.is_declaration]
    assert not [name for name in names if "third" in name or "second" in name]


def test_a_function_without_machine_code_says_so_when_it_is_entered(made):
    with pytest.raises(ValueError, match="not in list"):
        compiled(made[0]).entry_point(2.0)
    assert made[0](2.0) == 5.0, "called by hand it is compiled as a kernel"


def settings(given, kind):
    flags = kind()
    for name, value in given.items():
        setattr(flags, name, value)
    return flags


GIVEN = st.fixed_dictionaries(
    {},
    optional={name: st.booleans() for name in SETTINGS if name != "error_model"}
    | {"error_model": st.sampled_from(["python", "numpy"])},
)


@given(GIVEN, GIVEN)
def test_settings_are_equal_when_numba_says_so(one, other):
    slow, quick = ([settings(each, kind) for each in (one, other)] for kind in (Flags, _QuickFlags))
    assert (quick[0] == quick[1]) == (slow[0] == slow[1]) == (quick[0] == slow[1])
    assert hash(quick[0]) == hash(slow[0])


def arrays_there():
    """Arrays that compiled code has made and not let go of."""
    counted = rtsys.get_allocation_stats()
    return counted.alloc - counted.free


@pytest.fixture
def counted():
    was = _nrt_python.memsys_stats_enabled()
    _nrt_python.memsys_enable_stats()
    yield
    if not was:
        _nrt_python.memsys_disable_stats()


@pytest.mark.usefixtures("counted")
def test_arrays_of_a_kernel_are_let_go_of_when_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    @allocating
    def total(n):
        own = np.zeros(n)
        for i in range(n):
            own[i] = i
            if i == 5:
                return own[:3].sum()
        return own.sum()

    assert total(3) == total(9) == 3.0
    before = arrays_there()
    for n in (3, 9, 3):
        total(n)
    assert arrays_there() == before


@pytest.mark.usefixtures("counted")
def test_a_run_leaves_no_arrays_behind(corridor):
    week = Week(corridor, 1)
    for _ in range(14):
        week.advance()
    before = arrays_there()
    for _ in range(14):
        week.advance()
    assert arrays_there() == before
