"""What an answer depends on, and what it cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from sim.declared.measures.catalogue import METRICS
from sim.report.answers import sizes
from sim.report.answers.basis import Basis, Cell, Line, name_of, where
from sim.report.answers.outcomes import is_count, named
from sim.report.answers.said import counted, sentence, series
from sim.report.disputed import CANNOT
from sim.report.evidence import ID
from sim.report.texts import one_line
from sim.report.words import MINUS
from sim.results.signs import FALLS, LEVEL, RISES
from sim.results.statistics import q_values

MOST_FLIPS, MOST_NAMED, MOST_CLAIMS = 2, 3, 3
MANY = 4  # policies; of more, sentences tell the largest change
LIMITS = "people and regions are made up, so that no size is a forecast for any country"


def assumption(basis: Basis, metrics: Sequence[str]) -> str:
    """What depends on a setting, a dose or a parameter; or that nothing else was tried. A sentence."""
    found = [text for line in basis.lines for metric in metrics if (text := flip(basis, line, metric))]
    one, several = basis.places
    if found:
        more = len(found) - MOST_FLIPS
        rest = f"{counted(more, 'other sign turns', 'other signs turn')} around as well" if more > 0 else ""
        return sentence(f"It depends on the {_depends(basis)}: {found[0]}", *found[1:MOST_FLIPS], rest)
    count = max((len(line.cells) for line in basis.lines), default=len(basis.worlds))
    if count < 2:
        return sentence(alone(basis))
    if basis.few:
        return sentence(f"Whether a sign depends on the {_depends(basis)} cannot be told from so few seeds")
    names = list(dict.fromkeys(cell.setting for line in basis.lines for cell in line.cells))
    listed = f" ({series(names)})" if 1 < len(names) == count <= MOST_NAMED else ""
    held = f"No sign of these outcomes surely turns around between the {count} {several}{listed}"
    return sentence(held, _parameters(basis, metrics) if basis.sampled else _where_only(basis, metrics, one))


def flip(basis: Basis, line: Line, metric: str) -> str:
    """Where an outcome surely rises and where it surely falls with a policy; empty where it does not do both."""
    rows = [one for one in line.rows(metric) if sizes.is_named(one[1])]
    up, down = ([cell for cell, row in rows if row["verdict"] == verdict] for verdict in (RISES, FALLS))
    if not up or not down:
        return ""
    more, fewer = sizes.size_of(rows[0][1]).words
    what = (
        f"there are {more} {named(metric)}"
        if is_count(METRICS[metric])
        else f"the figure for {named(metric)} is {more}"
    )
    return f"with {line.title} {what} {_some(basis, up)} and {fewer} {_some(basis, down)}"


def alone(basis: Basis) -> str:
    """That one world with one set of mechanisms was run, and nothing else tried."""
    scenario = basis.first.baseline.scenario
    from sim.results.run import departures  # noqa: PLC0415 - kernels, which a list does not need

    own = [name.partition(".")[2] for name in departures(scenario) if name.startswith("mechanisms.")]
    changed = f"other than declared: {series([name.replace('_', ' ') for name in own[:MOST_NAMED]])}" if own else ""
    mechanisms = f"mechanisms ({changed})" if changed else "mechanisms as declared"
    world = scenario.world.name.replace("_", " ")
    return f"This holds for one world ({one_line(world)}) with {mechanisms}; no other world or mechanism was tried"


def _depends(basis: Basis) -> str:
    if basis.sampled:
        return "parameters"
    if basis.dose is None:
        return "setting"
    several = len({cell.setting for line in basis.lines for cell in line.cells}) > 1
    return f"setting or the {basis.dose_word}" if several else basis.dose_word


def _some(basis: Basis, cells: list[Cell]) -> str:
    if len(cells) <= MOST_NAMED:
        return where(cells, basis)
    return f"in {len(cells)} {basis.places[1]}"


def _where_only(basis: Basis, metrics: Sequence[str], place: str) -> str:
    """That some signs may be named under some conditions only."""
    partly = set()
    for line in basis.lines:
        for metric in metrics:
            rows = line.rows(metric)
            known = sum(sizes.is_named(row) for _, row in rows)
            if 0 < known < len(rows):
                partly.add(line.title)
    if not partly:
        return ""
    titles = series(sorted(partly)) if len(partly) <= MOST_NAMED else f"{len(partly)} policies"
    return f"yet with {titles} some are known in part of them only, so that another {place} might answer otherwise"


def _parameters(basis: Basis, metrics: Sequence[str]) -> str:
    """The drawn parameter with which an effect goes most surely, over all policies and outcomes told."""
    table = basis.findings.assumptions if basis.findings else None
    if table is None or table.empty:
        return ""
    table = table[table["metric"].isin(list(metrics))]
    if table.empty:
        return ""
    table = table.assign(q=q_values(table["p_value"].to_numpy(float)))
    sure = table[table["q"] < 1 - LEVEL]
    if sure.empty:
        return "with none of the parameters that were drawn do the effects surely go up or down"
    row = max(sure.to_dict("records"), key=lambda one: abs(one["correlation"]))
    way = "goes up" if row["correlation"] > 0 else "goes down"
    titles = {arm.label: name_of(arm.title) for _, comparison in basis.worlds for arm in comparison.arms}
    return (
        f"what matters most is {row['parameter']}: the change in {named(row['metric'])} with {titles[row['arm']]} "
        f"{way} with it (rank correlation {row['correlation']:.2f})".replace("-", MINUS)
    )


# --- what it cannot say -----------------------------------------------------------------------------------------


def cannot(basis: Basis) -> str:
    """One line on what nobody should read into an answer, with disputed effects that no rule can bring about."""
    arms = [arm for _, comparison in basis.worlds for arm in comparison.arms]
    policies = [policy for arm in arms for policy in arm.scenario.policies]
    claims = dict.fromkeys(claim for policy in policies for claim in policy.disputed if claim in CANNOT)
    parts = [f"What this cannot say: {LIMITS}"]
    if len(basis.lines) > MANY:
        parts.append("of so many changes the largest are on average overstated")
    if claims:
        told = [f"{_claim(claim)} ({CANNOT[claim]})" for claim in list(claims)[:MOST_CLAIMS]]
        more = len(claims) - len(told)
        told += [f"{counted(more, 'more', 'more')} that their pages name"] if more else []
        parts.append(f"no rule of this version can bring about what is disputed of these policies: {series(told)}")
    return sentence(*parts)


def _claim(entry: str) -> str:
    """A disputed claim without its evidence id."""
    return one_line(ID.sub("", entry).strip())
