"""Labels: named functions of a person's state with declared cut-offs; none is stored, several may apply (model 8).

Exploitation, trafficking and forced labour are what observers call what they see (C4-M01, C7-M17). The cut-offs here
are those of the model's own truth; agencies have theirs.
"""

from __future__ import annotations

from sim.agents.people import Control, Offer
from sim.ground.kernel import rule

UNPAID = 0.5  # less than this share of the value of the work is credited
HELD = 0.5  # own exits are below this share of what they would be with secure status, no debt and no control


@rule
def underpaid(sigma):
    """Less than half of what the work is worth is credited."""
    return sigma < UNPAID


@rule
def held(exit_now, exit_free):
    """Something holds the person, whatever does: debt, papers, threat including denunciation, confinement."""
    return exit_now < HELD * exit_free


@rule
def exploited(control, is_underpaid, is_held):
    """Underpaid and held; or confinement or violence at any pay."""
    return (is_underpaid and is_held) or control >= Control.CONFINEMENT


@rule
def trafficked_palermo(is_exploited, control, offer, forced, minor):
    """Act, means and purpose: exploited by force, threat, deception or abuse of papers; means not needed for minors."""
    return is_exploited and (minor == 1 or control >= Control.PAPERS or offer == Offer.DECEPTIVE or forced == 1)


@rule
def forced_labour_ilo(control, is_underpaid, debt, offer):
    """At least two of six indicators: debt, withheld pay, papers kept, threats, confinement, violence or deception."""
    found = (
        (debt > 0.0)
        + (is_underpaid != 0)
        + (control == Control.PAPERS)
        + (control == Control.THREAT)
        + (control == Control.CONFINEMENT)
        + (control == Control.VIOLENCE or offer == Offer.DECEPTIVE)
    )
    return found >= 2
