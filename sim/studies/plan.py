"""The plan of a comparison, checked before anything starts: its arms, its seeds and the metrics to report.

Arms are words such as ``tighter_borders``, ``a+b`` or ``a@0.5``, or overrides by label.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral

from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.ground.errors import RequestError
from sim.ground.quantities import brief, shortest, to_unit
from sim.results.arms import NONE, Arm
from sim.scenario.names import key_of, tidied
from sim.scenario.scenario import Scenario

_ARM = re.compile(r"(?P<policy>\w[\w-]*)(?:@(?P<dose>[^@]+))?")
_SETTING = re.compile(r"([\w.]+)=([A-Za-z0-9_.-]+)")
LONGEST_LABEL = 2000  # with what is varied
MOST_SEEDS = 10_000
MOST_ARMS = 10_000  # of all settings together
MOST_RUNS = 10_000_000


def policy_words(arm: str) -> list[str]:
    """Overrides that an arm's name stands for: ``a+b@0.5`` is both policies, the second at half its dose.

    >>> policy_words("a+b@0.5")
    ['policy=[a,b]', 'policy.b.dose=0.5']
    """
    if not isinstance(arm, str):
        raise RequestError(f"an arm is named by a text, not {brief(arm)}", where="arms")
    chosen: dict[str, str | None] = {}
    for part in arm.split("+"):
        match = _ARM.fullmatch(part.strip())
        if not match:
            raise RequestError(f"arm {arm!r} is not a policy, policy+policy or policy@dose", where="arms")
        if match["policy"] in NONE:
            if match["dose"] or arm.strip() != match["policy"]:
                raise RequestError(f"arm {arm!r}: none has no dose and stands alone", where="arms")
            return ["policy=none"]
        if match["policy"] in chosen:
            raise RequestError(f"arm {arm!r} names policy {match['policy']} twice; it has one dose", where="arms")
        dose = match["dose"]
        chosen[match["policy"]] = None if dose is None else shortest(to_unit(dose, "", f"the dose in arm {arm!r}"))
    names = list(chosen)
    first = f"policy={names[0]}" if len(names) == 1 else f"policy=[{','.join(names)}]"
    return [first, *(f"policy.{name}.dose={dose}" for name, dose in chosen.items() if dose is not None)]


def compose(
    arms: Sequence[str] | Mapping[str, Sequence[str]],
    base: Sequence[str] | Scenario,
    baseline: str,
    composed: dict[tuple[str, ...], Scenario] | None = None,
) -> list[Arm]:
    """The baseline and every arm, checked and composed; the baseline is first.

    ``composed`` holds what other calls of the same request have composed, so that arms that differ in plain settings
    only are not composed by Hydra again.

    Raises
    ------
    RequestError : an arm is unknown, named twice or cannot be composed; nothing has been started.
    """
    wanted = _wanted(arms)
    base = base if isinstance(base, Scenario) else tidied(texts(base, "base"))
    if not wanted:
        raise RequestError("a comparison needs at least one arm", where="arms")
    for label, words in wanted.items():
        _check_arm(label, words)
    first = {baseline: wanted.pop(baseline) if baseline in wanted else policy_words(baseline)}
    if not wanted:
        raise RequestError(f"the only arm is the baseline, {baseline!r}", where="arms")
    known = {} if composed is None else composed
    return [_arm(label, words, base, known) for label, words in (first | wanted).items()]


def _wanted(arms: Sequence[str] | Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The words of every arm by label."""
    if isinstance(arms, Mapping):
        return {str(label): tidied(texts(words, f"arm {label!r}")) for label, words in arms.items()}
    found: dict[str, list[str]] = {}
    for arm in texts(arms, "arms"):
        if arm in found:
            raise RequestError(f"arm {arm!r} is named twice", where="arms")
        found[arm] = policy_words(arm)
    return found


def texts(several: str | Iterable[str], where: str) -> list[str]:
    """One text, or several, as a list. RequestError for what is neither."""
    listed = [several] if isinstance(several, str) else several
    found = list(listed) if isinstance(listed, Iterable) and not isinstance(listed, Mapping) else [None]
    for each in found:
        if not isinstance(each, str):
            raise RequestError(f"{where} must be a text or a list of texts, not {brief(several)}", where=where)
    return [str(each) for each in found]


def _check_arm(label: str, words: Sequence[str]) -> None:
    """RequestError for a label that no table can hold, and for words that are the same for all arms."""
    if not label.strip() or len(label) > LONGEST_LABEL:
        raise RequestError(
            f"the label of an arm has {len(label)} characters; it must have 1 to {LONGEST_LABEL}", where="arms"
        )
    for word in words:
        key = key_of(word)
        if key in HOW_TO_RUN or key in ("name", "study"):
            raise RequestError(f"arm {label!r}: {key} cannot differ between arms; set it for all", where=str(word))


