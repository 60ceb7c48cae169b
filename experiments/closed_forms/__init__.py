"""Closed forms of theory, hit in worlds that are made from configuration alone."""
