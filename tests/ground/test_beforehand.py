"""Kernels compiled without being run are those that a run needs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.ground.beforehand import _found, _stand_in
from sim.ground.kernel import _Entered

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from sim.ground.kernel import kernel, part
from sim.ground.beforehand import compile_only, never_run

@part
def twice(x):
    return 2.0 * x

@kernel
def doubled(x, rows):
    for i in range(len(x)):
        x[i] = twice(x[i])
    return len(x), 1.5

@kernel
def first(x, rows):
    return x[0]

x, rows = np.arange(3.0), np.full(3, 7)
never_run()
print(doubled(x, rows), len(doubled.overloads))
compile_only(Path(sys.argv[1]))
rows[:] = 7
print(doubled(x, rows), len(doubled.overloads), x.tolist(), rows.tolist())
print(len(list(Path(sys.argv[1]).iterdir())))
print(first(x, rows), len(first.overloads))
other = kernel(first.py_func)
print(other(x, rows), len(other.overloads))
"""


def test_a_kernel_is_compiled_by_one_process_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(tmp_path / "claims")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0] == "1 0", "neither run nor compiled"
    assert said[1] == "(1, 1) 1 [0.0, 1.0, 2.0] [0, 7, 7]", "compiled, not run; the first row was found"
    assert said[2] == "1"
    assert said[3:] == ["1 1", "1 0"], "what another process has claimed is left to it"


@pytest.mark.parametrize("kind", ["float64", "int64"])
def test_what_stands_for_a_result_has_its_type(kind: str) -> None:
    from numba import types

    number = getattr(types, kind)
    assert _stand_in(number) == 1
    assert _stand_in(types.none) is None
    pair = _stand_in(types.Tuple((number, types.Array(number, 2, "C"))))
    assert pair[0] == 1
    assert pair[1].shape == (0, 0)
    assert pair[1].dtype == np.dtype(kind)


def test_rows_that_are_found_exist() -> None:
    rows, fixed, shares = np.full(3, 9), np.full(3, 9), np.full(3, 9.0)
    fixed.flags.writeable = False
    assert _found((rows, fixed, shares, 4)) == 1
    assert rows.tolist() == [0, 9, 9]
    assert fixed.tolist() == [9, 9, 9]
    assert shares.tolist() == [9.0, 9.0, 9.0]


def test_kernels_of_this_process_are_run() -> None:
    assert isinstance(_Entered.__dict__["__call__"], property)
