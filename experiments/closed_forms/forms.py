"""The closed forms of forms.yaml, and how one is run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from experiments.closed_forms.measures import MEASURES, Done, Reading
from sim.scenario.scenario import Scenario
from sim.week.week import Week

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED = 1


@dataclass(frozen=True)
class Form:
    """A closed form: what it says, where it holds, how near a run has to come, and the words that make its worlds."""

    name: str
    evidence: str
    form: str
    limit: str
    tolerance: str
    measure: str
    words: tuple[str, ...]
    runs: tuple[tuple[str, ...], ...] = ((),)
    slow: bool = False

    @property
    def command(self) -> str:
        """The command that runs its first world."""
        return f"labyrinth run --config-dir experiments/closed_forms {' '.join((*self.words, *self.runs[0]))}"


def _contents() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "forms.yaml").read_text(encoding="utf-8"))
    return found


def _form(entry: dict[str, Any]) -> Form:
    runs = tuple(tuple(words) for words in entry.get("runs", [[]]))
    return Form(**{**entry, "words": tuple(entry["words"]), "runs": runs})


FORMS: dict[str, Form] = {entry["name"]: _form(entry) for entry in _contents()["forms"]}
OF_RULES: list[dict[str, str]] = _contents()["rules"]  # evidence, form and test of those that no world shows


def check(form: Form) -> list[Reading]:
    """Run the worlds of a form and read what it speaks of."""
    return MEASURES[form.measure]([finished((*form.words, *words)) for words in form.runs])


@lru_cache(maxsize=2)
def finished(words: tuple[str, ...]) -> Done:
    """The run of some words; the last ones are kept, since several forms may speak of one world."""
    scenario = Scenario.compose(placed(words), config_dir=HERE)
    return Done(scenario, Week(scenario, SEED).run())


def placed(words: tuple[str, ...]) -> list[str]:
    """Words whose files are found from any working directory."""
    line = [f"world.{name}={HERE / 'world' / 'line' / name}.csv" for name in ("regions", "legs")]
    known = line if "scenario=degenerate" in words else []
    own = [word.replace("=experiments/", f"={ROOT}/experiments/") for word in words]
    given = {word.partition("=")[0] for word in own}
    return [*(word for word in known if word.partition("=")[0] not in given), *own]
