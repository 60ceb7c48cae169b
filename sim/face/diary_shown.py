"""A diary as text in two columns, as Markdown and as a fragment of HTML; all of them carry its label."""

from __future__ import annotations

import html
import textwrap
from itertools import zip_longest
from typing import Protocol

from sim.ground.errors import RequestError

TITLE, WEEK, COLUMNS = "Two lives of one person", "Week", ("Without the policy", "With the policy")
NARROWEST, GAP = 60, "  "


class Told(Protocol):
    """What is shown of a diary."""

    @property
    def label(self) -> str:
        """That this is an illustration, and why it is no evidence."""

    @property
    def who(self) -> str:
        """Who it is about."""

    @property
    def policy(self) -> str:
        """What differs between the worlds."""

    @property
    def remark(self) -> str:
        """Where the lives part."""

    @property
    def rows(self) -> list[tuple[int, str, str]]:
        """Week, without and with the policy."""


def as_text(told: Told, width: int) -> str:
    """Two columns of plain text; RequestError below ``NARROWEST`` letters."""
    if width < NARROWEST:
        raise RequestError(f"width = {width} is too narrow for two columns; at least {NARROWEST}", where="width")
    number = max([len(WEEK), *(len(str(week)) for week, _, _ in told.rows)])
    column = (width - number - 2 * len(GAP)) // 2
    lines = [TITLE.upper(), ""]
    for part in (told.label, f"Policy: {told.policy}. {told.who}", told.remark):
        lines += [*textwrap.wrap(part, width), ""]
    if told.rows:
        lines += [_line(WEEK, *COLUMNS, number, column), _line("-" * number, *("-" * column,) * 2, number, column)]
    for week, *both in told.rows:
        parts = [textwrap.wrap(text, column) for text in both]
        for place, (left, right) in enumerate(zip_longest(*parts, fillvalue="")):
            lines.append(_line(str(week) if place == 0 else "", left, right, number, column))
    return "\n".join(lines).rstrip() + "\n"


def _line(week: str, left: str, right: str, number: int, column: int) -> str:
    return f"{week:>{number}}{GAP}{left:<{column}}{GAP}{right}".rstrip()


def as_markdown(told: Told) -> str:
    """A heading, the label and a table."""
    lines = [
        f"## {TITLE}",
        "",
        f"> **{_safe(told.label)}**",
        "",
        f"Policy: {_safe(told.policy)}. {_safe(told.who)}",
        "",
    ]
    lines += [_safe(told.remark), ""]
    if told.rows:
        lines += [f"| {WEEK} | {COLUMNS[0]} | {COLUMNS[1]} |", "|---:|---|---|"]
        lines += [f"| {week} | {_safe(left)} | {_safe(right)} |" for week, left, right in told.rows]
    return "\n".join(lines).rstrip() + "\n"


def _safe(text: str) -> str:
    """A text in which nothing is taken for Markdown or for the end of a cell."""
    return "".join(f"\\{letter}" if letter in "|*_`<>[]\\" else letter for letter in text)


def as_html(told: Told) -> str:
    """A ``section`` with the label before anything else, and a table with a caption and scopes."""
    parts = [
        '<section class="diary">',
        f"<h2>{TITLE}</h2>",
        f'<p class="diary-label"><strong>{html.escape(told.label)}</strong></p>',
        f"<p>Policy: {html.escape(told.policy)}. {html.escape(told.who)}</p>",
        f"<p>{html.escape(told.remark)}</p>",
    ]
    if told.rows:
        heads = "".join(f'<th scope="col">{name}</th>' for name in (WEEK, *COLUMNS))
        rows = [
            f'<tr><th scope="row">{week}</th><td>{html.escape(left)}</td><td>{html.escape(right)}</td></tr>'
            for week, left, right in told.rows
        ]
        parts.append(
            "<table>\n<caption>The same person in two worlds, week by week: an illustration</caption>\n"
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"
        )
    return "\n".join([*parts, "</section>"]) + "\n"
