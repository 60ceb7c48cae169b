"""Run closed forms and say how near the model comes: ``python -m experiments.closed_forms [NAME ...]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from experiments.closed_forms.forms import FORMS, check
from sim.ground.errors import RequestError


def main(arguments: Sequence[str]) -> int:
    """Run the forms that are named, all of them if none is; 1 if one does not hold, 2 for a wrong request."""
    unknown = [name for name in arguments if name not in FORMS]
    if unknown:
        error = RequestError(f"there is no closed form {unknown[0]!r}", given=unknown[0], allowed=FORMS)
        print(error, file=sys.stderr)
        return 2
    found = Table(title="Closed forms", title_justify="left", pad_edge=False)
    for name in ("form", "evidence", "figure", "says", "model", "has to lie in", "holds"):
        found.add_column(name)
    failed = False
    for name in arguments or FORMS:
        for reading in check(FORMS[name]):
            failed |= not reading.holds
            band = f"{reading.low:.6g} to {reading.high:.6g}"
            found.add_row(name, FORMS[name].evidence, reading.name, f"{reading.said:.6g}", f"{reading.found:.6g}", band,
                          "[green]yes[/]" if reading.holds else "[red]no[/]")  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 150).print(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
