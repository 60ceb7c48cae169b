"""Agents as Python objects: the only room that imports Mesa."""
