"""Worlds from configuration alone in which the model must hit a closed form."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.closed_forms.__main__ import main
from experiments.closed_forms.forms import FORMS, OF_RULES, check
from experiments.closed_forms.measures import MEASURES
from sim.report.evidence import evidence

ROOT = Path(__file__).parents[2]


ELSEWHERE = ("littles_law",)  # the same run is made and looked at more closely in tests/identities/test_work.py


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if form.slow else [])
        for name, form in FORMS.items()
        if name not in ELSEWHERE
    ],
)
def test_a_world_from_configuration_hits_its_closed_form(name):
    for reading in check(FORMS[name]):
        assert reading.holds, reading


@pytest.mark.slow
@pytest.mark.parametrize("providers", [2, 5])
def test_cournot_pass_through_with_more_providers(providers):
    """EC 2.5 (AM2): what one provider is held to holds for two and five by changing one word."""
    form = FORMS["monopoly_fee"]
    more = tuple(
        f"smuggling.loners={providers / 20}" if word.startswith("smuggling.loners") else word for word in form.words
    )
    for reading in check(replace(form, words=more)):
        assert reading.holds, reading


def test_every_form_says_what_it_rests_on_and_is_read():
    for form in FORMS.values():
        assert form.evidence in evidence()
        assert form.limit
        assert form.tolerance
        assert all("=" in word for word in form.words)
    assert {form.measure for form in FORMS.values()} == set(MEASURES)
    for rule in OF_RULES:
        assert rule["evidence"].removeprefix("EC ") in (ROOT / rule["test"]).read_text(encoding="utf-8")


def test_an_unknown_form_is_refused(capsys):
    assert main(["fee_is_costs"]) == 2
    assert "did you mean 'fee_is_cost'" in capsys.readouterr().err
