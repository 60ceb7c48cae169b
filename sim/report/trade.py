"""Figures of networks: what forms enterprises take and how well they work, and a drawing of who works with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from sim.agents.facilitators import Function
from sim.agents.forms import Form
from sim.agents.officials import Post
from sim.report.bars import whole_and_measures
from sim.report.said import MOST, begin_without, changes, without
from sim.report.style import BASELINE, INK, PAD, PAPER, QUIET, WIDTH, WORSE, canvas, plain
from sim.report.texts import in_figure
from sim.report.words import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

FORMS = ("share_flux", "share_broker", "share_chain", "share_mesh", "share_hub")
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
MOST_DRAWN = 4  # worlds side by side
WIDEST = 7.0  # points of a line
USUAL, LARGEST = 2.2, 600.0  # square points of a disc for one of what it stands for, and at most
# what discs stand for, and which part of it they show
COUNTS = {"enterprises_by_form": 1.0, "facilitators_free": 1.0, "facilitators_held": 1.0, "posts": 0.25}


def networks(comparison: Comparison) -> Figure:
    """Forms of enterprises by arm, and six measures of how their networks work."""
    return whole_and_measures(comparison, "Forms", "per cent of active enterprises", FORMS, SHOWN)


def drawing(comparison: Comparison) -> Figure:
    """Who works with whom: forms of enterprises, functions of facilitators, and posts that sell, arm by arm."""
    arms = comparison.every_arm[:MOST_DRAWN]
    columns = min(2, len(arms))
    rows = -(-len(arms) // columns)
    figure, grid = canvas(WIDTH, 0.9 + 3.4 * rows, nrows=rows, ncols=columns)
    usual = 1e5 / comparison.people * comparison.flows(comparison.baseline, "ties_by_form").mean(axis=0).max()
    most = max(1e5 / comparison.people_in(arm) * comparison.flows(arm, name).mean(axis=0).max() * share
               for arm in arms for name, share in COUNTS.items())  # fmt: skip
    area = min(USUAL, LARGEST / max(most, 1e-9))
    for axes, arm in zip(grid.ravel(), arms, strict=False):
        _draw(axes, comparison, arm, max(usual, 1e-9), area)
        axes.set_title(in_figure(arm.title), pad=PAD)
    line = Line2D([], [], color=QUIET, lw=WIDEST, solid_capstyle="butt", label=f"{number(usual)} working relations")
    whole = Line2D([], [], color=BASELINE, marker="o", ls="", ms=9, mew=0, label="area: how many there are")
    core = Line2D(
        [], [], color=WORSE, marker="o", ls="", ms=6, mew=1, mec=PAPER, label="of these in custody, or who sell"
    )
    figure.legend(handles=[line, whole, core], loc="outside upper center", ncols=3)
    for axes in grid.ravel()[len(arms) :]:
        axes.remove()
    return figure


def left_out(comparison: Comparison) -> str:
    """What is to be said where only the first of many worlds are drawn; empty where all are."""
    most, there = MOST_DRAWN - 1, len(comparison.arms)
    return f"The baseline and the first {most} of {there} arms are drawn" if there > most else ""


def _draw(axes: Axes, comparison: Comparison, arm: Arm, usual: float, area: float) -> None:
    plain(axes)
    axes.set_xlim(-0.4, 2.45)
    axes.set_ylim(-0.65, len(Function) - 0.05)

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
            width = WIDEST * ties[form, function] / usual
            if width > 0.05:
                axes.plot([0, 1], [forms_at[form], functions_at[function]], color=QUIET, lw=width, alpha=0.55, zorder=1)
        _disc(
            axes, 0, forms_at[form], area * enterprises[form], 0.0, f"{form.name.lower()} {number(enterprises[form])}"
        )
    for function in Function:
        together = free[function] + held[function]
        name = f"{function.name.lower().replace('_', ' ')} {number(together)}"
        _disc(axes, 1, functions_at[function], area * together, held[function] / max(together, 1e-9), name)
    for post, name in POSTS.items():
        if posts[post]:  # there may be no mission
            share = selling[post] / posts[post]
            sell = f"{name}, {100 * share:.0f}\N{NARROW NO-BREAK SPACE}% sell"
            _disc(axes, 2, posts_at[post], area * COUNTS["posts"] * posts[post], share, sell)
    for at, words in ((0, "enterprises"), (1, "facilitators"), (2, "posts")):
        axes.annotate(words, (at, -0.6), ha="center", va="bottom", fontsize=8, color=INK, weight="bold")


def _disc(axes: Axes, x: float, y: float, area: float, share: float, name: str) -> None:
    """A disc so many square points large, to ``share`` in the colour of what is held or sells, its name above."""
    size = 8.0 + area
    axes.plot(x, y, "o", ms=size**0.5, color=BASELINE, zorder=3, mec=PAPER, mew=0.5)
    if share > 0:
        axes.plot(x, y, "o", ms=(size * share) ** 0.5, color=WORSE, zorder=4, mec=PAPER, mew=0.7)
    axes.annotate(name, (x, y), xytext=(0, size**0.5 / 2 + 2.5), textcoords="offset points", ha="center", va="bottom",
                  fontsize=7.5, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
                  zorder=5)  # fmt: skip


def alt_networks(comparison: Comparison) -> str:
    """Which form is commonest in the baseline, and what surely changes."""
    counts = comparison.flows(comparison.baseline, "enterprises_by_form").mean(axis=0)
    begin = f"No enterprise is active {without(comparison)}. "
    if counts.sum() > 0:
        first = Form(int(counts.argmax())).name.lower()
        most = 100 * counts.max() / counts.sum()
        begin = f"{begin_without(comparison)} {most:.0f} % of enterprises are of the form {first}. "
    return begin + changes(comparison, (*FORMS, *SHOWN), MOST - len(begin))


def alt_drawing(comparison: Comparison) -> str:
    """The strongest working relation in the baseline, and how many officials sell."""
    ties = comparison.flows(comparison.baseline, "ties_by_form").mean(axis=0)
    if not ties.any():
        return f"Enterprises have no working relations in these runs {without(comparison)}."
    form, function = divmod(int(ties.argmax()), len(Function))
    of = Function(function).name.lower().replace("_", " ")
    posts, selling = (
        comparison.flows(comparison.baseline, name).mean(axis=0).sum() for name in ("posts", "posts_selling")
    )
    return (
        f"{begin_without(comparison)} most working relations, {100 * ties.max() / ties.sum():.0f} %, are those of "
        f"enterprises of the form {Form(form).name.lower()} with facilitators of {of}; "
        f"{100 * selling / max(posts, 1e-9):.0f} % of officials sell."
    )
