"""Experiments: studies and measurements made with the package, each run with one command."""
