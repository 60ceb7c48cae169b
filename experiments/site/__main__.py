"""Checks the site as it was built by ``make site``: links, and what axe and a narrow screen find on every page.

    python -m experiments.site --check [PAGE ...] [--everything] [--site build/site]

A page is named as in its address, such as ``teaching.html`` or ``policies/raids.html``; a pattern such as
``policies/*`` names several. Without a name every page is opened. Exit code 1 if anything is found, 2 where there is
nothing to check.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from experiments.classroom import browser
from experiments.site.check import LOST, astray, pages, violations


def main(arguments: Sequence[str]) -> int:
    """Check what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m experiments.site", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", required=True, help="check the site")
    parser.add_argument("pages", nargs="*", help="names or patterns of pages; all without one")
    parser.add_argument("--everything", action="store_true", help="each page wide and narrow, both light and dark")
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="where the site lies")
    wanted = parser.parse_args(arguments)
    site = wanted.site.resolve()
    chosen = [page for page in pages(site) if page.name != LOST and _is_wanted(page.relative_to(site), wanted.pages)]
    if not chosen:
        print(f"there are no such pages in {site}; make site builds it", file=sys.stderr)
        return 2
    wrong = 0
    for each in astray(site):
        wrong += 1
        print(f"a link leads nowhere: {each}", flush=True)
    with browser() as chromium:

        def told(number: int) -> None:
            if number and number % 20 == 0:
                print(f"{number} of {len(chosen)} pages", file=sys.stderr, flush=True)

        for name, each in violations(site, chosen, chromium, everything=wanted.everything, told=told):
            wrong += 1
            print(f"{name}: {each}", flush=True)
    print(f"{len(chosen)} pages: {wrong or 'nothing'} found")
    return int(bool(wrong))


def _is_wanted(page: Path, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatch(page.as_posix(), pattern) for pattern in patterns)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
