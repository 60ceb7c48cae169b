"""The colours of figures: safe for colour-blind readers, on light pages and on dark ones.

Everything that a colour says is said a second time: by the shape of a mark, by dashes, by a pattern or in words.
Colours of one list stay apart under simulated protanopia and deuteranopia; text has a contrast of at least 4.5 with its
ground and marks of at least 3, which tests hold. Figures use the colours for light pages; ``DARK`` says what each is
on a dark one.
"""

from __future__ import annotations

INK, QUIET, FAINT, GRID = "#1f2933", "#56616c", "#d5dbe1", "#e8ebee"
PAPER, SHADE = "#ffffff", "#f3f1ec"
BASELINE = "#5b6470"
ARMS = ("#0072b2", "#d55e00", "#009e73", "#5c2b6b", "#9f7aff", "#7a3b10", "#2f2f8f", "#e0529c")
BETTER, WORSE = "#0067a3", "#b34700"  # for the people concerned
MORE, LESS = "#8a5500", "#542788"  # of flows, which are neither good nor bad by themselves
ORIGIN, BETWEEN = "#b0761a", "#7b8794"  # what a region on a map is; destinations are INK
# parts of a whole: colour and pattern
PARTS = (("#0072b2", ""), ("#d55e00", "/"), ("#009e73", "."), ("#5c2b6b", "\\"), ("#9f7aff", "-"), ("#7b8794", "|"))
# words on coloured cells, whose colours are the same on light and dark pages
ON_LIGHT, ON_DARK = "#000000", "#fefefe"

DARK = {
    INK: "#e6eaee",
    QUIET: "#aab4be",
    FAINT: "#3d4650",
    GRID: "#2b333b",
    PAPER: "#14181d",
    SHADE: "#23282e",
    BASELINE: "#9aa5b1",
    "#0072b2": "#4aa8f0",
    "#d55e00": "#ff9a4d",
    "#009e73": "#1fae7f",
    "#5c2b6b": "#f0e442",
    "#9f7aff": "#9b6bff",
    "#7a3b10": "#ffd9a0",
    "#2f2f8f": "#b5d8ff",
    "#e0529c": "#e8476f",
    BETTER: "#5cb3f2",
    WORSE: "#ff9a4d",
    MORE: "#f1a340",
    LESS: "#b9a6ff",
    BETWEEN: "#8b97a3",
    ORIGIN: "#e0b060",
}
