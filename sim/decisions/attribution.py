"""How much of an effect goes through each mechanism, from runs in which mechanisms were held or off.

Let E be the effect of a package where all mechanisms work, and D the effect where none of those named works: what goes
past all of them. Of a mechanism, the *first-order* part is what is added to D where only it works, the *total* part
what is taken from E where only it does not. Parts of first order need not add up to E - D: what they leave is the
*remainder*, in which mechanisms act through one another, and it is shown. All of these are differences within a seed,
so that each has an interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.decisions.request import NOTHING
from sim.decisions.worlds import ALL_WORK, NONE_WORK, ONLY, WITHOUT
from sim.results.statistics import t_interval

EFFECT, DIRECT, FIRST, TOTAL, REMAINDER = "effect", "past all of them", "first-order", "total", "remainder"
COLUMNS = ("part", "mechanism", "value", "low", "high", "percent", "level", "seeds")


def parts_of(values: pd.DataFrame, package: str, mechanisms: Sequence[str]) -> pd.DataFrame:
    """The parts of an effect, with 95 % intervals over seeds.

    Parameters
    ----------
    values : columns world (a label of ``sim.decisions.worlds``), package, seed, value.
    mechanisms : those that were taken out.

    Returns
    -------
    Columns ``COLUMNS``: the effect, the direct part, a row of first order and one of the total for each mechanism, and
    the remainder. A part has no value where no seed has all the runs that it needs. ``percent`` is of ``level``, what
    there is without a policy where all mechanisms work.
    """
    wide = values.pivot_table(index="seed", columns=["world", "package"], values="value")
    none = pd.Series(np.nan, index=wide.index)  # where all runs of a setting failed

    def effect(label: str) -> pd.Series[float]:
        return wide.get((label, package), none) - wide.get((label, NOTHING), none)

    level = float(wide.get((ALL_WORK, NOTHING), none).mean())
    whole, direct = effect(ALL_WORK), effect(NONE_WORK)
    found = [(EFFECT, "", whole), (DIRECT, "", direct)]
    # with one mechanism only, "only it works" is "all work"
    only = {name: effect(f"{ONLY}{name}") if len(mechanisms) > 1 else whole for name in mechanisms}
    found += [(FIRST, name, only[name] - direct) for name in mechanisms]
    found += [(TOTAL, name, whole - effect(f"{WITHOUT}{name}")) for name in mechanisms]
    found.append((REMAINDER, "", whole - direct - sum(only[name] - direct for name in mechanisms)))
    rows = []
    for part, name, column in found:
        interval = t_interval(column.to_numpy(float))
        percent = 100 * interval.mean / abs(level) if level else np.nan
        rows.append((part, name, interval.mean, interval.low, interval.high, percent, level, interval.count))
    return pd.DataFrame(rows, columns=list(COLUMNS))
