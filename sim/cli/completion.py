"""What a shell offers when Tab is pressed: commands, options, settings and the names they take.

The script of a shell asks ``labyrinth --complete LINE`` for the words that can stand at the end of the line. They are
made from the declarations; nothing that takes long to load is loaded.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from sim.cli.words import COMMANDS, DIARY_FORMATS, FORMATS, RUNS, SHELLS, STUDIES, TABLES, add_arguments
from sim.ground.errors import RequestError

_BASH = """\
# labyrinth completion bash
_labyrinth() {
    local IFS=$'\\n' line="${COMP_LINE:0:COMP_POINT}" word kept
    word="${line##*[[:space:]]}"
    kept="${word%"${word##*[=:@]}"}"
    COMPREPLY=($(labyrinth --complete "$line" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *[=,+/] ]] && compopt -o nospace
}
complete -o default -F _labyrinth labyrinth
"""
_ZSH = """\
#compdef labyrinth
# labyrinth completion zsh
_labyrinth() {
    local -a found
    found=("${(@f)$(labyrinth --complete "$LBUFFER" 2>/dev/null)}")
    found=(${found:#})
    if (( ${#found} )); then
        compadd -Q -S '' -- ${found:#^*[=,+/]}
        compadd -Q -- ${found:#*[=,+/]}
    else
        _files
    fi
}
if [[ "$funcstack[1]" == "_labyrinth" ]]; then _labyrinth "$@"; else compdef _labyrinth labyrinth; fi
"""
_FISH = """\
# labyrinth completion fish
complete -c labyrinth -f -a '(labyrinth --complete (commandline -cp) 2>/dev/null)'
"""
SCRIPTS = dict(zip(SHELLS, (_BASH, _ZSH, _FISH), strict=True))


def script(shell: str) -> str:
    """What makes ``shell`` complete. RequestError for a shell without one."""
    if shell not in SCRIPTS:
        raise RequestError(f"there is no completion for {shell!r}", given=shell, allowed=SHELLS)
    return SCRIPTS[shell]


def complete(line: str) -> list[str]:
    """The words that can stand at the end of ``line``, in alphabetical order; none where a file is wanted."""
    words = line.split()
    last = "" if not words or line[-1].isspace() else words.pop()
    if len(words) < 2:  # the word after labyrinth itself
        offered: Iterable[str] = (*COMMANDS, "--help", "--version")
    elif words[1] in COMMANDS:
        offered = _after(words[1], words[2:], last)
    else:
        offered = ()
    return sorted({word for word in offered if word.startswith(last)})


def _after(command: str, words: list[str], last: str) -> Iterable[str]:
    """What a command takes, whatever it begins with."""
    options = _options(command)
    before = words[-1] if words else ""
    own = [word for option, word in pairwise(words) if option == "--config-dir"]
    if before in options and options[before].nargs != 0:
        return DIARY_FORMATS if (command, before) == ("diary", "--format") else _values_of_option(before, own)
    if last.startswith("-"):
        return options
    if command in TABLES:
        return _names(command, own)
    if command == "completion":
        return SHELLS
    if command == "report":
        return _folders()
    if command in RUNS:
        return _of_request(command, last, own)
    return ()


def _options(command: str) -> dict[str, argparse.Action]:
    parser = argparse.ArgumentParser(prog=command, allow_abbrev=False)
    add_arguments(command, parser)
    return {name: action for action in parser._actions for name in action.option_strings if name.startswith("--")}


def _values_of_option(option: str, own: list[str]) -> Iterable[str]:
    known: dict[str, Callable[[], Iterable[str]]] = {
        "--baseline": lambda: _names("policies", own),
        "--until": lambda: (f"{metric}=" for metric in _names("metrics", own)),
        "--metrics": lambda: _names("metrics", own),
        "--format": lambda: FORMATS,
        "--interval": lambda: ("t", "bootstrap"),
        "--executor": lambda: ("processes", "serial", "dask", "ray", "slurm", "submitit-local"),
    }
    return known[option]() if option in known else ()


# --- settings and arms ------------------------------------------------------------------------------------------


def _of_request(command: str, last: str, own: list[str]) -> Iterable[str]:
    key, equals, value = last.partition("=")
    if equals:
        return _values(key, value, own)
    from sim.scenario.names import setting_names  # noqa: PLC0415 - numpy

    settings = [
        f"{name}=" for name in (*setting_names(), *(("ensemble", "ensemble.count") if command in STUDIES else ()))
    ]
    if last.startswith("policy."):
        settings += _fields(own)
    if command != "compare":
        return settings
    before = last[: last.rfind("+") + 1]  # policies that are together in one arm
    return [*settings, *(f"{before}{policy}" for policy in _names("policies", own))]


def _fields(own: list[str]) -> list[str]:
    from sim.policies.policy import RANGES  # noqa: PLC0415

    return [f"policy.{policy}.{field}=" for policy in _names("policies", own) for field in RANGES]


def _values(key: str, value: str, own: list[str]) -> Iterable[str]:
    """Whole words ``key=value`` for the values that a setting takes; after a comma for the next of several."""
    from sim.declared.parameters import PARAMETERS  # noqa: PLC0415
    from sim.declared.switches import SWITCHES  # noqa: PLC0415

    groups = {"world": "worlds", "policy": "policies", "scenario": "scenarios", "study": "studies",
              "shocks": "shocks", "ensemble": "ensembles"}  # fmt: skip
    switch = SWITCHES.get(key.removeprefix("mechanisms."))
    if key in groups:
        options: Iterable[str] = [*(["calibrated"] if key == "ensemble" else []), *_names(groups[key], own)]
    elif key.startswith("mechanisms.") and switch is not None:
        options = switch.options
    elif key in PARAMETERS:
        options = PARAMETERS[key].options or (("on", "off") if isinstance(PARAMETERS[key].default, bool) else ())
    else:
        options = ()
    before = value[: max(value.rfind(","), value.rfind("[")) + 1]
    return (f"{key}={before}{option}" for option in options)


def _names(kind: str, own: list[str]) -> list[str]:
    """The names in a table; of what lies in files the names of the files, which nobody reads for this."""
    from sim.reference.registry import DECLARED, IN_FILES, listing  # noqa: PLC0415

    if kind in DECLARED:
        return [
            str(row.get("key") or row["name"]) if kind == "switches" else str(row["name"]) for row in listing(kind)[0]
        ]
    from sim.ground.shipped import configs_dir  # noqa: PLC0415

    folders = [configs_dir(), *(Path(folder).expanduser() for folder in own)]
    if kind == "ensembles":
        return sorted({path.stem for folder in folders for path in (folder / "ensemble").glob("*.csv")})
    return sorted({path.stem for folder in folders for path in (folder / IN_FILES[kind][0]).glob("*.yaml")})


def _folders() -> list[str]:
    """Folders of results under the working directory."""
    return [path.parent.as_posix() for path in sorted(Path("results").glob("**/manifest.json"))]
