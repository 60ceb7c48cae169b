"""What compiling costs: every kernel with its seconds, from an empty cache, for the default run.

    python -m experiments.ledger [overrides …]

Seconds of a kernel are its own: what the kernels that it calls take is theirs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

DEFAULT = ("people.size=1000", "time.years=2.2", "time.burn_in_weeks=4")


def own_seconds(words: Sequence[str]) -> dict[str, tuple[int, float]]:
    """How often each function was compiled in this process by a run, and how long that took without its callees."""
    from numba.core import event  # noqa: PLC0415 - only the process that compiles

    from sim.scenario.scenario import Scenario  # noqa: PLC0415
    from sim.week.week import Week  # noqa: PLC0415

    seconds: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    inside: list[float] = []  # seconds of callees, for every function that is being compiled

    class Compiling(event.Listener):  # type: ignore[misc]
        def on_start(self, happened: event.Event) -> None:  # noqa: ARG002
            starts.append(time.perf_counter())
            inside.append(0.0)

        def on_end(self, happened: event.Event) -> None:
            took = time.perf_counter() - starts.pop()
            own = took - inside.pop()
            if inside:
                inside[-1] += took
            function = happened.data["dispatcher"].py_func
            name = f"{function.__module__}.{function.__qualname__}"
            times, before = seconds[name]
            seconds[name] = (times + 1, before + own)

    starts: list[float] = []
    listener = Compiling()
    event.register("numba:compile", listener)
    Week(Scenario.compose([*DEFAULT, *words]), 1).run()
    event.unregister("numba:compile", listener)
    return dict(seconds)


def show(seconds: dict[str, tuple[int, float]]) -> None:
    """Print the ledger, the dearest first."""
    table = Table("kernel", "times", "seconds")
    for name, (times, own) in sorted(seconds.items(), key=lambda item: -item[1][1]):
        table.add_row(name, str(times), f"{own:.2f}")
    count, total = sum(times for times, _ in seconds.values()), sum(own for _, own in seconds.values())
    table.add_row("all", str(count), f"{total:.1f}")
    Console().print(table)


def main(words: Sequence[str]) -> int:
    """Compile in a process of its own, with an empty cache."""
    if "LABYRINTH_LEDGER" in os.environ:
        show(own_seconds(words))
        return 0
    with tempfile.TemporaryDirectory() as cache:
        own = os.environ | {"NUMBA_CACHE_DIR": cache, "LABYRINTH_LEDGER": "1"}
        command = [sys.executable, "-m", "experiments.ledger", *words]
        return subprocess.run(command, env=own, check=False).returncode  # noqa: S603 - this program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
