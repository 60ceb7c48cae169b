"""Agents: their columns, codes and birth."""
