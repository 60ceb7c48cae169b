"""A move as whoever writes policies says it; in words for readers it is said by ``sim.report.answers.doses``."""

from __future__ import annotations

from sim.policies.policy import Move


def move_words(move: Move) -> str:
    """A move by the names of files: ``border.control + 0.15 where role: transit``."""
    operation = {"set": "set to", "add": "+", "scale": "×"}[move.op]
    where = ", ".join(f"{key}: {value}" for key, value in move.where)
    return f"{move.lever} {operation} {move.value:g}{f' where {where}' if where else ''}"
