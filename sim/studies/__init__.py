"""Studies: comparisons with their question. Called, the package lists those that can be named."""

from sim.ground.callable_table import callable_as_table

callable_as_table(__name__)
