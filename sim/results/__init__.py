"""Runs, and what is kept, compared and claimed of them."""
