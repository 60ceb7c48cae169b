"""What every shipped policy does in the model: the figures on the pages in ``docs/policies``.

    python -m experiments.catalogue [POLICY ...] [key=value ...]

Each policy is held, at its own dose, against no policy over paired seeds in the default world; one that restrains a
mission against a world with a mission. Kept are the headline metrics, and of all others those that moved most against
their interval: what carried the effect. With some ninety policies one interval in twenty lies beside zero by chance.
Where policies are named only these are run, and the others keep their rows.
The table goes to ``configs/findings/policies.csv``, from where the pages are written.
"""

from __future__ import annotations

import sys

import pandas as pd

from experiments.files import answered, write_whole
from sim.configuration.folders import Folders, configs_dir
from sim.errors import RequestError
from sim.observation.catalogue import METRICS
from sim.registry import document
from sim.studies.compare import compare

BASE = ["time.years=5", "seeds=4"]
NEEDS = {"mission_zero_tolerance": "mission"}  # policies that mean something only beside another
MOST_MOVED = 8
COLUMNS = ["policy", "beside", "metric", "baseline", "difference", "low", "high", "seeds"]


def study(arguments: list[str]) -> pd.DataFrame:
    """One row for each policy and metric kept, in the units of the metric."""
    base, asked = [*BASE, *(word for word in arguments if "=" in word)], _named(arguments)
    names = [name for name in asked if name not in NEEDS]
    found = compare(names, base=base, progress=True, report=False).effects if names else pd.DataFrame()
    parts = [_kept(found, name, "none") for name in names]
    for name, beside in NEEDS.items():
        if name not in asked:
            continue
        both = {name: [f"policy=[{beside},{name}]"], beside: [f"policy={beside}"]}
        found = compare(both, baseline=beside, base=base, progress=True, report=False).effects
        parts.append(_kept(found, name, beside))
    return pd.concat(parts)[COLUMNS]


def _named(arguments: list[str]) -> list[str]:
    """The policies to run: those named, or all that are shipped."""
    there = [name for name in Folders.of().options("policy") if name != "none"]
    named = [word for word in arguments if "=" not in word]
    for word in named:
        if word not in there:
            raise RequestError(f"there is no policy {word!r}", given=word, allowed=there)
    return named or there


def _kept(effects: pd.DataFrame, name: str, beside: str) -> pd.DataFrame:
    rows = effects[(effects["arm"] == name) & effects["difference"].notna()].copy()
    rows["headline"] = [METRICS[metric].headline for metric in rows["metric"]]
    half = (rows["high"] - rows["low"]) / 2
    rows["clear"] = (rows["difference"].abs() / half.where(half > 0)).fillna(0.0)
    others = rows[~rows["headline"] & (rows["clear"] > 1)].nlargest(MOST_MOVED, "clear")
    return pd.concat([rows[rows["headline"]], others]).assign(policy=name, beside=beside)


def main(arguments: list[str]) -> int:
    """Run, write the table and the pages; returns the exit code."""
    return answered(lambda: study(arguments), _tell)


def _tell(table: pd.DataFrame) -> None:
    path = configs_dir() / "findings" / "policies.csv"
    others = pd.read_csv(path) if path.exists() else table.iloc[:0]
    others = others[~others["policy"].isin(set(table["policy"]))]
    table = pd.concat([others, table]).sort_values("policy", kind="stable")
    write_whole(path, table.to_csv(index=False, float_format="%.6g"))
    document("docs")
    print(f"The table is in {path}, the pages in docs/policies")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
