"""Regions, legs, pairs and routes, and how they are read from files."""
