"""The commands of ``labyrinth``: what each is for, what it takes, and what its help says. Declared once, here."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from sim.cli.stocks_words import HOW, of_stocks
from sim.reference.registry import ROWS

FORMATS = ("html", "md", "csv", "parquet")
SHELLS = ("bash", "zsh", "fish")
DIARY_FORMATS = ("text", "md", "html")
# of whom a diary picks one: the names of ``sim.face.diary.AMONG``, which takes long to load
DIARY_AMONG = ("anyone", "at home", "abroad with status", "abroad without status", "in need of protection", "in debt",
               "exploited")  # fmt: skip
EXIT_CODES = """\
Exit codes: 0 done; 1 a run failed or is missing, or results could not be written; 2 the request was wrong and nothing
was written; 70 a mistake of Labyrinth's own; 130 stopped with Ctrl-C, what had finished is kept.
"""
_RUN = """\
Run one world and keep what happened in results/NAME.

  labyrinth run world=corridor people.size=5000 time.years=5 seed=3
  labyrinth run policy=tighter_borders policy.dose=0.5 name=half_dose
  labyrinth run policy='[tighter_borders,regular_channels]'
  labyrinth run visa.wait='90 days' mechanisms.rerouting=off events=on
  labyrinth run by=sector,region,sex:age                   metrics by group of people too
  labyrinth run scenario=mine --config-dir ~/my_configs
  labyrinth run world=corridor shocks=war_next_door        what happens there, whoever governs
  labyrinth run world=corridor --json                      the answer for a program
"""
_COMPARE = """\
Run every arm and the baseline with the same seeds; what differs is due to the policy.

  labyrinth compare tighter_borders regular_channels seeds=16
  labyrinth compare tighter_borders@0.5 tighter_borders@1 world=corridor
  labyrinth compare tighter_borders+regular_channels --baseline tighter_borders
  labyrinth compare study=borders_and_channels
  labyrinth compare study=reflection_length people.size=5000 --dry-run
  labyrinth compare raids by=sex,status                    effects by group of people too
  labyrinth compare raids --until exploited_people=5% --most-seeds 32
  labyrinth compare raids ensemble=calibrated ensemble.count=50   in how many worlds that fit does it hold?

An arm is POLICY, POLICY+POLICY (together) or POLICY@DOSE.
"""
_SWEEP = """\
Run every combination of what has several values, in Hydra's grammar: key=a,b or key=range(0,100,25).

  labyrinth sweep policy=none,tighter_borders,raids mechanisms.rerouting=on,off world=corridor
  labyrinth sweep policy=tighter_borders policy.dose=0.25,0.5,1 world=corridor people.size=5000
  labyrinth sweep people.size=1000,5000,20000 world=corridor
  labyrinth sweep policy=none,raids world=archetypes,subregions --dry-run

What varies policies makes arms, each held against no policy; what varies anything else makes settings. Without policies
the points are held against the first. hydra/launcher=joblib makes arms jobs of that launcher of Hydra's.
"""
_REPORT = """\
Write the page of results that are there again, or their tables in another form.

  labyrinth report results/headline
  labyrinth report results/headline --format md
  labyrinth report results/headline --format csv --output tables
"""
_DIARY = """\
Tell two lives of one person, in the same world without a policy and with it, week by week in words.

  labyrinth diary policy=deportation_drive world=corridor people.size=2000 time.years=3
  labyrinth diary policy=raids world=corridor people.size=2000 --among exploited
  labyrinth diary policy=regularisation people.size=2000 --person 17 --format md --output diary.md

It is an illustration. Two lives of one person are no evidence of what a policy does; compare gives that.
"""
_CHECK = """\
Say whether results are whole: every file against its checksum, every run against what was asked.

  labyrinth check results/headline
  labyrinth check results/headline --json

