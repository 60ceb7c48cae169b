"""Packages that only a classroom needs: loaded when one is opened, with a clear word when they are missing."""

from __future__ import annotations

from sim.ground import optional

PACKAGES = {"starlette": "starlette", "uvicorn": "uvicorn"}


def check_packages() -> None:
    """RequestError with the command that installs them where the packages of a classroom are missing."""
    besides = ". A lesson as a single page needs neither: labyrinth teach NAME --page lesson.html"
    optional.check_packages("a classroom needs", "teach", PACKAGES, besides)
