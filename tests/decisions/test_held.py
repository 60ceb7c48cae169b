"""Every mechanism can be held, or there is a reason why not, and the reason is true as far as the code can show it.

That those which act on persons would meet others is shown by runs, in ``tests/behaviour/test_held.py``.
"""

from __future__ import annotations

import pytest

from sim.decisions.held import CONSTANTS, NOT_HELD, RULE, can_be_held, why_not
from sim.decisions.request import Attribution
from sim.decisions.worlds import check_at_work
from sim.declared.parameters import PARAMETERS
from sim.declared.sources import fields_of
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.policies.start import starts_a_lever
from sim.reference.readers import traces
from sim.results.arms import Arm
from sim.scenario.scenario import Scenario
from sim.state.families import FAMILIES
from sim.week.hold import HELD

NAMES = [name for names in NOT_HELD.values() for name in names]


def test_every_mechanism_can_be_held_or_has_one_reason():
    assert len(NAMES) == len(set(NAMES))
    assert set(NAMES) == {name for name in SWITCHES if not can_be_held(name)}
    assert all(bool(why_not(name)) != can_be_held(name) for name in SWITCHES)
    assert not set(HELD) & set(NAMES)


def test_the_page_of_switches_says_the_same():
    page = (configs_dir().parent / "docs" / "switches.md").read_text(encoding="utf-8").split("|")[0]
    assert all(f"`{name}`" in page for name in NAMES)


def sources(name):
    """The sources of fields of families that read a switch."""
    found = [field.source for family in FAMILIES.values() for field in fields_of(family).values()]
    return [source for source in found if f"mechanisms.{name}" in source.names]


@pytest.mark.parametrize("name", NOT_HELD[CONSTANTS])
def test_constants_are_moved_by_no_policy(name):
    for source in sources(name):
        named = [each for each in source.names if each in PARAMETERS]
        assert not [each for each in named if starts_a_lever(each)]


@pytest.mark.parametrize("name", NOT_HELD[RULE])
def test_a_rule_is_a_flag_and_no_field_of_a_table(name):
    # a family is made before the first week and is the same in both worlds: to hold it would change nothing
    asked = [
        function for function, trace in traces().items() if "state.mechanisms" in trace.names and name in trace.names
    ]
    assert sources(name) or asked
    assert name not in {field.rpartition(".")[2] for trace in traces().values() for field in trace.writes}


def test_no_effect_goes_through_what_is_not_at_work():
    plain = Arm("none", (), Scenario.compose(["world=corridor", "people.size=300", "mechanisms.rerouting=off"]))
    check_at_work(Attribution("raids", "deaths", ("crowding",), 2), plain)
    with pytest.raises(RequestError) as caught:
        check_at_work(Attribution("raids", "deaths", ("crowding", "rerouting", "threats"), 2), plain)
    for name in ("rerouting", "threats"):
        assert f"add mechanisms.{name}=on to model" in str(caught.value)
