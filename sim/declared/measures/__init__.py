"""Metrics and the truth counters from which they are made, by subject."""
