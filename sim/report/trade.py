"""Figures of networks: what forms enterprises take and how well they work, and a drawing of who works with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.facilitators import Function
from sim.agents.forms import Form
from sim.agents.officials import Post
from sim.report.bars import whole_and_measures
from sim.report.style import INK, PAD, QUIET, WIDTH, canvas, plain
from sim.report.texts import in_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

FORMS = {
    "share_flux": "#c9d6df",
    "share_broker": "#6aa7c4",
    "share_chain": "#0b6e99",
    "share_mesh": "#c98aa6",
    "share_hub": "#b0406b",
}
SHOWN = ("throughput", "partner_cost", "tie_life", "concentration", "enterprise_skill", "large_enterprises")
POSTS = {
    Post.BORDER: "border",
    Post.CONSULATE: "consulate",
    Post.POLICE: "police",
    Post.INSPECTORATE: "inspectorate",
    Post.DETENTION: "detention",
    Post.COURT: "court",
    Post.MISSION: "mission",
}
SELLS, FREE = "#b0406b", "#6aa7c4"
MOST_DRAWN = 4  # worlds side by side


def networks(comparison: Comparison) -> Figure:
    """Forms of enterprises by arm, and six measures of how their networks work."""
    return whole_and_measures(comparison, "Forms", "per cent of active enterprises", FORMS, SHOWN)


def drawing(comparison: Comparison) -> Figure:
    """Who works with whom: forms of enterprises, functions of facilitators, and posts that sell, arm by arm."""
    arms = comparison.every_arm[:MOST_DRAWN]
    columns = min(2, len(arms))
    rows = -(-len(arms) // columns)
    figure, grid = canvas(WIDTH, 0.6 + 3.3 * rows, nrows=rows, ncols=columns)
    usual = 1e5 / comparison.people * comparison.flows(comparison.baseline, "ties_by_form").mean(axis=0).max()
    for axes, arm in zip(grid.ravel(), arms, strict=False):
        _draw(axes, comparison, arm, max(usual, 1e-9))
        axes.set_title(in_figure(arm.title), pad=PAD)
    for axes in grid.ravel()[len(arms) :]:
        axes.remove()
    return figure


def _draw(axes: Axes, comparison: Comparison, arm: Arm, usual: float) -> None:
    plain(axes)
    axes.set_xlim(-0.45, 2.5)
    axes.set_ylim(-0.6, len(Function) - 0.4)

    def mean(name: str) -> np.ndarray:
        return np.asarray(1e5 / comparison.people_in(arm) * comparison.flows(arm, name).mean(axis=0))

    ties = mean("ties_by_form").reshape(len(Form), len(Function))
    enterprises, free, held = mean("enterprises_by_form"), mean("facilitators_free"), mean("facilitators_held")
    posts, selling = mean("posts"), mean("posts_selling")
    forms_at = np.linspace(len(Function) - 1.2, 0.2, len(Form))
    functions_at = np.arange(len(Function))[::-1]
    posts_at = np.linspace(len(Function) - 1.1, 0.1, len(Post))
    for form in Form:
        for function in Function:
            width = 7.0 * ties[form, function] / usual
            if width > 0.05:
                axes.plot([0, 1], [forms_at[form], functions_at[function]], color=QUIET, lw=width, alpha=0.55, zorder=1)
        _disc(axes, 0, forms_at[form], enterprises[form], 0.0, list(FORMS.values())[form])
        axes.annotate(f"{form.name.lower()} {enterprises[form]:.0f}", (0, forms_at[form]), xytext=(-8, 12),
                      textcoords="offset points", ha="center", fontsize=7.5)  # fmt: skip
    for function in Function:
        together = free[function] + held[function]
        _disc(axes, 1, functions_at[function], together, held[function] / max(together, 1e-9), FREE)
        axes.annotate(f"{function.name.lower().replace('_', ' ')} {together:.0f}", (1, functions_at[function]),
                      xytext=(0, 11), textcoords="offset points", ha="center", fontsize=7.5)  # fmt: skip
    for post, name in POSTS.items():
        if not posts[post]:
            continue  # there is no mission
        share = selling[post] / max(posts[post], 1e-9)
        _disc(axes, 2, posts_at[post], 0.25 * posts[post], share, "#d9dde2")
        axes.annotate(f"{name} {100 * share:.0f}\N{NARROW NO-BREAK SPACE}% sell", (2, posts_at[post]), xytext=(0, 12),
                      textcoords="offset points", ha="center", fontsize=7.5)  # fmt: skip
    for at, words in ((0, "enterprises"), (1, "facilitators"), (2, "posts")):
        axes.annotate(words, (at, -0.55), ha="center", fontsize=8, color=INK)


def _disc(axes: Axes, x: float, y: float, amount: float, share: float, tint: str) -> None:
    """A disc with an area by amount, filled from inside to ``share`` in the colour of what is held or sells."""
    size = 8.0 + 2.2 * amount
    axes.scatter([x], [y], s=size, color=tint, zorder=3, edgecolors="white", linewidths=0.5)
    if share > 0:
        axes.scatter([x], [y], s=size * share, color=SELLS, zorder=4, linewidths=0)
