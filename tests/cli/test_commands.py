"""The command line: what is asked is done, what is wrong is said in one line, exit codes tell which."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import sim
from sim.cli import main as cli
from sim.cli import words as cli_words
from sim.ground.errors import RequestError
from sim.results.asked import Design
from sim.results.findings import Findings
from sim.results.run import Failure, RunResult
from sim.results.runs import Held
from sim.results.store import StoreError
from sim.scenario.scenario import Scenario
from sim.studies.request import comparison

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- help and versions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [[], ["--help"], ["-h"], *([command, "--help"] for command in cli_words.COMMANDS)],
)
def test_help_goes_to_stdout_and_tells_exit_codes(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    assert "labyrinth" in out
    assert cli_words.EXIT_CODES in out
    assert err == ""


def test_the_first_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  labyrinth {command}" in out for command in cli_words.COMMANDS)


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"labyrinth {sim.__version__}\n"


def commands(text: str) -> list[list[str]]:
    """The command lines in a text, without the words that explain them and without those that need files."""
    lines = re.findall(r"^\s+labyrinth ((?:run|compare|sweep) .*)$", text, flags=re.MULTILINE)
    found = [shlex.split(re.split(r"\s{3,}", line)[0]) for line in lines]
    return [
        words
        for words in found
        if not {word[:9] for word in words} & {"[KEY=VALU", "KEY=V1,V2", "world=csv", "world=./m", "--config-", "ARM"}
    ]


HELP = "".join([cli_words.overview(), *(command.about for command in cli_words.COMMANDS.values())])
TAUGHT = commands(HELP + (DOCS / "policies.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("argv", TAUGHT, ids=" ".join)
def test_every_command_that_is_taught_is_a_right_one(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    assert cli.main([*argv, "--quiet"]) == 0
    assert asked.kind == ("" if "--dry-run" in argv else "run" if argv[0] == "run" else "study")


# --- wrong requests ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("rn", "did you mean 'run'?"),
        ("people.size=5", "labyrinth run people.size=5"),
        ("run people.sise=5", "did you mean 'people.size'?"),
        ("run tighter_borders", "write policy=tighter_borders"),
        ("run --people.size=5", "without dashes: people.size=5"),
        ("run --replce", "did you mean '--replace'?"),
        ("run --config-dir", "--config-dir"),
        ("run --config-dir nowhere", "no folder nowhere"),
        ("run seeds=5", "one run"),
        ("run study=borders_and_channels", "one run"),
        ("run world=corridor name=../x", "cannot name a results folder"),
        ("compare", "needs arms"),
        ("compare people.size=500", "needs arms"),
        ("compare tigter_borders", "did you mean 'tighter_borders'?"),
        ("compare tighter_borders@much", "tighter_borders@much"),
        ("compare tighter_borders@9", "above its max_dose"),
        ("compare none", "baseline"),
        ("compare tighter_borders policy=sealed_border", "as arms"),
        ("compare tighter_borders policy.sealed_border.dose=1", "in no arm"),
        ("compare tighter_borders --baseline nothing", "nothing"),
        ("compare tighter_borders seeds=0", "seeds"),
        ("compare study=nope", "no study 'nope'"),
        ("compare tighter_borders --until deths=5%", "did you mean 'deaths'?"),
        ("compare tighter_borders --interval tt", "no interval 'tt'"),
        ("compare tighter_borders --executor dusk", "did you mean 'dask'?"),
        ("compare tighter_borders --executor dask:nonsense", "dask:tcp://HOST:PORT"),
        ("compare tighter_borders --executor dask:ftp://x:1", "is not an address of dask"),
        ("compare tighter_borders --executor dask:tcp://x:0", "is not an address of dask"),
        ("compare tighter_borders --executor dask:", "must follow the colon"),
        ("compare tighter_borders --executor submitit-local:timeout_min=abc", "whole number from 1 on, not 'abc'"),
        ("compare tighter_borders hydra/launcher=nope", "no launcher 'nope' here"),
        ("compare tighter_borders hydra/launcher=joblib hydra.launcher.n_jobs=many", "the launcher cannot be set so"),
        ("compare tighter_borders hydra/launcher=joblib hydra.launcher._target_=os.system", "a plain value"),
        ("compare tighter_borders hydra.sweep.dir=elsewhere", "only a launcher can be chosen"),
        ("compare tighter_borders threads=64 workers=1", "threads = 64 is more than"),
        ("compare tighter_borders --most-seeds 0", "above 0"),
        ("compare tighter_borders seeds=8 --most-seeds 2", "8 seeds are asked for, never more than 2"),
        ("compare tighter_borders --only-failed --replace --dry-run", "leave one of them out"),
        ("sweep policy=none,raids study=headline", "belongs to compare"),
        ("run +seeds=4", "run does one run"),
        ("evaluate training_in_half +study=headline", "no word brings another: 'study=headline'"),
        ("decide three_policies +policy=raids", "what the decision's file says"),
        ("calibrate --config-dir nowhere", "there is no folder"),
        ("decide ~nobody-of-that-name/x.yaml", "no home folder"),
        ("run name=\udcff", "a character that no text holds"),
        ("sweep", "several values"),
        ("sweep world=corridor", "several values"),
        ("sweep raids policy=none,raids", "policy=raids"),
        ("sweep policy=none,rids", "did you mean 'raids'?"),
        ("sweep policy=none,raids people.size=500,5", "people.size"),
        ("sweep seeds=1,2", "cannot be swept"),
        ("sweep people.size=500,600 people.size=700,800", "swept twice"),
        ("sweep policy=none,none", "only arm is the baseline"),
        ("sweep people.size=500,600 --baseline people.size=7", "no point 'people.size=7'"),
        ("report results/nothing", "holds no results"),
        ("report results/nothing --format pdf", "no format 'pdf'"),
        ("levers border.contrl", "did you mean 'border.control'?"),
        ("studies headlin", "did you mean 'headline'?"),
        ("scenarios leson", "did you mean 'lesson'?"),
        ("find", "WORD"),
        ("find vsia", "nearest: visa"),
        ("completion tcsh", "no completion for 'tcsh'"),
        ("policies tigter_borders", "did you mean 'tighter_borders'?"),
        ("levers a b", "unrecognized arguments: b"),
        ("parameters --jsn", "did you mean '--json'?"),
    ],
)
def test_a_wrong_request_is_one_line_and_two_and_writes_nothing(
    line: str, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(shlex.split(line)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("labyrinth: ")
    assert err.count("\n") == 1
    assert part in err.replace("there is no option b", "unrecognized arguments: b")
    assert written(tmp_path) == []


# --- runs and comparisons: what is asked of the studies ---------------------------------------------------------


class Asked:
    """Stands in for the studies: keeps what was asked, answers with a made-up result."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: list[dict[str, str]] | None = None) -> None:
        self.kind, self.failures = "", failures or []
        monkeypatch.setattr("sim.studies.public.run_to_folder", self.run)
        monkeypatch.setattr("sim.cli.studies.conduct", self.conduct)

    def run(self, scenario: Scenario, **options: object) -> Path:
        self.kind, self.scenario, self.options = "run", scenario, options
        folder = Path("results") / str(options["name"])
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {"failures": self.failures, "answer": {"sentences": [], "cannot": "Nothing."}}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        pd.DataFrame({"metric": ["deaths", "mean_fee"], "value": [3.25, 2500.0]}).to_parquet(folder / "summary.parquet")
        return folder

    def conduct(self, design: Design, seeds: list[int], **options: object) -> SimpleNamespace:
        self.kind, self.design, self.seeds, self.options = "study", design, seeds, options
        setting = design.settings[0]
        self.baseline, *arms = [arm.label for arm in setting.arms]
        self.scenarios = {arm.label: arm.scenario for arm in setting.arms}
        rows = [
            {
                "arm": arm, "metric": "deaths", "baseline": 3.0, "difference": -1.5, "low": -2.0, "high": float("nan"),
                "verdict": "undecided", "unit": "people/year",
            }
            for arm in arms
        ]  # fmt: skip
        only = SimpleNamespace(
            arms=[SimpleNamespace(label=arm) for arm in arms], effects=pd.DataFrame(rows), risks=pd.DataFrame()
        )
        failure = Failure("week 3", "ValueError: x", "labyrinth run seed=1")
        answer = SimpleNamespace(plain={"sentences": [], "cannot": "Nothing."})
        return SimpleNamespace(
            group_effects=pd.DataFrame(),
            failures=[("", "a", 1, failure)] if self.failures else [],
            missing=0,
            several=False,
            design=design,
            seeds=seeds,
            lucks=1,
            summary=pd.DataFrame(rows),
            answer=answer,
            effects=only.effects,
            risks=pd.DataFrame(),
            comparisons={"": only},
            timings={"runs": 3.0},
            folder=Path("results/x"),
        )


