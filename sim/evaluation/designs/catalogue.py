"""The designs that an evaluation can name, with their options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.evaluation.designs import alone, differences, staggered, synthetic
from sim.evaluation.designs.cards import CARDS, OWN, Card
from sim.evaluation.designs.own import own_design
from sim.evaluation.estimate import Estimate
from sim.ground.errors import RequestError
from sim.ground.quantities import brief

Function = Callable[..., Estimate]
FUNCTIONS: dict[str, Function] = {
    "before_after": alone.before_after,
    "interrupted_series": alone.interrupted_series,
    "interrupted_series_with_control": alone.interrupted_series_with_control,
    "did": differences.difference_in_differences,
    "did_wild": differences.difference_in_differences_wild,
    "twfe": differences.two_way,
    "callaway_santanna": staggered.callaway_santanna,
    "imputation": staggered.imputation,
    "synthetic_did": staggered.synthetic_did,
    "synthetic_control": synthetic.synthetic_control,
    "cross_country": differences.cross_country,
}
NEEDS = {
    "interrupted_series": "statsmodels.api",
    "interrupted_series_with_control": "statsmodels.api",
    "callaway_santanna": "diff_diff",
    "imputation": "diff_diff",
    "synthetic_did": "diff_diff",
}
PROCESS = "process_indicators"  # compares worlds, and makes no estimate from a panel
CHOICES = {"against": ("not_yet_treated", "never_treated")}  # of options that are words
LEAST = {"year": 1}  # of options that are whole numbers; of others 0
# what evaluators ask for and these worlds do not allow, with what is missing
MISSING = {
    "regression_discontinuity": "it needs a threshold on one side of which a policy holds, and records that say how "
    "far each case is from it. Levers act on whole regions, legs, pairs, sectors and agencies. What is done for "
    "children ends at eighteen, and what police know of a target makes a case from a threshold on; but records say at "
    "most on which side of eighteen somebody is, who turns eighteen is recognised and controlled otherwise without any "
    "policy too, and what police know stands in no records. See docs/evaluate.md"
}


@dataclass(frozen=True)
class Asked:
    """A design as an evaluation asks for it: its label, what it is, and its options."""

    name: str
    function: Function
    options: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""  # of the file that holds the function, where it is the user's

    @property
    def card(self) -> Card:
        """What it assumes and where it breaks."""
        return CARDS.get(self.name, OWN)

    @property
    def needs(self) -> str | None:
        """The module that it needs beside those of every installation."""
        return NEEDS.get(self.name)

    def __call__(self, panel: pd.DataFrame) -> Estimate:
        """What the design says of a panel."""
        return self.function(panel, **self.options)


def design_from(name: Any, options: Any, folder: Path, year: int, where: str | None) -> Asked:
    """The design that an entry of ``answer`` names.

    Parameters
    ----------
    folder : that of the evaluation's file, from which functions of the user's are looked for.
    year : periods in a year, for designs that ask.

    Raises
    ------
    RequestError : there is no such design or option.
    """
    if isinstance(name, str) and ".py:" in name:
        function, digest = own_design(name, folder, where)
        return Asked(name, function, _options(name, None, options, where), digest)
    if name in MISSING:
        raise RequestError(f"there is no {name}: {MISSING[name]}", where=where)
    if name not in FUNCTIONS:
        raise RequestError(
            f"there is no design {brief(name)}", where=where, given=str(name),
            allowed=[*FUNCTIONS, PROCESS, "path.py:function"],
        )  # fmt: skip
    made = _options(name, FUNCTIONS[name], options, where)
    if "year" in inspect.signature(FUNCTIONS[name]).parameters:
        made = {"year": year, **made}
    return Asked(name, FUNCTIONS[name], made)


def _options(name: str, function: Function | None, options: Any, where: str | None) -> dict[str, Any]:
    """The options of a design, each of the type of its default."""
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise RequestError(f"the options of {name} must be a mapping, not {brief(options)}", where=where)
    if function is None:
        return {str(key): value for key, value in options.items()}
    known = {
        key: found.default
        for key, found in inspect.signature(function).parameters.items()
        if found.kind is inspect.Parameter.KEYWORD_ONLY
    }
    made: dict[str, Any] = {}
    for key, value in options.items():
        if key not in known:
            raise RequestError(f"{name} has no option {key!r}", where=where, given=str(key), allowed=known)
        default = known[key]
        least = LEAST.get(key, 0)
        if type(value) is not type(default) or (isinstance(value, int) and value < least):
            kind = {bool: "true or false", int: f"a whole number from {least} on", str: "text"}[type(default)]
            raise RequestError(f"{name}: {key} must be {kind}, not {brief(value)}", where=where)
        if value not in CHOICES.get(key, (value,)):
            raise RequestError(f"{name}: {key} cannot be {brief(value)}", where=where, given=value,
                               allowed=CHOICES[key])  # fmt: skip
        made[str(key)] = value
    return made
