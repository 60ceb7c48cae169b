"""Everything that a calibration found, as tables from which page, text and JSON are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration.knowledge import narrowed

TABLES = (
    "targets",
    "waves",
    "chance",
    "groups",
    "singles",
    "parameters",
    "combinations",
    "worth",
    "outcomes",
    "held_out",
    "conflicts",
    "hidden",
)


@dataclass(frozen=True)
class Told:
    """A calibration that has been carried out.

    Parameters
    ----------
    about : what was asked and how much of it was done, as plain data.
    targets : by target its band and what the ensemble gives.
    waves : by wave what was proposed and accepted.
    chance : by target the spread between seeds, and whether it differs between sets that fit.
    groups, singles : the screening.
    parameters, combinations, worth, outcomes : see ``sim.calibration.knowledge``.
    held_out : by target that was held out, the share of sets that meet it.
    conflicts : the least relaxation of bands, where nothing fits.
    hidden : the self-test.
    """

    about: Mapping[str, Any]
    targets: pd.DataFrame
    waves: pd.DataFrame
    chance: pd.DataFrame
    groups: pd.DataFrame
    singles: pd.DataFrame
    parameters: pd.DataFrame
    combinations: pd.DataFrame
    worth: pd.DataFrame
    outcomes: pd.DataFrame
    held_out: pd.DataFrame
    conflicts: pd.DataFrame
    hidden: pd.DataFrame

    @property
    def fits(self) -> bool:
        """Whether any set meets every target."""
        return bool(self.about["fits"])

    @property
    def narrowed(self) -> pd.DataFrame:
        """Parameters of which the evidence surely says something."""
        return self.parameters[narrowed(self.parameters)]

    @property
    def untouched(self) -> pd.DataFrame:
        """Parameters that were calibrated and of which the evidence says nothing that so many sets could show."""
        return self.parameters[~narrowed(self.parameters)]


def tables_of(told: Told) -> dict[str, pd.DataFrame]:
    """The tables by the names of their files."""
    return {name: getattr(told, name) for name in TABLES}


def read_told(folder: Path, about: Mapping[str, Any]) -> Told:
    """What a folder holds. Raises OSError or ValueError where a table is missing or damaged."""
    return Told(about, **{name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES})
