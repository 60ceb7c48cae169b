"""What each method assumes, where that breaks here, and what to do next."""

from __future__ import annotations

from typing import NamedTuple

DAY, YEAR = "on the day", "in the year"
LISTS, CHAINS, OTHERS, PLACES, HOME = "lists", "chains", "asked about others", "workplaces", "households"


class Card(NamedTuple):
    """A method for its readers: what it counts, and what its error comes from."""

    title: str
    counts: str  # DAY or YEAR
    source: str
    assumes: str
    breaks: str
    change: str


_LISTS = "Add a list whose keeper meets people in another way and sends nobody on, or join lists that send people on."
_CHAIN = "Begin with more people in more workplaces, and count what is at work from a register."
_SCALE = "Ask exploited respondents how many people know of it, and divide by that: the generalised estimate."
_P, _A = "Pairs of lists that go together are found by", "No three lists go together beyond their pairs."

CARDS: dict[str, Card] = {
    "independence": Card(
        "independence of lists", YEAR, LISTS,
        "Being on one list says nothing about being on another, and everybody is as easily found.",
        "Police send people to services, which makes overlaps too large and the number too small; who is "
        "removed meets no "
        "other agency, which does the opposite; and places differ in how visible they are.",
        _LISTS,
    ),
    "loglinear_p": Card(
        "log-linear, by p value", YEAR, LISTS, f"{_P} their p value. {_A}",
        "With few people on two lists a dependence is not significant, is left out, and biases the number.", _LISTS,
    ),
    "loglinear_aic": Card(
        "log-linear, by AIC", YEAR, LISTS, f"{_P} Akaike's criterion. {_A}",
        "It takes more pairs in than BIC does; the number then moves much with a few people.", _LISTS,
    ),
    "loglinear_bic": Card(
        "log-linear, by BIC", YEAR, LISTS, f"{_P} the Bayesian criterion. {_A}",
        "It leaves more pairs out than AIC does; what is left out stays in the number as bias.", _LISTS,
    ),
    "all_models": Card(
        "log-linear, all models weighed", YEAR, LISTS, f"One of the models with pairs is near the truth. {_A}",
        "Models that fit alike say different numbers; the mean of them is no better than they are.", _LISTS,
    ),
    "chao": Card(
        "lower bound (Chao)", YEAR, LISTS,
        "Lists do not influence one another; people may differ. It is a lower bound and no estimate.",
        "Where police send people to services, the bound itself is too low; where people are removed, it may be "
        "too high.",
        "Use it to say at least how many, never how many.",
    ),
    "chapman": Card(
        "the two longest lists (Chapman)", YEAR, LISTS, "The two lists are independent, and one of them finds "
        "all alike.",
        "The two longest lists here are those that send people on.", _LISTS,
    ),
    "latent_classes": Card(
        "latent classes", YEAR, LISTS, "Within a class of people lists are independent; classes differ in visibility.",
        "Classes and dependence cannot be told apart from a few lists, and people on no list at all are in no class.",
        _LISTS,
    ),
    "chain_share": Card(
        "respondent-driven sampling, share", DAY, CHAINS,
        "Ties join all who are at work, go both ways, and are used at random; how many are at work is known.",
        "Those with whom people have worked are mostly of the same region and sector, so that a few chains do not "
        "reach all; who is held or confined takes part less, and not everybody who does says that she is exploited.",
        _CHAIN,
    ),
    "chain_size": Card(
        "respondent-driven sampling, size", DAY, CHAINS,
        "Who has more ties comes earlier, as when people are drawn one by one in proportion to ties.",
        "Chains follow who has worked with whom, and not how many ties people have, so that the order says little.",
        _CHAIN,
    ),
    "link_tracing": Card(
        "link tracing, one wave", DAY, PLACES,
        "The exploited people found first are a random part of all, and name the ties that they have with others.",
        "Those found first come from the same workplaces and know each other more than a random part would, so "
        "that the "
        "number is too small.",
        "Begin from many workplaces with one person in each.",
    ),
    "scale_up": Card(
        "network scale-up, all ties (MLE)", DAY, OTHERS,
        "Exploited people have as many ties as others, and everybody knows of it who has such a tie.",
        "Only a part of those who work with an exploited person know of it, and who is confined is kept apart "
        "from them.",
        _SCALE,
    ),
    "scale_up_by_person": Card(
        "network scale-up, by person (PIMLE)", DAY, OTHERS, "As by all ties; every respondent's share counts alike.",
        "As by all ties; and in small workplaces a share is 0 or large, so that it moves more.", _SCALE,
    ),
    "scale_up_generalised": Card(
        "network scale-up, generalised", DAY, OTHERS,
        "Exploited respondents say truly how many people know of it, and they are like all exploited people.",
        "Who is confined takes no part, and is seen by fewer than those who do; few respondents are exploited, so that "
        "what they say moves the number much.",
        "Ask exploited people where services know them, in addition to those met at random.",
    ),
    "time_location": Card(
        "time-location at workplaces", DAY, PLACES,
        "Every workplace is on the list, and who takes part says truly whether she is exploited.",
        "Private and discreet workplaces are seldom on the list, and these are where people are held; who is "
        "confined does "
        "not take part.",
        "Make the list complete where people work unseen, and correct for who does not take part.",
    ),
    "household": Card(
        "household survey", YEAR, HOME, "Households know and say what has happened to those who are back or away.",
        "Much is not said, above all of those who are away and of commercial sex; who has nobody at home is in no "
        "household; and those exploited abroad are few among all people of a region of origin.",
        "Ask returnees alone and in private, and measure in a part of the sample how much is left unsaid.",
    ),
}  # fmt: skip
