"""The answer to a question in three to five sentences, and what there is to say of one policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.report.answers import assumptions, groups, levels, over_worlds, split
from sim.report.answers.basis import Basis, World, name_of
from sim.report.answers.doses import dose_in_words
from sim.report.answers.effects import changed, failed, is_inert, outcome, unchanged, unknown, with_, without
from sim.report.answers.outcomes import CORE, Chosen, named
from sim.report.answers.said import (
    ACTIVITY,
    ASSUMPTION,
    EFFECT,
    GROUP,
    UNKNOWN,
    Answer,
    Sentence,
    counted,
    sentence,
    series,
)
from sim.report.practice import notes
from sim.results.signs import LEAST_SEEDS

if TYPE_CHECKING:
    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

QUESTION = "What do these policies change, for whom, and by how much?"
OF_A_RUN = "What happens in this world?"
FEWEST, MOST = 3, 5  # sentences of an answer
MOST_OUTCOMES, MOST_ASKED, MOST_ACTIVITIES, MOST_POLICIES = 3, 2, 3, 24
NO_SUCCESS = "What authorities and services do is activity and no measure of success"


def answer(worlds: Sequence[World], *, question: str | None = None, findings: Findings | None = None) -> Answer:
    """The answer that comparisons give.

    Parameters
    ----------
    worlds : each setting with its title and what was compared there; of no matter where there are findings.
    question : what was asked; None takes that of the study, or a general one.
    findings : the study, of which all settings are told, with its doses and draws; None where comparisons stand alone.

    Returns
    -------
    Three to five sentences in a fixed order: changes whose sign may be named, what is not known, what depends on an
    assumption, for whom it is worse, and activity as far as there is room.
    """
    if findings is not None:
        worlds = [(comparison.title, comparison) for comparison in findings.comparisons.values()]
    basis = Basis(tuple(worlds), findings)
    asked = question or (basis.design.question if basis.design else None)
    if not basis.lines:
        return Answer(asked or OF_A_RUN, tuple(levels.of_runs(basis)), assumptions.cannot(basis), _figure(basis))
    if findings is not None and findings.design.ensemble is not None:
        said = over_worlds.sentences(basis, findings)
        return Answer(asked or QUESTION, tuple(said), assumptions.cannot(basis), "over_worlds", _doses(basis))
    found = _few(basis) if basis.few else _several(basis)
    return Answer(asked or QUESTION, tuple(found), assumptions.cannot(basis), _figure(basis), _doses(basis))


def answer_of(findings: Findings) -> Answer:
    """The answer of a study, over all its settings."""
    return answer((), findings=findings)


def arm_sentences(comparison: Comparison, arm: Arm) -> list[Sentence]:
    """What there is to say of one policy in one setting: every harm, what else was asked, groups, and activity.

    Parameters
    ----------
    arm : one of ``comparison.arms``; KeyError for another.
    """
    whole = Basis(((comparison.title, comparison),))
    title = name_of(arm.title)
    basis = whole.only(arm.title)
    said = [sentence(note) for note in notes(arm.scenario)]
    found = [Sentence(text, ASSUMPTION) for text in said]
    if whole.few:
        return [*found, *_few(basis)[:2]]
    if is_inert(basis.lines[0]):
        return [*found, Sentence(_inert(basis), EFFECT)]
    chosen = basis.outcomes
    told = [*chosen.harms, *chosen.asked]
    found += _sentences([_with_level(basis, metric) for metric in told], EFFECT)
    found += _sentences([unchanged(basis, told)], EFFECT)
    found += _kind(unknown(basis, chosen.harms[:CORE] or chosen.asked), UNKNOWN)
    found += _kind(split.apart(basis), EFFECT)
    found += _kind(groups.worse_for(whole, title), GROUP)
    return found + _activity(basis, chosen)


def _with_level(basis: Basis, metric: str) -> str:
    """A change with the level that it is a change of; empty where its sign may not be named."""
    text = changed(basis, metric)
    return f"{text}; {without(basis, metric)}" if text else ""


# --- the parts of an answer -------------------------------------------------------------------------------------


def _several(basis: Basis) -> list[Sentence]:
    """The sentences where there are seeds enough to name signs."""
    chosen = basis.outcomes
    told = chosen.harms or chosen.asked
    if all(is_inert(line) for line in basis.lines):
        return [
            Sentence(_inert(basis), EFFECT),
            *_sentences([levels.together(basis, told)], EFFECT),
            *_kind(assumptions.assumption(basis, told), ASSUMPTION),
        ][:MOST]
    core = _sentences([outcome(basis, metric) for metric in told[:CORE]], EFFECT)
    depends = _kind(assumptions.assumption(basis, [*told, *chosen.asked]), ASSUMPTION)
    worse = _kind(groups.worse_for(basis) or groups.for_nobody(basis), GROUP)
    open_ = _kind(unknown(basis, told[:CORE]), UNKNOWN)
    if not core:  # nothing is known of what matters most: that is the answer, and it comes first
        ranges = levels.spread(basis, told)
        open_ = [Sentence(_nothing_named(basis, told), UNKNOWN), *(_kind(ranges, UNKNOWN) if ranges else open_)]
    apart = _kind(split.apart(basis), EFFECT)  # only where runs were split by group
    room = MOST - len(open_) - len(depends) - len(worse) - len(apart)
    rest = _sentences([_with_level(basis, metric) for metric in told[CORE:]], EFFECT)
    if any(is_inert(line) for line in basis.lines):
        rest.append(Sentence(_inert(basis), EFFECT))
    asked = _sentences([changed(basis, metric) for metric in chosen.asked], EFFECT) if chosen.harms else []
    other = _fitted(asked[:MOST_ASKED], 1)
    effects = _fitted([*core, *rest][:MOST_OUTCOMES], room - len(other) if chosen.own else room)
    effects += other[: max(0, room - len(effects))]
    found = [*effects, *open_] if core else [*open_, *effects]
    found += [*apart, *depends, *worse]
    found += _activity(basis, chosen)[: MOST - len(found)]
    return found if len(found) >= FEWEST else [*found, Sentence(groups.NOT_TOLD, GROUP)]


def _few(basis: Basis) -> list[Sentence]:
    """The sentences where there are too few seeds for any sign."""
    seeds = len(basis.first.seeds)
    chosen = basis.outcomes
    told = chosen.harms or chosen.asked
    chance = "even differences that all point one way may be chance" if seeds > 1 else "what differs may be chance"
    first = (
        f"No sign is known: there {'is' if seeds == 1 else 'are'} {counted(seeds, 'seed', 'seeds')}, and from fewer "
    )
    found = [Sentence(sentence(f"{first}than {LEAST_SEEDS} {chance}", failed(basis)), UNKNOWN)]
    found += _sentences([levels.together(basis, told)], EFFECT)
    if seeds > 1:
        found += _kind(levels.spread(basis, told), UNKNOWN)
    return [*found, *_kind(assumptions.assumption(basis, told), ASSUMPTION)]


def _sentences(texts: Iterable[str], kind: str) -> list[Sentence]:
    return [Sentence(sentence(text), kind) for text in texts if text]


def _kind(text: str, kind: str) -> list[Sentence]:
    return [Sentence(text, kind)] if text else []


def _fitted(sentences: list[Sentence], room: int) -> list[Sentence]:
    """So many sentences, the last of which holds what has no room of its own."""
    if len(sentences) <= max(room, 1):
        return sentences
    kept = sentences[: max(room, 1)]
    first, *others = (each.text.removesuffix(".") for each in sentences[len(kept) - 1 :])
    text = sentence(first, *(f"{other[:1].lower()}{other[1:]}" for other in others))
    return [*kept[:-1], Sentence(text, kept[-1].kind)]


def _nothing_named(basis: Basis, metrics: Sequence[str]) -> str:
    """That no sign may be named at all."""
    outcomes = series([named(name) for name in metrics[:CORE]], "or")
    text = f"No sign of a change in {outcomes} is known{with_(basis, basis.lines)}"
    return sentence(text, levels.together(basis, metrics), failed(basis))


def _activity(basis: Basis, chosen: Chosen) -> list[Sentence]:
    """What authorities and services do, labelled so."""
    texts = [text for name in chosen.activities if (text := changed(basis, name))]
    return [Sentence(sentence(f"{NO_SUCCESS}: {texts[0]}", *texts[1:MOST_ACTIVITIES]), ACTIVITY)] if texts else []


def _inert(basis: Basis) -> str:
    """That policies change nothing, and why where it follows from when they start."""
    inert = [line.title for line in basis.lines if is_inert(line)]
    names = "it" if basis.alone else series(inert) if len(inert) <= CORE else f"{len(inert)} of {len(basis.lines)}"
    count, seeds = len(basis.first.metrics), len(basis.first.seeds)
    figures = "the figure is" if count == 1 else f"all {count} figures are"
    arms = [arm for _, comparison in basis.worlds for arm in comparison.arms if name_of(arm.title) in inert]
    why = dict.fromkeys(note for arm in arms for note in notes(arm.scenario))
    each = f"in each of {counted(seeds, 'seed', 'seeds')}"
    return " ".join([sentence(f"Nothing changes with {names}: {figures} the same with and without {each}"), *why])


def _figure(basis: Basis) -> str:
    """The figure that shows what the sentences say."""
    if not basis.lines:
        return "course"
    if basis.dose is not None:
        return "dose_response"
    if basis.sampled:
        return "spread"
    return "settings" if len(basis.worlds) > 1 else "effects"


def _doses(basis: Basis) -> tuple[tuple[str, str], ...]:
    """What was compared in the first setting, each with what it does, as far as it moves anything."""
    found = []
    for arm in basis.first.arms[:MOST_POLICIES]:
        does = " ".join(dose_in_words(policy, arm.scenario) for policy in arm.scenario.policies if policy.levers)
        if does:
            found.append((name_of(arm.title), does))
    return tuple(found)