What is damaged or missing is done or made again by the command that made the results. Nothing is written.
Exit codes: 0 everything is whole, 1 something is damaged or missing, 2 there are no results.
"""
_EVALUATE = """\
Say what an evaluation would find, and hold it against a world whose truth is known.

  labyrinth evaluate                                   the evaluations that are shipped
  labyrinth evaluate training_in_half
  labyrinth evaluate training_in_half people.size=5000 seeds=8 name=small
  labyrinth evaluate mine.yaml --dry-run               an evaluation of your own
  labyrinth evaluate results/small --alpha 0.1         judge stored estimates anew; nothing is run

Regression estimators need: pip install 'labyrinth-abm[evaluate]'. The page goes to results/NAME/evaluation.
"""
_PREVALENCE = """\
Say how many people methods would say are exploited, and hold it against worlds in which the number is known.

  labyrinth prevalence                                 the tables that are shipped
  labyrinth prevalence three_worlds seeds=4
  labyrinth prevalence three_worlds people.size=4000 seeds=2 name=small
  labyrinth prevalence mine.yaml --dry-run             a table of your own: worlds, methods, fieldwork
  labyrinth prevalence results/small                   judge stored estimates anew; nothing is run

The page goes to results/NAME/prevalence.
"""
_DECIDE = """\
Hold packages of policies against one another in many worlds: which is best, how sure that is, and where that flips.

  labyrinth decide                                     the decisions that are shipped
  labyrinth decide three_policies
  labyrinth decide three_policies people.size=1000 seeds=2 name=small
  labyrinth decide mine.yaml --dry-run                 a decision of your own
  labyrinth decide results/small --level 0.1           judge stored tables anew; nothing is run

Needs: pip install 'labyrinth-abm[decide]'. The page goes to results/NAME/decision.
"""
_CALIBRATE = """\
Look for sets of parameters that give what is known of the world, and say what the evidence does not tell.

  labyrinth calibrate                                  the files of targets that are shipped
  labyrinth calibrate archetypes --dry-run             targets, parameters, runs and minutes
  labyrinth calibrate archetypes name=mine             the whole; the same command goes on after it was stopped
  labyrinth calibrate archetypes people.size=3000 plan.first=32 plan.wave=16 plan.waves=2 name=small
  labyrinth calibrate mine.yaml                        targets of your own
  labyrinth calibrate results/mine                     judge stored runs anew; nothing is run

Needs: pip install 'labyrinth-abm[calibrate]'. The page and the ensemble go to results/NAME/calibration.
"""
_TEACH = """\
Open a classroom on this machine: lessons in which a class says what it expects, runs two worlds, and finds out why.

  labyrinth teach                                      all lessons; prints the link
  labyrinth teach raids_and_private_places             one lesson
  labyrinth teach mine.yaml --answers results/monday   a lesson of your own, and where answers are kept
  labyrinth teach raids_and_private_places --page raids.html   the lesson as one page, without a server or Python
  labyrinth teach --csv answers.csv                    the answers of a class as a table; opens nothing
  labyrinth teach --list                               the lessons with their questions
  labyrinth teach mine.yaml --try                      run a lesson and see whether it is true of the model
  labyrinth teach --guide guide.html                   for those who lead a lesson, to print

Needs: pip install 'labyrinth-abm[teach]'. The pages answer on this machine only, to whoever has the link.
"""
_EXPLAIN = """\
Say why a number is what it is: from what a policy moves, through the rules, to a metric, with the evidence on the way.

  labyrinth explain policy=labour_inspection exploitation_weeks
  labyrinth explain policy=tighter_borders deaths world=corridor people.size=5000
  labyrinth explain results/headline deaths --arm tighter_borders      with what was measured there
  labyrinth explain policy=raids world=corridor people.size=2000 --diary  and two lives, as an illustration

Nothing is run but for a diary. Ways are found in the code; how much goes through each is told by runs alone.
"""
_FIND = """\
Search everything that can be named: parameters, switches, levers, policies, metrics, worlds, studies, scenarios,
shocks, and what the book says.

  labyrinth find visa
  labyrinth find identified people
  labyrinth find borders --json

