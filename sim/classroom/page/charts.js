"use strict";
// Drawings of a lesson: SVG that is made here, each with a sentence for those who do not see it and a table behind it.
const Charts = (() => {
  const SPACE = "http://www.w3.org/2000/svg";

  function svg(tag, attributes, text) {
    const made = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function html(tag, attributes, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  }

  function number(value) {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    if (size >= 1000) return Math.round(value).toLocaleString("en").replace(/,/g, "\u202f");
    if (size >= 100) return String(Math.round(value));
    if (size >= 10) return String(Math.round(value * 10) / 10);
    return String(Number(value.toPrecision(2)));
  }

  const percent = (value) =>
    value === null || value === undefined ? "–" : `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${number(Math.abs(value))}\u00a0%`;

  // round numbers from low to high, about so many
  function ticks(low, high, about) {
    const rough = (high - low) / about || 1, ten = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * ten).find((one) => one >= rough);
    const found = [];
    for (let at = Math.ceil(low / step); at <= Math.floor(high / step); at += 1) found.push(at * step);
    return found;
  }

  function table(caption, head, rows) {
    const made = html("table", {}, html("caption", {}, caption));
    const words = (place) => place > 0 && rows.length && rows[0][place] instanceof Node;
    made.append(html("thead", {}, html("tr", {}, ...head.map((word, place) => html("th", { scope: "col", ...(words(place) ? { class: "words" } : {}) }, word)))));
    const body = html("tbody");
    for (const [first, ...rest] of rows) {
      const cells = rest.map((cell) => (cell instanceof Node ? html("td", { class: "words" }, cell) : html("td", {}, String(cell))));
      body.append(html("tr", {}, html("th", { scope: "row" }, String(first)), ...cells));
    }
    made.append(body);
    return html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
  }

  const WIDE = 420, HIGH = 210, LEFT = 48, RIGHT = 8, TOP = 10, LOW = 26;

  // A chart of one metric in both worlds, and a third line: where it ran before the last change.
  class Course {
    constructor(metric) {
      this.metric = metric;
      this.drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
      this.behind = html("details", {}, html("summary", {}, "The same as a table"));
      this.box = html("div");
      this.behind.append(this.box);
      const kind = metric.kind ? (metric.kind === "recorded" ? " – recorded by agencies" : " – activity, no outcome") : "";
      this.figure = html("figure", {}, html("h3", {}, metric.title),
        html("figcaption", {}, `${metric.meaning[0].toUpperCase()}${metric.meaning.slice(1)}, ${metric.unit}${kind}`), this.drawing, this.behind);
      this.behind.addEventListener("toggle", () => this.tabled());
      this.shown = null;
    }

    // weeks and values up to where the clock stands; ``end`` is the last week that there will be
    draw(weeks, left, right, ghost, end) {
      this.shown = { weeks, left, right };
      const values = [...left, ...right, ...(ghost || [])].filter((one) => one !== null && one !== undefined);
      const top = values.length ? Math.max(...values) : 1, bottom = Math.min(0, ...values);
      const high = top > bottom ? top + (top - bottom) * 0.08 : bottom + 1;
      const first = weeks.length ? weeks[0] : -26;
      const x = (week) => LEFT + ((WIDE - LEFT - RIGHT) * (week - first)) / (end - first || 1);
      const y = (value) => TOP + (HIGH - TOP - LOW) * (1 - (value - bottom) / (high - bottom));
      const parts = [];
      for (const value of ticks(bottom, high, 4)) {
        parts.push(svg("line", { class: "axis", x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value) }));
        parts.push(svg("text", { class: "quiet", x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, number(value)));
      }
      for (const week of ticks(first, end, 5)) parts.push(svg("text", { class: "quiet", x: x(week), y: HIGH - 8, "text-anchor": "middle" }, String(week)));
      parts.push(svg("line", { class: "zero", x1: x(0), x2: x(0), y1: TOP, y2: HIGH - LOW }));
      const line = (numbers, kind) => {
        let path = "", open = false;
        numbers.forEach((value, place) => {
          if (value === null || value === undefined || weeks[place] === undefined) { open = false; return; }
          path += `${open ? "L" : "M"}${x(weeks[place]).toFixed(1)} ${y(value).toFixed(1)}`;
          open = true;
        });
        if (path) parts.push(svg("path", { class: kind, d: path }));
      };
      if (ghost) line(ghost, "ghost");
      line(left, "without");
      line(right, "with");
      this.drawing.replaceChildren(...parts);
      const last = (numbers) => number(numbers.length ? numbers[numbers.length - 1] : null);
      this.drawing.setAttribute("aria-label", `${this.metric.title}, course to week ${weeks.length ? weeks[weeks.length - 1] : 0}: without the policy ${last(left)}, with it ${last(right)} ${this.metric.unit}.`);
      this.tabled();
    }

    tabled() {
      if (!this.behind.open || !this.shown) return;
      const { weeks, left, right } = this.shown, rows = [];
      weeks.forEach((week, place) => { if (week % 13 === 0) rows.push([week, number(left[place]), number(right[place])]); });
      this.box.replaceChildren(table(`${this.metric.title}, ${this.metric.unit}`, ["Week", "Without the policy", "With it"], rows));
    }
  }

  // What one pupil and a class expected, over the band of the model: per cent of change on one scale.
  function reveal(metric, own, classes, band) {
    const narrow = matchMedia("(max-width: 40rem)").matches, BROAD = narrow ? 360 : 640; // texts stay readable
    const said = classes.map((one) => one.value), found = band ? band.changes : [];
    const ends = [0, own, ...said, ...found].filter((one) => one !== null);
    const room = Math.max(10, (Math.max(...ends) - Math.min(...ends)) * 0.08);
    const low = Math.max(-100, Math.min(...ends) - room) - 4, high = Math.max(...ends) + room;
    const x = (value) => 20 + ((BROAD - 40) * (value - low)) / (high - low);
    const parts = [], most = {};
    for (const value of ticks(low, high, narrow ? 4 : 8)) parts.push(svg("text", { class: "quiet", x: x(value), y: 148, "text-anchor": "middle" }, percent(value)));
    parts.push(svg("line", { class: "axis", x1: 20, x2: BROAD - 20, y1: 130, y2: 130 }), svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 18, y2: 130 }));
    for (const value of said) {
      const step = Math.round(value / 5) * 5;
      most[step] = (most[step] || 0) + 1;
    }
    const tallest = Math.max(1, ...Object.values(most));
    for (const [step, count] of Object.entries(most)) {
      const tall = (44 * count) / Math.max(4, tallest);
      parts.push(svg("rect", { class: "bar", x: x(Number(step)) - 6, y: 130 - tall, width: 12, height: tall }));
    }
    if (band && band.mean !== null) {
      if (band.low !== null) parts.push(svg("line", { class: "band", x1: x(band.low), x2: x(band.high), y1: 56, y2: 56 }));
      parts.push(svg("circle", { class: "mean", cx: x(band.mean), cy: 56, r: 5 }));
      found.forEach((value) => parts.push(svg("circle", { class: "dot", cx: x(value), cy: 72, r: 3 })));
    }
    if (own !== null) {
      parts.push(svg("line", { class: "own", x1: x(own), x2: x(own), y1: 22, y2: 130 }));
      const anchor = x(own) > BROAD - 100 ? "end" : x(own) < 100 ? "start" : "middle";
      parts.push(svg("text", { class: "own-text", x: x(own), y: 14, "text-anchor": anchor }, `you: ${percent(own)}`));
    }
    const interval = !band || band.mean === null ? "is not known yet" : `is ${percent(band.mean)}${band.low === null ? "" : ` (${percent(band.low)} to ${percent(band.high)})`}`;
    const words = `${metric.title}: ${own === null ? "" : `you expected ${percent(own)}; `}the mean change in the model ${interval}.`;
    const drawing = svg("svg", { viewBox: `0 0 ${BROAD} 156`, role: "img", "aria-label": words });
    drawing.append(...parts);
    const rows = [["You", own === null ? "–" : percent(own)], ...said.map((value, place) => [`Class, ${place + 1}`, percent(value)]),
      ["Model, mean", band ? percent(band.mean) : "–"], ["Model, 95 % interval of the mean", band && band.low !== null ? `${percent(band.low)} to ${percent(band.high)}` : "–"],
      ...found.map((value, place) => [`Model, luck ${place + 1}`, percent(value)])];
    const behind = html("details", {}, html("summary", {}, "The same as a table"), table(`${metric.title}: change with the policy`, ["Who", "Change"], rows));
    return html("figure", {}, html("h3", {}, metric.title), drawing, html("figcaption", {}, words), behind);
  }

  // how many there are of each: rows of words and counts
  function bars(title, rows) {
    const most = Math.max(1, ...rows.map(([, count]) => count)), parts = [];
    rows.forEach(([words, count], place) => {
      const y = 8 + 30 * place;
      parts.push(svg("text", { x: 118, y: y + 15, "text-anchor": "end" }, words),
        svg("rect", { class: "bar", x: 126, y, width: (240 * count) / most, height: 20 }),
        svg("text", { x: 132 + (240 * count) / most, y: y + 15 }, String(count)));
    });
    const words = rows.map(([said, count]) => `${said} ${count}`).join(", ");
    const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${10 + 30 * rows.length}`, role: "img", "aria-label": `${title}: ${words}.` });
    drawing.append(...parts);
    return drawing;
  }

  return { Course, reveal, bars, table, svg, html, number, percent, ticks };
})();
