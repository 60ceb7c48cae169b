"""The decision laboratory: packages of policies in many worlds, and what their ranking hangs on."""

from sim.decisions import ema

__all__ = ["ema"]