What fits best comes first. Several words must all be found.
"""
_COMPLETION = """\
Print what makes a shell complete commands, options, settings and names when you press Tab.

  bash    labyrinth completion bash > ~/.local/share/bash-completion/completions/labyrinth
  zsh     labyrinth completion zsh > ~/.zfunc/_labyrinth    in a folder of fpath, before compinit
  fish    labyrinth completion fish > ~/.config/fish/completions/labyrinth.fish

It takes effect in the next shell.
"""


@dataclass(frozen=True)
class Command:
    """A command: how it is written after ``labyrinth``, what it does in one line, and the text of its help."""

    usage: str
    summary: str
    about: str


_SUMMARIES = {
    "worlds": "where it happens; NAME shows regions, legs, sectors, blocs",
    "parameters": "settings, with default, range and unit",
    "switches": "mechanisms that can be turned off",
    "levers": "what a policy can move",
    "policies": "what can be compared, in families; NAME says what it does",
    "metrics": "what is counted",
    "studies": "comparisons with their question, for study=NAME",
    "scenarios": "settings that go together, for scenario=NAME",
    "shocks": "what happens in the world, for shocks=NAME: wars, crashes, closed ways",
    "coverage": "what the book says, and whether the model does it",
    "ensembles": "sets of parameters that fit what is known, for ensemble=NAME",
}


def _table(kind: str) -> Command:
    lines = (
        f"List {kind}: {_SUMMARIES[kind]}.",
        "",
        f"  labyrinth {kind}",
        f"  labyrinth {kind} NAME    one in full",
        *([HOW] if kind == "worlds" else [""]),
    )
    return Command("[NAME]", _SUMMARIES[kind], "\n".join(lines))


COMMANDS: dict[str, Command] = {
    "run": Command("[KEY=VALUE ...]", "one run", _RUN),
    "compare": Command("ARM ... | study=NAME", "policies against the same world without them; a study", _COMPARE),
    "sweep": Command("KEY=V1,V2 ...", "every combination of anything", _SWEEP),
    "diary": Command("policy=NAME [KEY=VALUE ...]", "two lives of one person, as an illustration", _DIARY),
    "evaluate": Command("[NAME | FILE.yaml | results/NAME]", "would an evaluation notice?", _EVALUATE),
    "prevalence": Command("[NAME | FILE.yaml | results/NAME]", "how many people are there?", _PREVALENCE),
    "decide": Command("[NAME | FILE.yaml | results/NAME]", "which package is best, and where that flips", _DECIDE),
    "calibrate": Command("[NAME | FILE.yaml | results/NAME]", "which parameters fit what is known", _CALIBRATE),
    "explain": Command("policy=NAME | results/NAME [METRIC]", "why a number is what it is", _EXPLAIN),
    "teach": Command("[NAME | FILE.yaml ...]", "a classroom: lessons with two worlds side by side", _TEACH),
    "report": Command("results/NAME", "the page, or its tables, of what is there", _REPORT),
    "check": Command("results/NAME", "whether what is there is whole", _CHECK),
    **{kind: _table(kind) for kind in ROWS},
    "find": Command("WORD ...", "search all of these", _FIND),
    "completion": Command("bash | zsh | fish", "make a shell complete what you type", _COMPLETION),
}
TABLES = tuple(ROWS)
FILES = ("evaluate", "prevalence", "decide", "calibrate", "explain", "teach")  # what they take is of their own kind
STUDIES = ("compare", "sweep")  # commands that carry out many runs
RUNS = ("run", "diary", *STUDIES)  # commands that simulate


def overview() -> str:
    """What ``labyrinth --help`` says."""
    lines = [f"  {f'labyrinth {name} {command.usage}':<42} {command.summary}" for name, command in COMMANDS.items()]
    return _OVERVIEW.format(commands="\n".join(lines), codes=EXIT_CODES)


_OVERVIEW = """\
labyrinth simulates the markets in which people are smuggled, and compares policies in paired worlds.

