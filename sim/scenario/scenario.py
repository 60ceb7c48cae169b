"""A scenario: everything that a run needs to know but its seed, typed and checked.

A scenario is made by :meth:`Scenario.compose` from the words of a request and the configuration files, and changed
by :meth:`Scenario.replace`. Unpickling one needs numpy only, so workers never load Hydra.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.declared.measures.groups import asked
from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.quantities import brief, to_unit
from sim.ledger.groups import Groups
from sim.policies.engine import LeverEngine
from sim.policies.policy import FIELDS, Policy, check_in_time, policy_from
from sim.policies.shocks import Shock, draft_of
from sim.policies.start import starts_a_lever
from sim.scenario.drafts import Settled, departures_of, draft, effect, happening, plain, put
from sim.scenario.names import GROUPS, WORLD_KEYS, check_dose, check_policy_field, check_value, setting_names, unknown
from sim.world.size import note_on_size
from sim.world.world import World

if TYPE_CHECKING:
    from sim.scenario.settle import Parts


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """What to run. Frozen and picklable; ``scenario["people.size"]`` reads a setting.

    Parameters
    ----------
    values : every declared parameter by dotted name, in its declared unit.
    mechanisms : option of every switch.
    world, policies : the world, and the policies in the order in which they apply; a policy's ``dose`` is its own
        times ``policy.dose``.
    own_doses : each policy's own dose.
    dose : ``policy.dose``, which multiplies all of them.
    name : folder of results that was asked for.
    folders : the user's folders of configuration files.
    shocks : what happens in the world at its dates, whoever governs it: the same in both arms of a comparison.
    filed : the policies by key as their files say, where these are known.
    tables : the name and the files of the world, where these are known: not of a world that was made in Python.
    own_tables : those of them that take the place of what the world has by its name.
    """

    values: dict[str, Any]
    mechanisms: dict[str, str]
    world: World
    policies: tuple[Policy, ...] = ()
    own_doses: dict[str, float] = field(default_factory=Settled)
    dose: float = 1.0
    name: str | None = None
    folders: tuple[str, ...] = ()
    shocks: tuple[Shock, ...] = ()
    filed: dict[str, Policy] = field(default_factory=Settled)
    tables: dict[str, str | None] = field(default_factory=Settled)
    own_tables: tuple[str, ...] = ()

    __iter__ = None  # a list of overrides is what people would expect to get, so iterating fails

    # --- making -------------------------------------------------------------------------------------------------

    @classmethod
    def compose(
        cls, overrides: Iterable[str] = (), *, config_dir: str | Path | Sequence[str | Path] | None = None
    ) -> Scenario:
        """The scenario that overrides such as ``["world=corridor", "policy=[a,b]", "people.size=2000"]`` describe.

        Parameters
        ----------
        overrides : words of the form ``key=value``; see ``labyrinth --help``.
        config_dir : a folder of the user's own files, ``world/``, ``policy/``, ``scenario/``, ``study/``, ``shocks/``;
            or several.

        Raises
        ------
        RequestError : anything is wrong with the request.
        """
        words = _several(overrides)
        own = _texts("config_dir", () if config_dir is None else config_dir, "a folder or several")
        parts, folders = _parts(words, tuple(own))
        world, tables = _world(parts.world)
        scenario = cls(
            values=Settled(parts.values),
            mechanisms=Settled(parts.mechanisms),
            world=world,
            policies=parts.policies,
            own_doses=Settled(parts.own_doses),
            dose=parts.dose,
            name=parts.name,
            folders=folders,
            shocks=parts.shocks,
            filed=Settled(parts.filed),
            tables=tables,
            own_tables=parts.own_tables,
        )
        scenario.check_levers()
        scenario.check_groups()
        scenario.check_times()
        return scenario

    @classmethod
    def of(cls, scenario: Scenario | Iterable[str] | str | None = None, /, **dotted: Any) -> Scenario:
        """A scenario from whatever names one: a scenario, overrides, the name of a world, or nothing.

        ``dotted`` are further settings, ``people__size=2000`` or ``**{"people.size": 2000}``.
        """
        settings = {name.replace("__", "."): value for name, value in dotted.items()}
        if isinstance(scenario, Scenario):
            return scenario.replace(settings) if settings else scenario
        if scenario is None:
            words: list[str] = []
        elif isinstance(scenario, str):
            words = [scenario if "=" in scenario else f"world={scenario}"]
        else:
            words = _several(scenario)
        words += [f"{group}={_choice(group, settings.pop(group))}" for group in GROUPS if group in settings]
        composed = cls.compose(words)
        return composed.replace(settings) if settings else composed

    def replace(self, changes: Mapping[str, Any], *, only_to_compile: bool = False) -> Scenario:
        """A copy with other settings, checked like the words of a request.

        ``people.size``, ``mechanisms.rerouting``, ``policy.dose``, ``policy.NAME.dose`` and every other field of a
        chosen policy take microseconds. ``policy`` and ``world`` by name read configuration files; ``world`` may
        also be a ``World``, and ``world.sectors`` and the like are files in place of those of the world. A copy that
        is ``only_to_compile`` may end before its policies begin.

        Raises
        ------
        RequestError : a name or a value is not allowed.
        """
        if not isinstance(changes, Mapping) or not all(isinstance(key, str) for key in changes):
            raise RequestError(f"changes must be a mapping of names to values, not {brief(changes)}", where="replace")
        made = self._choosing(changes) if any(key.startswith("world") or key == "policy" for key in changes) else self
        values, mechanisms, name = dict(made.values), dict(made.mechanisms), made.name
        tuned: dict[str, Any] = {}
        for key, value in changes.items():
            if key in PARAMETERS:
                values[key] = check_value(key, value)
            elif key.startswith("mechanisms."):
                mechanisms[key.partition(".")[2]] = check_value(key, value)
            elif key == "name":
                name = None if value is None else str(value)
            elif key == "shocks":
                made = with_fields(made, shocks=_shocks(value, self.folders))
            elif key.startswith("policy."):
                tuned[key.partition(".")[2]] = value
            elif key in ("scenario", "study"):
                raise RequestError(f"{key} is chosen when a scenario is composed", where="replace")
            elif key not in GROUPS and not key.startswith("world."):
                raise unknown(key)
        made = with_fields(made, values=Settled(values), mechanisms=Settled(mechanisms), name=name)
        if tuned:
            made = made._tuned(tuned)
        if "shocks" in changes or (made.policies and any(starts_a_lever(key) for key in changes)):
            made.check_levers()
        if "by" in changes or made.world is not self.world:
            made.check_groups()
        if not only_to_compile:
            made.check_times()
        return made

    def _choosing(self, changes: Mapping[str, Any]) -> Scenario:
        """With another world, other tables of it or other policies, found among the configuration files."""
        words = {key: changes[key] for key in ("policy", "world") if key in changes}
        made = self
        if isinstance(words.get("world"), World):
            made = with_fields(made, world=words.pop("world"), tables=Settled(), own_tables=())
        if words:
            parts, _ = _parts([f"{key}={_choice(key, value)}" for key, value in words.items()], self.folders)
            if "policy" in words:
                made = with_fields(made, policies=parts.policies, own_doses=Settled(parts.own_doses), dose=1.0,
                                   filed=Settled(parts.filed))  # fmt: skip
                made = made._tuned({"dose": self.dose})
            if "world" in words:
                world, tables = _world(parts.world)
                made = with_fields(made, world=world, tables=tables, own_tables=parts.own_tables)
        own = {key.partition(".")[2]: value for key, value in changes.items() if key.startswith("world.")}
        if own:
            made = made._with_tables(own)
        made.check_levers()
        return made

    def _with_tables(self, changes: Mapping[str, Any]) -> Scenario:
        """With other files in place of some of the world's, or under another name."""
        for key, value in changes.items():
            if key not in WORLD_KEYS:
                raise unknown(f"world.{key}")
            if not isinstance(value, str) if key == "name" else value is not None and not isinstance(value, str | Path):
                wanted = "a name" if key == "name" else "the path of a file"
                raise RequestError(f"world.{key} must be {wanted}, not {brief(value)}", where=f"world.{key}")
        if not self.tables:
            first = next(iter(changes))
            raise RequestError(
                f"the files of world {self.world.name} are not known, so that world.{first} cannot take the place of "
                "one of them; choose a world by its name as well", where=f"world.{first}",
            )  # fmt: skip
        given = {key: None if value is None else str(value) for key, value in changes.items()}
        world, tables = _world({**self.tables, **given})
        own = tuple(key for key in WORLD_KEYS if given.get(key, key in self.own_tables or None))
        return with_fields(self, world=world, tables=tables, own_tables=own)

    def _tuned(self, changes: Mapping[str, Any]) -> Scenario:
        """With other fields of the chosen policies: ``dose`` for all, ``NAME.field`` for one."""
        dose, drafts = self.dose, {policy.key: draft(policy, self.own_doses[policy.key]) for policy in self.policies}
        for path, value in changes.items():
            key, _, field = path.partition(".")
            if path == "dose":
                dose = check_dose(value)
            elif not field:
                raise unknown(f"policy.{path}")
            elif key not in drafts:
                raise RequestError(
                    f"policy {key} is tuned but not chosen", where=f"policy.{path}", given=key, allowed=drafts
                )
            else:
                check_policy_field(key, field)
                put(drafts[key], field, value, f"policy.{path}")
        policies = tuple(policy_from(key, data, f"policy.{key}", dose) for key, data in drafts.items())
        own = {key: to_unit(data["dose"], "", f"policy.{key}.dose") for key, data in drafts.items()}
        pairs = list(zip(policies, self.policies, strict=True))
        made = with_fields(self, policies=policies, own_doses=Settled(own), dose=dose)
        if any(new.levers != old.levers or new.strength_at_most > old.strength_at_most == 0
               or new.review != old.review for new, old in pairs):  # fmt: skip
            made.check_levers()
        return made

    def check_levers(self) -> None:
        """RequestError if a ``where`` selects nothing in this world, or a lever's range leaves nothing of a move."""
        self._engine().reach()

    def _engine(self) -> LeverEngine:
        return LeverEngine(self.world, self.policies, self.values, self.shocks)

    def notes(self) -> list[str]:
        """What whoever reads results of this scenario should know: moves that were cut off, a run that is too small."""
        on_size = note_on_size(self.world, self.values)
        return [*([on_size] if on_size else []), *self._engine().reach()]

    @property
    def groups(self) -> Groups:
        """The splits that ``by`` asks for, with the names of their groups in this world."""
        return Groups(asked(self.values["by"]), self.world.regions.name, self.world.sectors.name)

    def check_groups(self) -> None:
        """RequestError if ``by`` asks for more groups than a run keeps."""
        _ = self.groups

    def check_times(self) -> None:
        """RequestError if a policy, its review or a shock begins when the run is over, so that it would do nothing."""
        weeks = round(52 * self.values["time.years"])
        for shock in self.shocks:
            if shock.start - shock.announce > weeks - 1:
                raise RequestError(
                    f"shock {shock.name} comes in week {shock.start:g} after burn-in, and the run ends after week "
                    f"{weeks - 1}; choose an earlier week from: or more time.years",
                    where="shocks",
                )
        for policy in self.policies:
            check_in_time(policy, weeks)

    @property
    def tuned(self) -> dict[str, Any]:
        """What has been set in policies in place of what their files say, doses apart: ``NAME.field`` to value."""
        known = [policy for policy in self.policies if policy.key in self.filed]
        return {name: value for one in known for name, value in departures_of(one, self.filed[one.key]).items()}

    # --- reading ------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        section, _, rest = str(name).partition(".")
        if section == "mechanisms" and rest in self.mechanisms:
            return self.mechanisms[rest]
        if name == "world":
            return self.world.name
        if name == "name":
            return self.name
        if name == "policy":
            return tuple(policy.key for policy in self.policies)
        if name == "shocks":
            return tuple(shock.name for shock in self.shocks)
        if name == "policy.dose":
            return self.dose
        if section == "policy":
            key, _, field = rest.partition(".")
            for policy in self.policies:
                if policy.key == key and field in FIELDS:
                    return self.own_doses[key] if field == "dose" else getattr(policy, field)
        raise RequestError(f"there is no setting {name!r}", given=str(name), allowed=setting_names())

    def to_dict(self) -> dict[str, Any]:
        """Every setting as nested plain data, ready for YAML or JSON."""
        tree: dict[str, Any] = {"name": self.name, "world": {"name": self.world.name, "key": self.world.key}}
        for name, value in self.values.items():
            section, _, last = name.rpartition(".")
            (tree.setdefault(section, {}) if section else tree)[last] = value
        tree["mechanisms"] = dict(self.mechanisms)
        tree["policy"] = {"dose": self.dose}
        for policy in self.policies:
            tree["policy"][policy.key] = draft(policy, self.own_doses[policy.key])
        tree["shocks"] = [draft_of(shock) for shock in self.shocks]
        return tree

    @cached_property
    def content(self) -> str:
        """sha256 of settings, world, policies and shocks: what can change a result, but seed, luck and source code."""
        content = {
            "values": {name: plain(value) for name, value in self.values.items() if name not in HOW_TO_RUN},
            "mechanisms": dict(self.mechanisms),
            "world": self.world.key,
            "policies": [effect(policy) for policy in self.policies if policy.levers or policy.review],
            "shocks": [happening(shock) for shock in self.shocks],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @cached_property
    def key(self) -> str:
        """sha256 of everything that can change a result but seed and luck: the content, and the source code."""
        return hashlib.sha256(f"{self.content} source {source_hash()}".encode()).hexdigest()

    def run_key(self, seed: int, luck: int | None = None) -> str:
        """The content key of one run of this scenario; ``luck`` None is that of the scenario."""
        luck = int(self.values["luck"]) if luck is None else luck
        dealt = f"{self.key} seed {int(seed)}" + (f" luck {luck}" if luck else "")
        return hashlib.sha256(dealt.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        policies = " + ".join(policy.key for policy in self.policies) or "none"
        size, years = self.values["people.size"], self.values["time.years"]
        return f"<Scenario: world {self.world.name}, policy {policies}, {size} people, {years:g} years>"


def _parts(words: Iterable[str], folders: tuple[str, ...]) -> tuple[Parts, tuple[str, ...]]:
    """What words say, checked, and the user's folders that they were read with. Workers never come here."""
    from sim.scenario.composition import compose_words  # noqa: PLC0415
    from sim.scenario.settle import settle  # noqa: PLC0415
    from sim.scenario.words import searched  # noqa: PLC0415

    words = list(words)
    return settle(compose_words(words, folders)), tuple(dict.fromkeys((*folders, *searched(words))))


def _world(tables: Mapping[str, str | None]) -> tuple[World, Settled]:
    """The world of these files, and where each of them is, whatever folder one is in later."""
    from sim.world.load import load_world, located  # noqa: PLC0415 - reading a world needs networkx

    name = str(tables["name"])
    return load_world(name, tables), Settled(located(name, tables))


def _shocks(value: Any, folders: tuple[str, ...]) -> tuple[Shock, ...]:
    """Shocks by name, as mappings or as they are, for a scenario with these folders of the user's own."""
    from sim.scenario.folders import Folders  # noqa: PLC0415
    from sim.scenario.shocks import shocks_of  # noqa: PLC0415

    return shocks_of(value, Folders.of(*folders).all, lambda key: f"shocks.{key}" if key else "shocks")


def _choice(group: str, choice: Any) -> str:
    """A choice of a group as a word's value: a name, several names, or None for nothing."""
    if choice is None:
        return "null"
    return choice if isinstance(choice, str) else f"[{','.join(_texts(group, choice, 'a name or several'))}]"


def _texts(name: str, given: Any, what: str) -> list[str]:
    """A text or a path, or several of them, as a list of texts; RequestError if it is anything else."""
    items = _several(given)
    for item in items:
        if not isinstance(item, str | Path):
            raise RequestError(f"{name} must be {what}, not {brief(item)}", where=name)
    return [str(item) for item in items]


def _several(given: Any) -> list[Any]:
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping) else [given]
