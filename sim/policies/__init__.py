"""Policies: the levers of the world, and the files that move them. Called, the package lists the shipped policies."""

from sim.ground.callable_table import callable_as_table

callable_as_table(__name__)