def check_size(arms: int, seeds: int = 1) -> None:
    """RequestError for more arms, or runs, than any machine could do. Nothing has been composed yet."""
    if arms > MOST_ARMS:
        raise RequestError(f"{arms} arms and settings are more than {MOST_ARMS}; ask for fewer", where="arms")
    if arms * seeds > MOST_RUNS:
        raise RequestError(f"{arms} arms × {seeds} seeds are more than {MOST_RUNS} runs; ask for fewer", where="seeds")


def _arm(
    label: str, words: Sequence[str], base: Sequence[str] | Scenario, composed: dict[tuple[str, ...], Scenario]
) -> Arm:
    if isinstance(base, Scenario):
        changes = dict(word.partition("=")[::2] for word in words)
        return Arm(label, tuple(words), base.replace(changes))
    every = (*base, *words)
    return Arm(label, every, _scenario(every, composed))


def _scenario(words: tuple[str, ...], composed: dict[tuple[str, ...], Scenario]) -> Scenario:
    """The scenario of these words: choices are composed by Hydra once, plain settings put in afterwards.

    The same checks apply; whatever is wrong is told by composing it all, which knows the word or file behind it.
    """
    plain = {match[1]: match[2] for word in words if (match := _SETTING.fullmatch(word)) and _settable(match[1])}
    choices = tuple(word for word in words if not ((match := _SETTING.fullmatch(word)) and _settable(match[1])))
    try:
        if choices not in composed:
            composed[choices] = Scenario.compose(list(choices))
        return composed[choices].replace(plain)
    except RequestError:
        return Scenario.compose(list(words))


def _settable(key: str) -> bool:
    """Whether a word sets one value, and does not choose a file, an own world's path or a name."""
    return key in PARAMETERS or key.startswith("mechanisms.") or (key.startswith("policy.") and "where" not in key)


def known_metrics(metrics: Sequence[str] | None) -> list[str]:
    """Names of metrics, each once, all of them for None. Raises RequestError."""
    if metrics is None:
        return list(METRICS)
    wanted = texts(metrics, "metrics")
    for metric in wanted:
        if metric not in METRICS:
            raise RequestError(f"there is no metric {metric!r}", where="metrics", given=str(metric), allowed=METRICS)
    if not wanted:
        raise RequestError("metrics must name at least one metric", where="metrics", allowed=METRICS)
    return list(dict.fromkeys(wanted))


def chosen_seeds(seeds: int | Sequence[int], first: int) -> list[int]:
    """The seeds asked for, each once: ``seeds`` of them from ``first`` on, or those listed. Raises RequestError."""
    if isinstance(seeds, bool) or not isinstance(seeds, int | Sequence) or isinstance(seeds, str):
        raise RequestError(f"seeds must be a number or a list of seeds, not {seeds!r}", where="seeds")
    several = range(first, first + min(max(seeds, 0), MOST_SEEDS + 1)) if isinstance(seeds, int) else seeds
    for seed in several:
        if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= seed < 2**32:
            raise RequestError(f"seed {seed!r} is not a whole number from 0 to 4294967295", where="seeds")
    numbers = list(dict.fromkeys(int(seed) for seed in several))
    if not 1 <= len(numbers) <= MOST_SEEDS:
        raise RequestError(f"seeds = {brief(seeds)} is outside its range 1 to {MOST_SEEDS}", where="seeds")
    return numbers


def check_most_seeds(most_seeds: int | None, seeds: Sequence[int]) -> None:
    """RequestError for a largest number of seeds that is none, or that the seeds asked for exceed; None is no limit."""
    if most_seeds is None:
        return
    if isinstance(most_seeds, bool) or not isinstance(most_seeds, int) or most_seeds < 1:
        raise RequestError(f"most seeds must be a whole number above 0, not {brief(most_seeds)}", where="most seeds")
    if len(seeds) > most_seeds:
        raise RequestError(
            f"{len(seeds)} seeds are asked for, never more than {most_seeds}; begin with seeds={most_seeds} or fewer",
            where="most seeds",
        )


def default_name(parts: Sequence[str], key: str) -> str:
    """A results folder for a request without ``name=``: what it is, and eight digits that tell it from others."""
    text = "-".join(part for part in parts if part != "none")
    return f"{re.sub(r'[^A-Za-z0-9_.@+-]', '_', text)[:60]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
