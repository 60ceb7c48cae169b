"""What each design assumes, where that breaks in these markets, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A design in words for whoever has to decide on an evaluation."""

    title: str
    assumes: str
    breaks: str
    instead: str


CARDS: dict[str, Card] = {
    "before_after": Card(
        "Before and after",
        "Without the policy, records would have stayed as they were before.",
        "Exploitation, movement and the work of agencies drift for other reasons, and a policy that makes agencies "
        "look raises records although nothing else has changed.",
        "Keep places without the policy for at least as long, and hold the change there against it.",
    ),
    "interrupted_series": Card(
        "Interrupted series",
        "Without the policy, the trend and the season of the series would have gone on.",
        "Trends bend by themselves, a policy that builds up slowly has no break to be seen, and periods with few "
        "records make every wave look like a trend. With fewer than some thirty periods errors are too small, and the "
        "policy is found too often.",
        "Use a longer series before the policy, and a series of places without it.",
    ),
    "interrupted_series_with_control": Card(
        "Interrupted series with a control series",
        "What else changes at the start of the policy changes in places with and without it in the same proportion.",
        "People, recruiters and places of work move to where the policy is not, so that the control series reacts.",
        "Choose places without the policy that share few routes and partners with those that have it.",
    ),
    "did": Card(
        "Difference in differences, errors clustered by place",
        "Places with and without the policy would have moved alike, and those without are not touched by it.",
        "Displacement counts twice: as a fall here and as a rise there. With fewer than ten places clustered errors "
        "are too small, and the policy is found too often.",
        "Use the wild bootstrap for errors, and look at the column of spillover before the result is believed.",
    ),
    "did_wild": Card(
        "Difference in differences, errors by the wild bootstrap",
        "As for every difference in differences; only the errors are told with more care.",
        "With a handful of places hardly anything can be significant, whatever the policy does.",
        "More places, or smaller ones: counties in place of countries.",
    ),
    "twfe": Card(
        "Regression with terms for places and periods",
        "The policy does the same everywhere and at once, and places would have moved alike.",
        "Where the policy builds up, places that already have it serve as controls, with the wrong sign.",
        "Use an estimator for staggered starts: callaway_santanna or imputation.",
    ),
    "callaway_santanna": Card(
        "Callaway and Sant'Anna",
        "Places that do not have the policy yet would have moved like those that have, and do not react beforehand.",
        "Every group of starts is held against few places, so that intervals are wide; displacement touches them.",
        "Let more places start together, and keep some without the policy to the end.",
    ),
    "imputation": Card(
        "Imputation",
        "What untreated places and periods show (a level for each place, one movement for all) holds for treated ones.",
        "A movement that is not common to all places, such as a new route, is taken for the policy.",
        "Test the movement before the policy, and leave out places with routes of their own.",
    ),
    "synthetic_did": Card(
        "Synthetic differences in differences",
        "A mixture of places without the policy moves as those with it did before, up to a level.",
        "Its errors rest on the places without the policy: where these are few, intervals are wide.",
        "Start with fewer places, and add others without the policy.",
    ),
    "synthetic_control": Card(
        "Synthetic control",
        "A mixture of places without the policy would have gone on moving as those with it.",
        "With few places without the policy no rank is rare enough to be significant, and small counts are fitted by "
        "chance.",
        "Twenty or more places without the policy, and records of five or more years before it.",
    ),
    "cross_country": Card(
        "Panel of countries",
        "Countries differ in level, years differ for all alike, and the policy came for no reason that moves records.",
        "Few countries have few records a year, and countries adopt a policy because records move.",
        "Use records by quarter and an estimator for staggered starts.",
    ),
    "process_indicators": Card(
        "Process indicators",
        "More activity (raids, cases, statements, people trained) means less exploitation.",
        "Activity follows effort. It rises with a policy that does harm as with one that helps.",
        "Report activity as activity, and measure exploitation by a survey of people.",
    ),
}
OWN = Card(
    "A function of your own",
    "What the function assumes.",
    "Its columns below show it.",
    "Hold it against another design on the same records.",
)
