"""What policies' ``disputed:`` entries need to arise: a metric, switch, lever or parameter, or a rule that is missing.

An effect that no rule of this version can bring about is never shown as if its absence had been found. Keys are the
entries of the files in ``configs/policy`` as they stand there. ``ARISES`` names where to look for an effect, by its
name in the dictionaries; ``CANNOT`` says what rule is missing.
"""

from __future__ import annotations

_REGROW = "network_replacement"
_COST = "the file sets no cost; set `cost` to see what it takes from other work"

ARISES: dict[str, str] = {
    "C1-P16 false labels": "paper_compliance",
    "displacement": "venue_displacement",
    "C1-F10 displacement next door": "demand_displacement",
    "C1-M02 more people leave at first": "departures",
    "C1-M80 people in need of protection are sent back": "need_blocked",
    "C10-M51 nothing where work is hidden": "private_exploited_share",
    "C10-M52 whether it is more than the sum": "exploited_people",
    "C10-P16 whether clients can tell": "client_tips",
    "C10-P18 firms may close": "work_bought",
    "C10-S14 whether those taken away are replaced": "rescue_vacancy",
    "C11-S01 whether people still come forward": "identified",
    "C13-M36 effect on what people do": "irregular_departures",
    "C13-M38 conflicts with penalties for buyers": "client_tips",
    "C13-M39 people in need of protection are refused": "safety_reached",
    "C13-M18 whether recruitment turns inwards": "internal_exploited",
    "C2-M10 people who are held are made to pay or sold": "asked_in_transit",
    "C2-M13 the outer border is bribed more": "bribes_border",
    "C2-M17 whether more visas are sold": "bribes_papers",
    "C4-M14 diverts rather than deters": "irregular_departures",
    "C4-M15 more exposed on hidden ways": "female_exploited_share",
    "C4-M23 least effect on those it is meant for": "irregular_share_need",
    "C4-P06 people in need of protection are hit hardest": "irregular_share_need",
    "C4-S04 harm per person": "exploited_per_departure",
    "C4-S16b whether people still complain": "complaint_rate",
    "C5-S02 how long the effect lasts": "irregular_arrivals",
    "C7-M02 disparity rather than poverty": "departures",
    "C7-M08 harm to those who leave all the same": "exploited_per_departure",
    "C7-M09 little without a law": "demand.campaign",
    "C7-M10 sends people to providers where no visas are granted": "provider_share_low_skilled",
    "C7-M26 communities facilitate as well": "society.community_engagement",
    "C7-M36 work is lost or better hidden": "private_venues",
    "C7-M41 kin and employers still exploit": "exploited_people",
    "C7-P05 fades when spending ends": "demand.campaign",
    "C7-P07 displacement to firms that nobody audits": "work.supply_chain_audit",
    "C7-P18 people are found after the fact": "new_exploited",
    "C7-S08 places stay empty": "uptake_of_places",
    "C7-P32 uneven progress": "work.recruiter_licensing",
    "C8-M03 how much of the new demand is met by force": "new_exploited",
    "C8-M13 hidden rather than less": "mission.conduct",
    "C9-M04 private places": "private_exploited_share",
    "C9-M47 whether it is better than no status": "exploitation_per_worker",
    "C9-P04 unlicensed places": "demand.licensing",
    "EC 2.10 whether the coerced share rises": "exploitation_per_worker",
    "EC 2.12 whether fewer people set out": "irregular_departures",
    "EC 2.12 whether more people set out": "irregular_departures",
    "EC 2.2 share who borrow for the fee": "credit_share",
    "EC 2.2 share who borrow for the price": "credit_share",
    "EC 2.3 share who borrow for the fee": "credit_share",
    "EC 2.5 total movement rises": "departures",
    "EC 2.5 total movement rises at a low price": "departures",
    "EC 2.8 scale against substitution": "demand.licensing",
    "alone it does little": "recognised",
    "becomes an immigration raid without a firewall": "status.firewall",
    "chains recover": _REGROW,
    "control of the low ranks alone fades where chiefs sell": "captured_chiefs",
    "each alone does little": "recognised",
    "easy cases crowd out hard ones": "convictions_exploitation",
    "false claims": "false_claim_share",
    "fewer are asked": "identified",
    "fewer cases": "investigations",
    "late": "identified_on_return",
    "leaks": "coop.vetting",
    "networks grow back": _REGROW,
    "networks regrow": _REGROW,
    "other brokers step in": _REGROW,
    "others take their place": _REGROW,
    "parts go on": "beheaded",
    "pay without control buys little": "captured_posts",
    "procedure without endorsement or training": "agency.knowledge",
    "reaches only those who come with a visa": "work.contract_corridors",
    "rights on paper": "promises_broken_share",
    "scarcity draws others in": "facilitator_entries",
    "severity against certainty": "perceived_certainty",
    "severity without certainty": "perceived_certainty",
    "skill is lost": "official.skill_lost",
    "strict caps feed discretion": "bribes_papers",
}

CANNOT: dict[str, str] = {
    "C10-P17 hard to prove what a buyer knew": "buyers are not tried; they only believe in a penalty",
    "C13-M44 whether they turn to other crime": "members who leave for other work are not followed",
    "C13-M23 demand moves next door": "what rules of conduct keep members from is not bought elsewhere",
    "C2-M28 few posts that are worth more to whoever can buy them": "posts of specialised police are not held apart",
    "C2-M62 legal places are raided less": "raids reach open places whether they are licensed or not",
    "C2-M64 whether buyers can be convicted": "buyers are not tried; they only believe in a penalty",
    "C2-P03 long and difficult": "what the public knows follows the policy at once",
    "C3-P11 others recruit below the licence": "every recruiter of a place falls under its licence",
    "C5-M59 refused where leaders are protected": "a state hands suspects over by chance, whoever sells there",
    "C7-M08 whether it is meant to keep people at home": "aims of a campaign are not modelled, only what it tells",
    "C7-P01 campaigns against migration": "aims of a campaign are not modelled, only what it tells",
    "C7-P03 brain drain": "what is lost where people leave is not modelled",
    "C7-P25 public support": "there is no public that votes",
    "C7-P26 harder in a crisis": "there is no crisis to which the public answers",
    "C8-M07 fewer states send people": "the size of a mission is given",
    "C9-M51 years of delay": "who is handed over is handed over at once",
    "EC 2.12 whether providers use worse boats": "providers do not choose how safe a crossing is",
    "abuse by others": "nobody claims to have been exploited to escape a penalty",
    "attack on credibility": "a claim for money does not make a witness less convincing",
    "cost": _COST,
    "cost passed on to workers": "going pay does not answer to what penalties cost an employer",
    "expensive": _COST,
    "feared pull": "hope for papers does not enter the decision to leave",
    "inspectors can be bought as well": "inspectors from outside hold no post that sells",
    "other ways for money": "enterprises do not choose among ways to move money",
    "pull factor": "hope for protection does not enter the decision to leave",
    "refused by those who receive": "the receiving side takes up every case that is passed on",
    "sources can be exposed": "nothing happens to those who speak to the press",
    "vigilance against lawful departures": "neighbours report exploitation only",
}


def told(entry: str) -> str:
    """The entry as a page shows it: where to look for the effect, or that it cannot arise, or that nobody has said."""
    if entry in ARISES:
        return f"{entry} (look at `{ARISES[entry]}`)"
    if entry in CANNOT:
        return f"{entry}: **cannot arise in this version**, as {CANNOT[entry]}"
    return f"{entry} (nobody has said whether this version can show it)"
