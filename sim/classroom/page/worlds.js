"use strict";
// One outcome in every set of parameters that fits: a row a set, with its change and interval, from the least to the most.
const Worlds = (() => {
  const { svg, html, table, percent, ticks } = Charts;
  const TOLD = { more: "more", fewer: "fewer or less", same: "about the same, or not told" };

  const kind = (one, finds) => (one.mean === null ? "none" : one.direction === finds ? "so" : one.direction === "same" ? "open" : "other");

  function drawn(title, spread, little) {
    const rows = spread.changes.filter((one) => one.mean !== null).sort((one, two) => one.mean - two.mean);
    const narrow = matchMedia("(max-width: 40rem)").matches, WIDE = narrow ? 360 : 640, STEP = 9, HIGH = 12 + STEP * rows.length;
    const ends = [0, -little, little, ...rows.flatMap((one) => [one.low, one.high])];
    const low = Math.min(...ends), high = Math.max(...ends), x = (value) => 24 + ((WIDE - 48) * (value - low)) / (high - low);
    const parts = [svg("rect", { class: "small-change", x: x(-little), y: 0, width: x(little) - x(-little), height: HIGH }),
      svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: HIGH })];
    for (const value of ticks(low, high, narrow ? 4 : 8)) parts.push(svg("text", { class: "quiet", x: x(value), y: HIGH + 16, "text-anchor": "middle" }, percent(value)));
    if (spread.mean.mean !== null) parts.push(svg("line", { class: "over-all", x1: x(spread.mean.mean), x2: x(spread.mean.mean), y1: 0, y2: HIGH }));
    rows.forEach((one, place) => {
      const y = 10 + STEP * place, at = x(one.mean), way = kind(one, spread.finds), group = svg("g", { class: `fit ${way}` });
      group.append(svg("line", { x1: x(one.low), x2: x(one.high), y1: y, y2: y }),
        way === "other" ? svg("path", { d: `M${at - 3.5} ${y - 3.5}l7 7m0 -7l-7 7` }) : svg("circle", { cx: at, cy: y, r: 3 }));
      parts.push(group);
    });
    const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH + 22}`, role: "img", "aria-label": spread.says });
    drawing.append(...parts);
    const cell = (one) => (one.mean === null ? "–" : `${percent(one.mean)} (${percent(one.low)} to ${percent(one.high)})`);
    const behind = html("details", {}, html("summary", {}, "The same as a table"),
      table(`${title}: change with the policy in each set of assumptions`, ["Set", "Change, with its 95 % interval", "The model says"],
        [{ ...spread.mean, set: "mean" }, ...rows, ...spread.changes.filter((one) => one.mean === null)].map((one) => [one.set, cell(one), one.mean === null ? "nothing to take a change of" : TOLD[one.direction]])));
    return html("figure", {}, html("h3", {}, title), drawing, html("figcaption", {}, spread.says), behind);
  }

  const key = () => html("p", { class: "small key" }, "A row is one set of assumptions, with the mean change in per cent and its 95 % interval. Filled: as in this lesson. Open: it cannot be told. Cross: another way. Shaded: changes that count as small. Dashed line: the mean over all sets.");

  return { drawn, key };
})();
