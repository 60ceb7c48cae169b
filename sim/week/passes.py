"""The passes over all people or enterprises, compiled for one thread or for several."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.ground.errors import RequestError
from sim.rules.control import leaving, terms
from sim.rules.moving import entry, search
from sim.rules.people import consider
from sim.rules.work import jobs
from sim.week import truth


class Passes(NamedTuple):
    """Kernels that run over chunks of rows."""

    consider: Any
    find_due: Any
    leavers: Any
    look_for_work: Any
    live: Any
    run_businesses: Any
    count_people: Any
    hear: Any


def passes_over_people(threads: int) -> Passes:
    """The passes for so many threads.

    Raises
    ------
    RequestError : more threads than numba was started with.
    """
    if threads == 1:
        return Passes(
            consider.consider_serial,
            consider.rows_due_serial,
            leaving.leavers_serial,
            jobs.look_serial,
            terms.live_serial,
            entry.run_businesses_serial,
            truth.count_people,
            search.hear_serial,
        )
    import numba  # noqa: PLC0415 - only here does the number of threads matter

    if threads > numba.config.NUMBA_NUM_THREADS:
        raise RequestError(
            f"threads = {threads}, but numba was started with {numba.config.NUMBA_NUM_THREADS}; "
            f"set NUMBA_NUM_THREADS={threads} before Python starts"
        )
    numba.set_num_threads(threads)
    return Passes(
        *consider.parallel_kernels(),
        leaving.parallel_leavers(),
        jobs.parallel_look(),
        terms.parallel_live(),
        entry.parallel_run_businesses(),
        truth.parallel_count_people(),
        search.parallel_hear(),
    )
