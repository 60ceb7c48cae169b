"""The decision laboratory: packages of policies held against one another in many worlds, and what their ranking hangs on."""

from sim.decisions import ema

__all__ = ["ema"]
