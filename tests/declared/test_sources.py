"""Where the numbers of rules come from: by name, in the unit of the field, and nothing declared that nobody reads."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.agents.cases import Charge
from sim.agents.forms import Form
from sim.agents.officials import POSTS_OF_REGION
from sim.declared.levers import LEVERS
from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.declared.sources import (
    CENTS,
    ByName,
    Each,
    From,
    Is,
    Switched,
    Worked,
    build,
    facts,
    family,
    fields_of,
)
from sim.declared.switches import SWITCHES
from sim.ground.by_address import by_address
from sim.ground.kernel import kernel
from sim.rules.justice.evidence import ELEMENTS
from sim.rules.networks.partners import NEEDS
from sim.state.families import FAMILIES

SOURCES = Path(sim.__file__).parent
FIELDS = [(name, field, source) for name, kind in FAMILIES.items() for field, (_, source) in fields_of(kind).items()]
# fields of another name than what they come from
OTHERWISE = {
    ("choice", "can_borrow"): "debt_finance",
    ("journey", "can_borrow"): "debt_finance",
    ("case", "pace"): "police.evidence",
    ("case", "proactive"): "police.finds",
    ("record", "kept"): "observation.records",
    ("recognition", "on"): "recognition",
    ("decision", "on"): "conclusive_decisions",
    ("shelter", "on"): "insecure_shelter",
    ("trust", "on"): "institutional_trust",
    ("anticipation", "on"): "status_anticipation",
}


def known(**changes: Any) -> dict[str, Any]:
    """What families are built from, by default but for ``changes``."""
    values = {name: item.default for name, item in PARAMETERS.items()}
    switches = {name: item.default for name, item in SWITCHES.items()}
    return facts(values, switches, legs=7, regions=4, people=6000) | changes


def test_a_field_is_called_like_what_it_comes_from() -> None:
    """A swap of two sources of one family shows: words of the field are in the name of the parameter or switch."""
    for name, field, source in FIELDS:
        if not isinstance(source, From | Switched):
            continue
        if (name, field) in OTHERWISE:
            assert source.names[0].removeprefix("mechanisms.") == OTHERWISE[name, field]
        else:
            assert set(field.split("_")) & set(re.split(r"[._]", source.names[0])), source


def test_every_name_is_declared() -> None:
    declared = {*PARAMETERS, *(f"mechanisms.{switch}" for switch in SWITCHES)}
    for name, field, source in FIELDS:
        assert all(each in declared or each.startswith("world.") for each in source.names), (name, field)


def another(item: Any) -> Any:
    """A value other than the default of a parameter, within its range where the range has room above or below."""
    if isinstance(item.default, bool):
        return not item.default
    above = item.default + (2 if item.whole else 1.25)
    if above <= item.high or item.whole:
        return above
    return (item.default + (item.high if item.default < item.high else item.low)) / 2


@pytest.mark.parametrize("name", FAMILIES)
def test_each_number_follows_its_own_source_and_no_other(name: str) -> None:
    """A parameter that is changed alone changes the fields that name it, and these only."""
    kind, before = FAMILIES[name], build(FAMILIES[name], known())
    everything = {each for field in fields_of(kind).values() for each in field.source.names if each in PARAMETERS}
    for parameter in everything - {"choice.rule", "choice.wish"}:
        item = PARAMETERS[parameter]
        other = another(item)
        after = build(kind, known(**{parameter: other}))
        moved = {
            field for field in fields_of(kind) if not np.array_equal(getattr(after, field), getattr(before, field))
        }
        reads = {field for field, (_, source) in fields_of(kind).items() if parameter in source.names}
        switched_off = {field for field in reads if np.all(np.asarray(getattr(before, field)) == 0.0)}
        assert moved | switched_off == reads | switched_off, parameter


def test_numbers_come_in_the_unit_of_the_field() -> None:
    """Some of every conversion, against the numbers written out."""
    changed = known(**{
        "exit.complaint": 0.52, "exit.promotion": 0.26, "justice.sentence": 3.0, "justice.served": 0.5,
        "status.return_cost": 123.456, "telling.punishment": 1.25, "papers.valid": 3.6, "official.posting": 2.0,
        "control.hold_papers": 0.1, "control.hold_threat": 0.2, "control.hold_confinement": 0.3,
        "control.hold_violence": 0.4, "network.needs": 0.5, "smuggling.experience_half_life": 1.0,
        "mechanisms.debt_finance": "hold", "mechanisms.pricing": "target_return",
    })  # fmt: skip
    made = {name: build(kind, changed) for name, kind in FAMILIES.items()}
    assert made["term"].complaint == 0.01
    assert made["term"].promotion == 0.005
    assert build(FAMILIES["term"], changed | {"mechanisms.promotion": "off"}).promotion == 0.0
    assert made["term"].target_return == 1
    assert made["case"].sentence_weeks == 156.0
    assert made["operation"].sentence_weeks == 78.0
    assert made["channel"].return_cents == 12346
    assert made["choice"].return_cost == 123.456
    assert made["meeting"].punishment_cents == 125.0
    assert made["life"].papers_valid == 4
    assert made["official"].posting == 4.0 / 104.0
    assert (made["official"].legs, made["official"].missions) == (7, 7 + 4 * POSTS_OF_REGION)
    assert made["recruit"].contacts_before == pytest.approx(0.6)
    assert list(made["control"].hold) == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert np.array_equal(made["partner"].needs, 0.5 * NEEDS.of(*(PARAMETERS[name].default for name in NEEDS.names)))
    assert made["business"].experience_kept == 0.5
    assert made["choice"].can_borrow == 1
    assert build(FAMILIES["choice"], changed | {"mechanisms.debt_finance": "off"}).can_borrow == 0


def test_the_plain_rule_knows_no_lasting_wish() -> None:
    plain = known(**{"choice.rule": "plain"})
    birth, choice = build(FAMILIES["birth"], plain), build(FAMILIES["choice"], plain)
    assert (birth.wish_scale, choice.plain) == (0.0, 1)
    assert choice.noise == PARAMETERS["choice.wish_scale"].default


def test_a_swap_is_caught() -> None:
    """Two numbers of one type that change places do not come out the same, whatever their order in the class."""

    @family
    class One(NamedTuple):
        interest: Annotated[float, From("debt.interest")]
        markup: Annotated[float, From("debt.markup")]

    @family
    class Other(NamedTuple):
        markup: Annotated[float, From("debt.markup")]
        interest: Annotated[float, From("debt.interest")]

    given = known(**{"debt.interest": 0.25, "debt.markup": 0.75})
    assert build(One, given)._asdict() == {"interest": 0.25, "markup": 0.75}
    assert build(Other, given)._asdict() == build(One, given)._asdict()


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: From("debt.intrest"), NameError),
        (lambda: From("choice.rule"), TypeError),
        (lambda: From("debt.interest", off="promotions"), NameError),
        (lambda: Switched("promotions"), NameError),
        (lambda: Switched("pricing"), NameError),
        (lambda: Is("choice.rule", "plane"), NameError),
        (lambda: Each("control.hold_papers", "control.hold"), NameError),
        (lambda: ByName("justice.severity_{}", Charge), NameError),
        (lambda: Worked(lambda one: one, "debt.interest", "debt.markup"), TypeError),
        (lambda: Worked(lambda one: one, "world.seas"), NameError),
    ],
)
def test_what_is_not_declared_is_an_error_at_once(make: Any, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        make()


def test_a_family_without_a_source_cannot_be_made() -> None:
    with pytest.raises(NameError, match=r"Bare\.interest does not say where it comes from"):

        @family
        class Bare(NamedTuple):
            interest: float

    with pytest.raises(TypeError, match=r"Word\.interest is neither"):

        @family
        class Word(NamedTuple):
            interest: Annotated[str, From("debt.interest")]


def test_a_table_is_filled_by_name() -> None:
    """Rows and columns stand in the order of their enumerations, whatever the order of the parameters."""

    @family
    class Courts(NamedTuple):
        odds: Annotated[NDArray[Any], ByName("justice.odds_{}_{}", Charge, ELEMENTS, out=("none",))]
        severity: Annotated[NDArray[Any], ByName("justice.severity_{}", Charge, out=("none",))]

    given = known(**{"justice.odds_smuggling_movement": 7.5, "justice.severity_labour": 0.625})
    odds, severity = build(Courts, given)
    assert (odds.shape, severity.shape) == ((len(Charge), len(ELEMENTS)), (len(Charge),))
    assert (odds[Charge.SMUGGLING, ELEMENTS.index("movement")], severity[Charge.LABOUR]) == (7.5, 0.625)
    for charge in (each for each in Charge if each != Charge.NONE):
        for k, element in enumerate(ELEMENTS):
            assert odds[charge, k] == given[f"justice.odds_{charge.name.lower()}_{element}"]
        assert severity[charge] == given[f"justice.severity_{charge.name.lower()}"]
    assert not odds[Charge.NONE].any()
    assert severity[Charge.NONE] == 0.0


@family
class Few(NamedTuple):
    count: Annotated[int, From("work.order_lag")]
    cents: Annotated[int, From("status.return_cost", times=CENTS)]
    share: Annotated[float, From("debt.markup")]
    row: Annotated[NDArray[Any], Each("debt.markup", "debt.lending")]
    whole: Annotated[NDArray[np.int64], ByName("network.wanted_{}", Form)]


@by_address
class Both(NamedTuple):
    few: Few
    again: Few


def test_types_of_families_are_those_of_the_declarations() -> None:
    """Whatever the values are: a whole number where a fraction is declared changes no type, so compiles nothing."""
    whole, broken = (
        Both(build(Few, given), build(Few, given))
        for given in (known(**{"debt.markup": 1, "debt.lending": 2}), known(**{"debt.markup": 0.5}))
    )
    assert whole.kind is broken.kind
    few = whole.few
    assert [type(number) for number in few[:3]] == [int, int, float]
    assert few.row.dtype == np.float64
    assert few.row.shape == (2,)
    assert few.whole.dtype == np.int64
    assert (few.count, few.cents, few.share) == (PARAMETERS["work.order_lag"].default, 40000, 1.0)


@kernel
def _read(p):
    return p.few.count, p.few.cents, p.few.share, p.few.row[0], p.few.row[1], p.again.share


def test_kernels_and_python_see_the_same_numbers() -> None:
    both = Both(*(build(Few, known(**{"debt.markup": share, "debt.lending": 2})) for share in (0.25, 0.75)))
    assert _read(both) == (*both.few[:3], *both.few.row, 0.75)
    assert _read(both._replace(again=both.few))[-1] == 0.25


# --- nothing is declared that nobody reads --------------------------------------------------------------------------


@cache
def syntax() -> list[ast.AST]:
    """Every node of every module of the package."""
    return [node for path in SOURCES.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def read_by_name() -> list[str]:
    """Patterns of the names in ``values["…"]`` and the like, and of those from which the start of a lever follows."""
    found = []
    for node in syntax():
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] in HOLDERS:
            found += pattern(node.slice)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("lawful", "able"):
            found += pattern(node.args[0])
    return found


HOLDERS = ("values", "parameters", "scenario")


def pattern(node: ast.expr) -> list[str]:
    """A text as a pattern of the names that it may be; nothing for what is no text."""
    if isinstance(node, ast.Constant):
        return [re.escape(str(node.value))]
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)]
    return []


def test_every_parameter_is_read() -> None:
    of_families = {
        name for kind in FAMILIES.values() for field in fields_of(kind).values() for name in field.source.names
    }
    of_levers = {lever.name for lever in LEVERS.values() if lever.start in ("flat", "law", "able")}
    by_name = re.compile("|".join(read_by_name()))
    unread = [name for name in PARAMETERS if name not in of_families | of_levers and not by_name.fullmatch(name)]
    assert set(unread) <= HOW_TO_RUN, f"declared and never read: {unread}"


def test_every_field_of_a_family_is_read() -> None:
    """As ``rules.field``, or as a field of what is called like the family (``p.term.interest``)."""
    reads = {(ast.unparse(node.value), node.attr) for node in syntax() if isinstance(node, ast.Attribute)}
    last = {(base.split(".")[-1], field) for base, field in reads}
    unread = [
        f"{name}.{field}"
        for name, kind in FAMILIES.items()
        for field in fields_of(kind)
        if not {("rules", field), (name, field)} & last
    ]
    assert not unread
