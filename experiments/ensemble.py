"""In how many worlds that fit do published sentences hold: policies that documents name, over sets of an ensemble."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from experiments.findings.part import Asked, Part, Scale, asked
from sim.declared.measures.catalogue import METRICS
from sim.results.findings import Findings
from sim.scenario.ensembles import Asked as Sets
from sim.studies.ensembles import over_worlds
from sim.studies.plan import policy_words

# people as in the calibration of the ensemble, whose sets belong to a size; years as in the catalogue; three seeds, as
# what seeds have in common in all worlds is told from the seeds alone, and hardly from two
BASE = ["people.size=20000", "time.years=5", "seeds=3"]
SETS = 20
TINY_SETS = TINY_POLICIES = 2
# those of the headline study, then the others of the first picture, then every other one of the catalogue of which an
# effect on people exploited at a time, new spells of exploitation, deaths or safety is told from zero as declared
POLICIES = (
    "tighter_borders", "demand_criminalisation", "reflection_period", "regular_channels",
    "raids", "regularisation", "deportation_drive", "tied_visas",
    "announced_regularisation", "border_screening", "child_protection", "client_reporting", "consular_staff_cuts",
    "due_diligence_liability", "due_diligence_on_paper", "free_movement_area", "informal_work_covered",
    "joint_operations", "labour_inspection", "licensed_safe_harbour", "mobile_tied_visas",
    "network_and_market_bundle", "outreach_and_hotline", "prevention_protection_prosecution_bundle",
    "sealed_border", "search_and_rescue", "supply_chain_audit", "visa_restriction", "visa_sale_and_controls",
    "witness_only_protection",
)  # fmt: skip
MOST_PARAMETERS = 3  # of which a row tells
SEPARATOR = "; "
FEWEST_WORLDS_KEPT = 2  # with an effect in all seeds
KEPT = (
    "policy", "metric", "worlds", "seeds", "baseline", "change", "percent", "percent_low", "percent_high",
    "percent_worlds_low", "percent_worlds_high", "low", "high", "worlds_low", "worlds_high", "chance_low",
    "chance_high", "share_worlds", "sign", "holds", "holds_low", "holds_high", "up", "down",
)  # fmt: skip
METRICS_ASKED = tuple(name for name, metric in METRICS.items() if metric.headline)


def ask(scale: Scale) -> list[Asked]:
    """Every policy against none, in every set of the ensemble."""
    arms = {"none": ["policy=none"]} | {
        name: policy_words(name) for name in POLICIES[: TINY_POLICIES if scale.tiny else None]
    }
    one = asked({"": arms}, {}, [*BASE, *scale.added], metrics=METRICS_ASKED)
    return [Asked(over_worlds(one.design, Sets(count=TINY_SETS if scale.tiny else SETS)), one.seeds)]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each policy and metric: effects over worlds, and what turns them or what they hang on.

    ``change`` is the mean over worlds in the unit of the metric; the other columns of effects are those of
    ``sim.results.over_worlds``. ``goes_with`` names parameters with their rank correlation, ``turns_where`` the end of
    a tree with how many of its worlds have the other sign, both of effects whose direction does not hold in nearly all
    worlds. ``explained`` is what an emulator tells of worlds unseen, and ``hangs_on`` total Sobol indices with their
    errors; both are empty where it tells too little (``sim.results.sensitivity``).
    """
    return pd.concat([_of_group(one) for one in found], ignore_index=True)


def _of_group(found: Findings) -> pd.DataFrame:
    table = found.over_worlds[found.over_worlds["worlds"] >= FEWEST_WORLDS_KEPT]
    turned = dict(list(found.turns.groupby(["arm", "metric"])))
    hangs = dict(list(found.sensitivity.groupby(["arm", "metric"])))
    more: list[dict[str, Any]] = []
    for key in zip(table["arm"], table["metric"], strict=True):
        rows, indices = turned.get(key), hangs.get(key)
        more.append(
            {
                "goes_with": "" if rows is None else _goes_with(rows[rows["by"] == "rank"]),
                "turns_where": "" if rows is None else _where(rows[rows["by"] == "tree"]),
                "explained": math.nan if indices is None else indices["explained"].iloc[0],
                "hangs_on": "" if indices is None else _hangs_on(indices),
            }
        )
    table = table.rename(columns={"arm": "policy", "difference": "change"}).reset_index(drop=True)
    return pd.concat([table[list(KEPT)], pd.DataFrame(more)], axis=1)


def _goes_with(rows: pd.DataFrame) -> str:
    return SEPARATOR.join(f"{row['what']} {row['correlation']:+.2f}" for row in rows.to_dict("records"))


def _where(rows: pd.DataFrame) -> str:
    return SEPARATOR.join(
        f"{row['what']}: {row['against']:.0f} of {row['worlds']:.0f}" for row in rows.to_dict("records")
    )


def _hangs_on(rows: pd.DataFrame) -> str:
    some = rows.nlargest(MOST_PARAMETERS, "total").to_dict("records")
    return SEPARATOR.join(f"{row['parameter']} {row['total']:.2f} ± {row['total_error']:.2f}" for row in some)


MINUTES = 4.0
PARTS = (Part("ensemble", "policies that documents name, in worlds that fit", MINUTES, ask, find),)
