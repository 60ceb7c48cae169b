"""Templates that lie beside the code which fills them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2


def filled(template: Path, **values: Any) -> str:
    """The template with these values; a name that it uses and nobody gives is an error."""
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
