"""Missions from inside: who buys, what their superiors put up with, what is reported and what becomes of it."""
