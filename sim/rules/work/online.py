"""Recruiting online: it reaches further, costs less, is trusted less and leaves a trace (C1-M93, C1-M28).

Switch ``online_recruitment``. Whoever recruits for a place that would control people takes, order by order, the channel
in which somebody who accepts costs least:

    in person   contact / accepted
    online      (online.cost·contact + police.online·online.trace·online.risk·loss from a conviction) / (accepted·trust)

with the taste that also spreads orders over places. Online one recruiter reaches ``online.reach`` people in the time of
one in person, and nobody's address has to be known. Who is met so believes ``online.trust`` of what is promised above
what she has at home. As far as police read offers (lever ``police.online``) and can follow them, an offer is taken
down and may become a lead on the place for which it was made (C13-M04).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.cases import Source
from sim.declared.sources import From, Switched, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.rules.justice.evidence import add
from sim.rules.justice.leads import case_at, would_share
from sim.rules.people.options import gumbel


@family
class OnlineRules(NamedTuple):
    """Parameters of recruiting online."""

    recruitment: Annotated[int, Switched("online_recruitment")]
    cost: Annotated[float, From("online.cost")]  # of a contact, over one in person
    reach: Annotated[float, From("online.reach")]  # contacts in the time of one in person
    trust: Annotated[float, From("online.trust")]  # of what a promise adds, that is believed
    trace: Annotated[float, From("online.trace")]  # contacts that police who read everything can follow
    risk: Annotated[float, From("online.risk")]  # of the loss from a conviction, that a contact followed is worth
    shown: Annotated[float, From("online.shown")]  # evidence that an offer followed adds to a case


@rule
def cost_online(rules, contact, watched, loss):
    """US$ that a contact online costs and risks; ``watched`` lever police.online, ``loss`` US$ from a conviction."""
    return rules.cost * contact + watched * rules.trace * rules.risk * loss


@part
def goes_online(s, p, now, k, start):
    """Whether whoever recruits in region ``start`` for venue k does it online this time."""
    place = s.venues[k]
    loss = s.regions[place.region].conviction_loss
    online = cost_online(p.online, p.recruit.contact_cost, s.law[start].police_online, loss) / p.online.trust
    u_online, u_person, _, _ = block(now.seed, Stream.RECRUITED_ONLINE, k, place.generation, now.week, 0)
    taste = p.recruit.source_noise * (gumbel(u_online) - gumbel(u_person))
    return math.log(online) - taste < math.log(p.recruit.contact_cost)


@rule
def believed_online(rules, believed, w_home):
    """What a person met online believes of a promise, US$/week; ``w_home`` is what she has at home."""
    return w_home + rules.trust * (believed - w_home)


@part
def is_taken_down(s, p, now, k, start, i, counters):
    """Whether police in region ``start`` find the offer for venue k before person i has answered it."""
    watched = s.law[start].police_online
    if watched <= 0.0:
        return False
    generation = s.people.row[i].generation
    u_seen, u_lead, u_shared, _ = block(now.seed, Stream.ONLINE_TRACE, i, generation, now.week, k)
    if u_seen >= watched * p.online.trace:
        return False
    counters[C.OFFERS_TAKEN_DOWN] += 1.0
    if u_lead < s.law[start].police_reactive:
        place = s.venues[k]
        source = np.int64(Source.PROACTIVE)
        shared = would_share(s, p, start, place.region, u_shared)
        n = case_at(s, p, k, place.generation, start, source, shared, counters, now.week)
        if n >= 0:
            counters[C.LEADS_ONLINE] += 1.0
            s.cases[n].movement = add(s.cases[n].movement, p.online.shown)
    return True
