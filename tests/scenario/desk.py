"""A working folder with configuration files of the user's own, and the command line called in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli.main import main

HEADS = {"policy": "# @package policy.{name}\n", "world": "# @package world\n"}
POLICY = "name: Mine\nintent: something\nclaims: [C4-P01]\nlevers:\n  - {lever: border.control, op: add, value: 0.15}\n"
STUDY = "seeds: 2\nstudy:\n  arms: {a: [policy=raids]}\n"


@dataclass
class Desk:
    """Where a request is typed: files lie in ``c/``, results would go to ``results/``."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def write(self, group: str, content: str | bytes, name: str = "mine", *, head: bool = True) -> Path:
        """A configuration file with its first line."""
        path = self.folder / "c" / group / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            first = HEADS.get(group, "# @package _global_\n").format(name=name) if head else ""
            path.write_text(first + content, encoding="utf-8")
        return path

    def ask(self, *words: str) -> tuple[int, str, str]:
        """Exit code, what was printed and what was complained of."""
        self.capture.readouterr()
        own = ["--config-dir", "c"] if (self.folder / "c").is_dir() else []
        code = main([*words, *own])
        told = self.capture.readouterr()
        return code, told.out, told.err

    def refused(self, *words: str, lines: int = 1) -> str:
        """What a request is refused with: a message of some lines, exit code 2, and nothing written."""
        before = self._everything()
        code, out, err = self.ask(*words)
        assert (code, out) == (2, ""), err
        assert err.startswith("labyrinth: ")
        assert len(err.splitlines()) == lines, err
        assert "Traceback" not in err
        assert self._everything() == before
        return err

    def plan(self, *words: str) -> str:
        """What a request that is understood would do; nothing is run or written."""
        before = self._everything()
        code, out, err = self.ask(*words, "--dry-run")
        assert (code, err) == (0, "")
        assert self._everything() == before
        return out

    def _everything(self) -> list[str]:
        return sorted(os.fspath(path) for path in self.folder.rglob("*"))
