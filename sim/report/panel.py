"""Panels whose ticks are drawn by one tick that goes from place to place.

matplotlib keeps five artists for each tick of each axis, most of which are never seen; to make them took a sixth of the
time in which a page was drawn. Here the first tick of an axis stands for all, unless somebody asked for several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis, YAxis
from matplotlib.ticker import NullLocator

if TYPE_CHECKING:
    from matplotlib.axis import Tick
    from matplotlib.backend_bases import RendererBase
    from matplotlib.text import Text


class _At:
    """The one tick of an axis at one of its places; it goes there whenever it is asked for something."""

    def __init__(self, tick: Tick, place: float, text: str) -> None:
        self._tick, self._place, self._text = tick, place, text

    def _there(self) -> Tick:
        self._tick.update_position(self._place)
        self._tick.label1.set_text(self._text)
        self._tick.label2.set_text(self._text)
        return self._tick

    def __getattr__(self, name: str) -> Any:
        return getattr(self._there(), name)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the tick as it is here."""
        self._there().draw(renderer)


class _OneTick(Axis):
    """An axis that makes one tick for all its places."""

    def get_children(self) -> list[Any]:
        """What there is; matplotlib would make all ticks now."""
        made = vars(self)
        return [self.label, self.offsetText, *made.get("majorTicks", ()), *made.get("minorTicks", ())]

    def get_majorticklabels(self) -> list[Text]:
        """A label for each place, as matplotlib gives them; from now on there is a tick for each."""
        self.get_major_ticks()
        for tick in self._update_ticks():
            _ = tick.label1  # of one that goes about: there, and with its text
        return super().get_majorticklabels()

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Ticks lie at the edge of a panel, so that nothing of them must be cut; matplotlib would make some here."""
        Artist.set_clip_path(self, path, transform)

    def _update_label_position(self, renderer: RendererBase) -> None:
        """An axis without a name needs no place for it that is clear of all numbers."""
        if self.label.get_text():
            super()._update_label_position(renderer)  # type: ignore[misc]

    def _update_ticks(self) -> list[Any]:
        alone = len(self.majorTicks) <= 1 and isinstance(self.get_minor_locator(), NullLocator)
        if not alone or isinstance(self.get_major_locator(), NullLocator):
            return super()._update_ticks()  # type: ignore[misc]
        places = self.get_majorticklocs()
        texts = self.get_major_formatter().format_ticks(places)  # type: ignore[arg-type]
        low, high = sorted(self.get_transform().transform(self.get_view_interval()))
        near = 1e-10 * (high - low)
        (tick,) = self.get_major_ticks(1)
        return [
            _At(tick, place, text)
            for place, at, text in zip(places, self.get_transform().transform(places), texts, strict=True)
            if low - near <= at <= high + near
        ]


class _X(_OneTick, XAxis):
    pass


class _Y(_OneTick, YAxis):
    pass


class Panel(Axes):
    """Axes of a figure of this room."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _X(self, clear=False), _Y(self, clear=False)
        for side in ("bottom", "top"):
            self.spines[side].register_axis(self.xaxis)
        for side in ("left", "right"):
            self.spines[side].register_axis(self.yaxis)
