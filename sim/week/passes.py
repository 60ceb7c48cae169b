"""The passes over all people, enterprises, cells or regions, on one thread or on several."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.conditions import risks
from sim.ground.errors import RequestError
from sim.ground.threads import Threads
from sim.rules.control import leaving, terms
from sim.rules.moving import entry, search
from sim.rules.people import consider
from sim.rules.work import jobs, recruitment
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
    find_orders: Any
    count_vacant: Any
    see_risks: Any


def passes_on(threads: int) -> Passes:
    """The passes for so many threads.

    Raises
    ------
    RequestError : more threads than numba was started with.
    """
    if threads > 1:
        import numba  # noqa: PLC0415 - only here does the number of threads matter

        if threads > numba.config.NUMBA_NUM_THREADS:
            raise RequestError(
                f"threads = {threads}, but numba was started with {numba.config.NUMBA_NUM_THREADS}; "
                f"set NUMBA_NUM_THREADS={threads} before Python starts"
            )
    kernels = (
        consider.consider,
        consider.rows_due,
        leaving.leavers,
        jobs.look_for_work,
        terms.live,
        entry.run_businesses,
        truth.count_people,
        search.hear,
        recruitment.find_orders,
        jobs.count_vacant,
        risks.see_risks,
    )
    return Passes(*map(Threads(threads).over_chunks, kernels))