def test_run_hands_over_the_scenario_and_shows_the_headline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Asked(monkeypatch)
    assert cli.main(["run", "world=corridor", "--replace", "policy=tighter_borders", "people.size=500"]) == 0
    assert asked.scenario == Scenario.compose(["world=corridor", "policy=tighter_borders", "people.size=500"])
    assert asked.options["replace"] is True
    assert asked.options["progress"] is True
    out = capsys.readouterr().out
    assert "3.25" in out
    assert "2,500" in out
    assert f"results/{asked.options['name']}" in out
    assert re.fullmatch(r"corridor-tighter_borders-[0-9a-f]{8}", str(asked.options["name"]))


def test_the_same_request_has_the_same_folder_and_another_another(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for number, words in enumerate((["seed=1"], ["people.size=500"], ["people.size=600"])):
        asked = Asked(monkeypatch)
        assert cli.main(["run", "--quiet", *words]) == 0
        names.append(asked.options["name"])
        Path("results").rename(f"before-{number}")
    assert len(set(names)) == 3
    asked = Asked(monkeypatch)
    cli.main(["run", "--quiet", "people.size=500", "threads=2"])
    assert asked.options["name"] == names[1]
    asked = Asked(monkeypatch)
    cli.main(["run", "--quiet", "name=mine/first"])
    assert asked.options["name"] == "mine/first"


def test_quiet_prints_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = Asked(monkeypatch)
    assert cli.main(["run", "world=corridor", "--quiet"]) == 0
    assert asked.options["progress"] is False
    assert cli.main(["compare", "tighter_borders", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_answer_for_a_program_is_all_that_stdout_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Asked(monkeypatch)
    assert cli.main(["run", "world=corridor", "name=x", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["name"], answer["status"], answer["failures"]) == ("x", "complete", [])
    assert answer["metrics"] == {"deaths": 3.25, "mean_fee": 2500.0}
    assert cli.main(["compare", "raids", "world=corridor", "seeds=2", "name=y", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["name"], answer["folder"], answer["seeds"]) == ("y", "results/x", [1, 2])
    assert (answer["baseline"], answer["arms"], answer["settings"]) == ("none", ["raids"], [""])
    (row,) = answer["effects"]
    assert (row["metric"], row["difference"], row["low"]) == ("deaths", -1.5, -2.0)
    assert row["high"] is None  # JSON has no word for what is not a number


def test_a_failure_is_in_the_answer_and_in_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Asked(monkeypatch, failures=[{"stage": "week 3", "error": "ValueError: x"}])
    for argv in (["run", "world=corridor"], ["compare", "raids", "world=corridor"]):
        assert cli.main([*argv, "--json"]) == 1
        answer = json.loads(capsys.readouterr().out)
        assert answer["status"] == "incomplete"
        assert answer["failures"][0]["error"] == "ValueError: x"


def test_a_run_with_several_lucks_tells_their_mean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Asked(monkeypatch)

    def run(scenario: Scenario, **options: object) -> Path:
        folder = asked.run(scenario, **options)
        values = {"metric": ["deaths", "mean_fee"] * 3, "value": [1.0, 2000.0, 2.0, float("nan"), 6.0, 3000.0]}
        pd.DataFrame(values).to_parquet(folder / "summary.parquet")
        groups = {"by": ["sex"] * 4, "group": ["women", "men"] * 2, "metric": ["deaths"] * 4, "value": [1.0, 2, 3, 8]}
        pd.DataFrame(groups).to_parquet(folder / "groups.parquet")
        return folder

    monkeypatch.setattr("sim.studies.public.run_to_folder", run)
    assert cli.main(["run", "world=corridor", "lucks=3", "name=x", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["metrics"] == {"deaths": 3.0, "mean_fee": 2500.0}
    assert [(row["group"], row["value"]) for row in answer["groups"]] == [("women", 2.0), ("men", 5.0)]
    assert cli.main(["run", "world=corridor", "lucks=3", "name=x"]) == 0
    assert "2,500" in capsys.readouterr().out


def test_runs_that_are_missing_are_told_and_are_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Asked(monkeypatch)

    def conduct(*arguments: Any, **options: Any) -> SimpleNamespace:
        return SimpleNamespace(**vars(asked.conduct(*arguments, **options)) | {"missing": 3})

    monkeypatch.setattr("sim.cli.studies.conduct", conduct)
    assert cli.main(["compare", "raids", "world=corridor", "--only-failed", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["status"] == "incomplete"
    assert "3 runs are missing; the same command without --only-failed does them" in told.err


def test_what_is_missing_is_what_is_neither_there_nor_has_failed() -> None:
    design = comparison(["raids"], ["world=corridor", "people.size=500", "lucks=2"]).design
    key = design.to_run[0].scenario.run_key(1)
    failed = RunResult(key, 1, failure=Failure("week 3", "ValueError: x", "labyrinth run seed=1"))
    assert Findings(design, [1, 2], Held({})).missing == 8
    assert Findings(design, [1, 2], Held({key: failed})).missing == 7


def test_a_plan_for_a_program(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["compare", "raids", "world=corridor", "people.size=500", "seeds=3", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["status"], plan["runs"], plan["there"], plan["arms"]) == ("planned", 6, 0, ["none", "raids"])
    assert 60 * plan["minutes"] == pytest.approx(sum(plan["seconds"].values()), abs=1)
    assert written(tmp_path) == []


def test_a_plan_says_which_policies_would_do_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["compare", "source_protection", "raids", "world=corridor", "--dry-run"]
    assert cli.main(argv) == 0
    said = capsys.readouterr().err
    assert "Protection of sources: It does nothing here" in said
    assert "mechanisms.intelligence=on" in said
    assert cli.main([*argv, "mechanisms.intelligence=on"]) == 0
    assert "does nothing" not in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["run"], ["compare", "raids"], ["sweep", "policy=none,raids"]], ids=" ".join)
def test_the_page_can_be_left_out(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    wanted = {}
    for option in ([], ["--no-report"]):
        assert cli.main([*argv, "world=corridor", "name=x", "--quiet", *option]) == 0
        asked_for = asked.options["report"] if argv == ["run"] else asked.options["way"].report  # type: ignore[attr-defined]
        wanted[bool(option)] = asked_for
    assert wanted == {False: True, True: False}


def test_a_run_that_failed_is_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Asked(monkeypatch, failures=[{"stage": "week 3", "error": "ValueError: x"}])
    assert cli.main(["run", "world=corridor"]) == 1
    assert "week 3: ValueError: x" in capsys.readouterr().err
    assert cli.main(["compare", "tighter_borders", "--quiet"]) == 1
    assert "arm a, seed 1 failed" in capsys.readouterr().err


def test_results_that_cannot_be_written_are_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> Path:
        raise StoreError("the disk is full")

    monkeypatch.setattr("sim.studies.public.run_to_folder", full)
    assert cli.main(["run", "world=corridor"]) == 1
    assert capsys.readouterr().err == "labyrinth: the disk is full\n"


def test_a_name_that_is_taken_is_exit_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def taken(*_: object, **__: object) -> Path:
        raise RequestError("results/x holds another study")

    monkeypatch.setattr("sim.studies.public.run_to_folder", taken)
    assert cli.main(["run", "world=corridor", "name=x"]) == 2
    assert "another study" in capsys.readouterr().err


def test_compare_makes_arms_and_shows_effects(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Asked(monkeypatch)
    line = "compare tighter_borders@0.5 world=corridor tighter_borders+regular_channels seeds=4 people.size=500"
    assert cli.main(line.split()) == 0
    assert set(asked.scenarios) == {"tighter_borders@0.5", "tighter_borders+regular_channels", "none"}
    assert asked.baseline == "none"
    assert asked.seeds == [1, 2, 3, 4]
    assert asked.scenarios["tighter_borders@0.5"].policies[0].dose == 0.5
    assert asked.scenarios["tighter_borders+regular_channels"]["policy"] == ("tighter_borders", "regular_channels")
    out = capsys.readouterr().out
    assert "-1.5 [-2, -]" in out
    assert "seconds: runs 3" in out
    assert "results/x" in out


def test_fields_of_a_policy_go_to_the_arms_that_choose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    arms = ["tighter_borders", "tighter_borders@0.5+sealed_border", "sealed_border"]
    assert cli.main(["compare", *arms, "policy.tighter_borders.start=52", "--quiet"]) == 0
    starts = {
        label: {policy.key: policy.start for policy in scenario.policies} for label, scenario in asked.scenarios.items()
    }
    assert starts["tighter_borders"] == {"tighter_borders": 52}
    assert starts["tighter_borders@0.5+sealed_border"] == {"tighter_borders": 52, "sealed_border": 0}
    assert starts["sealed_border"] == {"sealed_border": 0}
    assert starts["none"] == {"none": 0}


def test_another_arm_can_be_the_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    assert cli.main(["compare", "tighter_borders", "--baseline", "tighter_borders@0.5", "--quiet"]) == 0
    assert asked.baseline == "tighter_borders@0.5"
    assert asked.scenarios["tighter_borders@0.5"].policies[0].dose == 0.5


def test_a_study_brings_its_arms_and_its_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    assert cli.main(["compare", "study=borders_and_channels", "sealed_border", "--quiet"]) == 0
    assert {"tighter_borders", "regular_channels", "both", "sealed_border", "none"} == set(asked.scenarios)
    assert asked.design.question.endswith("?")


def test_folders_of_the_user_reach_every_arm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my own" / "policy").mkdir(parents=True)
    text = (Path(sim.__file__).parents[1] / "configs/policy/sealed_border.yaml").read_text(encoding="utf-8")
    mine = text.replace("policy.sealed_border", "policy.mine")
    (tmp_path / "my own" / "policy" / "mine.yaml").write_text(mine, encoding="utf-8")
    asked = Asked(monkeypatch)
    assert cli.main(["compare", "mine", "--config-dir", "my own", "--quiet"]) == 0
    assert asked.scenarios["mine"]["policy"] == ("mine",)


# --- processes --------------------------------------------------------------------------------------------------


def labyrinth(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "sim", *words]
    return subprocess.run(line, capture_output=True, text=True, cwd=cwd, check=False)


def test_a_real_run_leaves_its_results(tmp_path: Path) -> None:
    words = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4", "name=small"]
    done = labyrinth("run", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") or done.returncode == 0, done.stderr
    assert {"scenario.yaml", "summary.parquet", "series.parquet", "report.html", "manifest.json"} <= set(
        written(tmp_path / "results" / "small")
    )
    again = labyrinth("run", *words, "people.size=300", cwd=tmp_path)
    assert again.returncode == 2
    assert "--replace" in again.stderr


@pytest.mark.slow
def test_a_command_and_a_call_write_the_same_tables(tmp_path: Path) -> None:
    words = ["run", "world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4", "--quiet"]
    assert (
        cli.main([*words, "name=called", "--no-report"]) == 0
    )  # a command finds kernels now, and begins its run beside
    called = Path("results/called").absolute()
    done = labyrinth(*words, "name=typed", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("summary.parquet", "series.parquet"):
        one, other = (pd.read_parquet(folder / name) for folder in (called, tmp_path / "results" / "typed"))
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_wrong_request_in_a_process(tmp_path: Path) -> None:
    done = labyrinth("run", "people.sise=5", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert written(tmp_path) == []


def test_lists_load_nothing_heavy_and_survive_a_closed_pipe(tmp_path: Path) -> None:
    code = (
        "import sys; from sim.cli.main import main; code = main(['parameters']);"
        "print(code, *[m for m in ('hydra', 'pandas', 'numba', 'mesa', 'networkx', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    line = f"{sys.executable} -m sim parameters --json | head -1"
    piped = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=tmp_path, check=True)  # noqa: S607
    assert (piped.stdout, piped.stderr) == ("[\n", "")
