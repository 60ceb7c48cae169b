"""Labels: named functions of a person's state with declared cut-offs; none is stored, several may apply (model 8).

Exploitation, trafficking and forced labour are what observers call what they see (C4-M01, C7-M17). The cut-offs here
are those of the model's own truth; agencies have theirs.
"""

from __future__ import annotations

from sim.agents.people import Control, Offer
from sim.ground.kernel import rule


@rule
def underpaid(rules, sigma):
    """Less of what the work is worth is credited than ``labels.unpaid``."""
    return sigma < rules.unpaid


@rule
def held(rules, exit_now, exit_free):
    """Something holds the person, whatever does: debt, papers, threat including denunciation, confinement."""
    return exit_now < rules.held * exit_free


@rule
def exploited(control, is_underpaid, is_held):
    """Underpaid and held; or confinement or violence at any pay."""
    return (is_underpaid and is_held) or control >= Control.CONFINEMENT


@rule
def trafficked_palermo(is_exploited, control, offer, forced, minor):
    """Act, means and purpose: exploited by force, threat, deception or abuse of papers; means not needed for minors."""
    return is_exploited and (minor == 1 or control >= Control.PAPERS or offer == Offer.DECEPTIVE or forced == 1)


@rule
def forced_labour_ilo(rules, control, is_underpaid, debt, offer):
    """At least ``labels.signs`` of six: debt, withheld pay, papers kept, threats, confinement, violence or deceit."""
    found = (
        (debt > 0.0)
        + (is_underpaid != 0)
        + (control == Control.PAPERS)
        + (control == Control.THREAT)
        + (control == Control.CONFINEMENT)
        + (control == Control.VIOLENCE or offer == Offer.DECEPTIVE)
    )
    return found >= rules.signs