{commands}

KEY=VALUE is a setting and may be given many times. --json, with most commands, prints the answer for a program.

examples
  labyrinth run world=corridor people.size=5000 time.years=5
  labyrinth run world=corridor policy=tighter_borders policy.tighter_borders.dose=0.5
  labyrinth compare tighter_borders regular_channels world=corridor people.size=5000 seeds=8
  labyrinth compare tighter_borders@0.5 tighter_borders+regular_channels
  labyrinth compare study=headline --dry-run        a study with its question: the plan
  labyrinth run policy='[tighter_borders,regular_channels]' mechanisms.rerouting=off
  labyrinth sweep policy=none,raids mechanisms.rerouting=on,off world=corridor people.size=5000
  labyrinth run world=csv world.regions=regions.csv world.legs=legs.csv
  labyrinth policies tighter_borders                what a policy does, in full
  labyrinth find visa                               whatever has to do with visas
  labyrinth parameters --json                       every setting, for a program

Results go to results/NAME (name=NAME chooses it). labyrinth COMMAND --help says more.
{codes}"""


def add_arguments(command: str, parser: argparse.ArgumentParser) -> None:
    """What a command takes after its name."""
    if command in TABLES:
        _of_tables(command, parser)
    elif command == "find":
        parser.add_argument("words", nargs="+", metavar="WORD")
        parser.add_argument("--json", action="store_true", help="print a list of objects")
    elif command == "completion":
        parser.add_argument("shell", metavar="SHELL", help=" | ".join(SHELLS))
    elif command == "evaluate":
        parser.add_argument("words", nargs="*", metavar="NAME | FILE.yaml | results/NAME | KEY=VALUE")
        parser.add_argument("--alpha", metavar="LEVEL", type=float, help="level of significance in place of the file's")
        parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
        parser.add_argument("--dry-run", action="store_true", help="print the plan: arms, seeds, minutes, bytes")
        parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
        parser.add_argument("--json", action="store_true", help="print the answer as one object, and no tables")
    elif command == "prevalence":
        parser.add_argument("words", nargs="*", metavar="NAME | FILE.yaml | results/NAME | KEY=VALUE")
        parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
        parser.add_argument("--dry-run", action="store_true", help="print the plan: runs and where results would go")
        parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
        parser.add_argument("--json", action="store_true", help="print the answer as one object, and no tables")
    elif command == "decide":
        parser.add_argument("words", nargs="*", metavar="NAME | FILE.yaml | results/NAME | KEY=VALUE")
        parser.add_argument("--level", metavar="LEVEL", type=float, help="level of tests in place of the file's")
        parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
        parser.add_argument("--dry-run", action="store_true", help="print the plan: worlds, seeds, minutes, bytes")
        parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
        parser.add_argument("--json", action="store_true", help="print the answer as one object, and no tables")
    elif command == "calibrate":
        parser.add_argument("words", nargs="*", metavar="NAME | FILE.yaml | results/NAME | KEY=VALUE")
        parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
        parser.add_argument("--dry-run", action="store_true", help="print the plan: targets, parameters, runs, minutes")
        parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
        parser.add_argument("--json", action="store_true", help="print the answer as one object, and no tables")
    elif command == "explain":
        parser.add_argument("words", nargs="*", metavar="results/NAME | KEY=VALUE | METRIC")
        parser.add_argument("--arm", metavar="ARM", help="of results; the first that moves something")
        parser.add_argument("--diary", action="store_true", help="run two worlds and add two lives of one person")
        parser.add_argument("--json", action="store_true", help="print the explanation as one object")
    elif command == "teach":
        _of_classrooms(parser)
    elif command == "check":
        parser.add_argument("folder", metavar="FOLDER", help="results/NAME")
        parser.add_argument("--json", action="store_true", help="print an object")
        parser.add_argument("--quiet", action="store_true", help="print nothing; the exit code says it")
    elif command == "report":
        parser.add_argument("folder", metavar="FOLDER", help="results/NAME")
        parser.add_argument("--format", metavar="FORMAT", default="html", help=" | ".join(FORMATS))
        parser.add_argument("--output", metavar="PATH", help="file (html, md) or folder (csv, parquet) to write")
        parser.add_argument("--quiet", action="store_true", help="only errors")
    elif command == "diary":
        _of_diaries(parser)
    else:
        _of_runs(command, parser)
    if command not in ("completion", "check"):
        own = "a folder of your own configuration files"
        parser.add_argument("--config-dir", metavar="FOLDER", action="append", default=[], help=own)


def _of_tables(command: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one of them")
    if command == "worlds":
        of_stocks(parser)
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def _of_classrooms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="NAME | FILE.yaml")
    parser.add_argument("--port", metavar="PORT", type=int, default=0, help="0, the default, takes one that is free")
    parser.add_argument("--answers", metavar="FOLDER", default="results/classroom", help="where answers are kept")
    parser.add_argument("--page", metavar="FILE.html", help="write one lesson as a single page, with its runs")
    parser.add_argument("--csv", metavar="FILE.csv", help="write the answers that are kept as a table")
    parser.add_argument("--list", action="store_true", help="the lessons with their questions")
    parser.add_argument(
        "--try", dest="tried", action="store_true", help="run lessons and hold them against what they tell"
    )
    parser.add_argument("--guide", metavar="FILE.html", help="write the guide for those who lead a lesson, to print")
    parser.add_argument("--browser", action="store_true", help="open the link in the browser")
    parser.add_argument("--quiet", action="store_true", help="only the link and errors")
    parser.add_argument("--json", action="store_true", help="with --list, a list of objects")


def _of_diaries(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="KEY=VALUE")
    parser.add_argument("--person", metavar="ROW", type=int, help="the row of the person; without it one is picked")
    parser.add_argument("--among", metavar="GROUP", default="anyone", help=" | ".join(DIARY_AMONG))
    parser.add_argument("--format", metavar="FORMAT", default="text", help=" | ".join(DIARY_FORMATS))
    parser.add_argument("--output", metavar="PATH", help="a file to write; without it the diary is printed")
    parser.add_argument("--quiet", action="store_true", help="no notes, only the diary and errors")


def _of_runs(command: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="ARM | KEY=VALUE" if command == "compare" else "KEY=VALUE")
    parser.add_argument("--replace", action="store_true", help="overwrite other results of the same name")
    parser.add_argument("--quiet", action="store_true", help="no progress and no tables, only errors")
    parser.add_argument("--json", action="store_true", help="print the answer as one object, and no tables")
    parser.add_argument(
        "--no-report", action="store_true", help="leave out report.html and details.html, which take a while to draw"
    )
    if command in STUDIES:
        _of_studies(command, parser)


def _of_studies(command: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--baseline", metavar="ARM", help="compare with this arm instead of no policy")
    parser.add_argument("--dry-run", action="store_true", help="print the plan: arms, seeds, minutes, bytes")
    parser.add_argument("--only-failed", action="store_true", help="do again what failed, and nothing else")
    parser.add_argument(
        "--executor", metavar="WHERE", help="processes | serial | dask[:ADDRESS] | ray[:ADDRESS] | slurm[:OPTIONS]"
    )
    parser.add_argument("--interval", metavar="KIND", default="t", help="t (Student) | bootstrap (BCa)")
    parser.add_argument(
        "--until",
        metavar="METRIC=WIDTH",
        action="append",
        default=[],
        help="add seeds until this effect's half-width is so small in every arm: deaths=5%% of the baseline, or units",
    )
    parser.add_argument("--most-seeds", metavar="N", type=int, help="never more seeds than this")
    if command == "sweep":
        parser.add_argument(
            "--metrics", metavar="NAME", action="append", help="a metric to report; several times for several"
        )
