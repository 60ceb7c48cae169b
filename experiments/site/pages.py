"""Pages of the site that are made of the code: the reference of the API, and notebooks as pages."""

from __future__ import annotations

import json
from pathlib import Path

import sim

# what ``sim`` offers, by what one wants of it; together these are all public names, which a test holds
PUBLIC = {
    "Run a world": ("Model", "Scenario", "Week", "RequestError"),
    "Compare, study, sweep": ("compare", "study", "sweep", "Comparison", "Findings"),
    "Look up what is declared": (
        "find", "parameters", "levers", "metrics", "switches", "policies", "worlds", "shocks", "scenarios", "studies",
        "coverage", "ensembles",
    ),
    "Watch and tell": ("viz", "diary", "explain"),
    "Who is in a world": (
        "Migrant", "Trafficker", "Offender", "Facilitator", "Tie", "Venue", "Official", "Agency", "Case", "Government",
    ),
}  # fmt: skip
# parts that documents tell of and that are used with an import of their own: dotted name, and what is documented there
PARTS = {
    "sim.decisions.ema": "Decisions as other programs take them, known as `sim.ema`; see [decide](decide.md).",
    "sim.results.heterogeneity": "Whose risk changes; see [whose risk changes](heterogeneity.md).",
    "sim.evaluation.prevalence.systems": "Estimates from lists; see [prevalence](prevalence.md).",
    "sim.evaluation.prevalence.lists": "What estimates from lists take.",
}
ONLY_NAMES = ("__version__", "ema")  # a text, and a part


def api() -> str:
    """The reference of the API: a directive for each public name, which mkdocstrings fills from its docstring."""
    lines = [
        "# API reference",
        "",
        f"Everything that `import sim` offers in version {sim.__version__}, then the parts that documents tell of.",
        "Names that are not here are not public and may change at any time.",
        "",
        "Step by step: [as a Mesa model](mesa.md), [studies](studies.md), [notebooks](notebooks.md).",
        "",
    ]
    for title, names in PUBLIC.items():
        lines += [f"## {title}", ""]
        for name in names:
            lines += [f"::: {_home(name)}", f"    options: {{heading: sim.{name}, toc_label: {name}}}", ""]
    lines += ["## Parts", ""]
    for part, words in PARTS.items():
        hidden = "{show_root_heading: false, show_root_toc_entry: false, heading_level: 4}"
        lines += [f"### {part}", "", words, "", f"::: {part}", f"    options: {hidden}", ""]
    return "\n".join(lines)


def _home(name: str) -> str:
    """Where a public name is defined, which is where its docstring is read."""
    found = sim.at_home(name)
    return f"{found.__module__}.{found.__name__}"


def notebook(path: Path) -> str:
    """A notebook as a page: its texts, and its code as blocks; it is kept without outputs."""
    parts = [f"*This is a [notebook]({path.name}); download it and open it in any program for notebooks.*"]
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"]).strip("\n")
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
    # the heading comes first
    parts[0], parts[1] = parts[1], parts[0]
    return "\n\n".join(parts) + "\n"
