"""The week as a list of phases."""
