"""The command ``explain``: why a number is what it is, from what a policy moves to the metric."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.answers import print_answer
from sim.cli.asked import settings_among
from sim.ground.errors import RequestError

METRIC = "exploitation_weeks"


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    from sim.reference.explain import explain  # noqa: PLC0415 - commands load what they need

    bare = [word for word in arguments.words if "=" not in word]
    folders = [word for word in bare if Path(word).is_dir()]
    metrics = [word for word in bare if word not in folders]
    if len(folders) > 1 or len(metrics) > 1:
        raise RequestError("explain takes one folder of results and one metric", where=" ".join(bare))
    arguments.words = [word for word in arguments.words if "=" in word]
    if folders and arguments.words:
        raise RequestError("settings of results are those of their runs", where=arguments.words[0])
    if not folders and arguments.arm is not None:
        raise RequestError("arms are those of results; name their folder", where="--arm")
    words = [] if folders else settings_among(arguments)
    if not folders and not words:
        raise RequestError("explain needs results/NAME, or policy=NAME with further settings", where="explain")
    found = explain(folders[0] if folders else words, metrics[0] if metrics else METRIC, arm=arguments.arm)
    if arguments.json:
        print_answer(found.plain())
        return 0
    text = found.text()
    if arguments.diary:
        from sim.face.diary import diary  # noqa: PLC0415 - kernels

        text += f"\n{diary(found.scenario).markdown()}"
    print(text, end="")
    return 0
