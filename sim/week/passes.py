"""The passes over all people or enterprises, compiled for one thread or for several."""

from __future__ import annotations

from typing import Any

from sim.ground.errors import RequestError
from sim.rules.control import leaving, terms
from sim.rules.moving import entry, search
from sim.rules.people import consider
from sim.rules.work import jobs
from sim.week import truth


def passes_over_people(threads: int) -> tuple[Any, ...]:
    """The considering pass and the scan for who is due, leaving, looking for work, living, enterprises, counting,
    and the search for a provider.

    Raises
    ------
    RequestError : more threads than numba was started with.
    """
    if threads == 1:
        return (
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
    return (
        *consider.parallel_kernels(),
        leaving.parallel_leavers(),
        jobs.parallel_look(),
        terms.parallel_live(),
        entry.parallel_run_businesses(),
        truth.parallel_count_people(),
        search.parallel_hear(),
    )
