"use strict";
// A lesson from the first question to the last: what may be done when, and what it shows.
(() => {
  const { known, embedded, Words } = Source, { html, number, percent } = Charts;
  const find = (id) => document.getElementById(id), names = Object.keys(known.metrics);
  const sections = ["expect", "run", "compare", "explain", "records", "worlds-that-fit", "after"].filter((name) => document.getElementById(name));
  let predictions = null, before = null, off = "", stops = [...known.first], ghost = null, previous = null, cancel = null, band = null;
  let last = null, asked = 0;

  // --- steps ------------------------------------------------------------------------------------------------------

  function open(name) {
    const place = sections.indexOf(name);
    find(name).hidden = false;
    [...find("steps").children].forEach((one, number) => (number === place ? one.setAttribute("aria-current", "step") : one.removeAttribute("aria-current")));
    const title = find(`${name}-title`);
    title.focus();
    title.scrollIntoView({ block: "start" });
  }

  const chosen = (form, name) => (form.querySelector(`input[name="${name}"]:checked`) || {}).value;

  function statementsOf(form, when) {
    return known.statements.map((_, place) => {
      const held = chosen(form, `${when}-${place}`), sure = form.elements[`${when}-sure-${place}`].value;
      return held === undefined || !sure ? null : { true: held === "true", sure };
    });
  }

  function missing(found, fault, form, sets) {
    const place = found.findIndex((one) => one === null);
    if (place < 0) { fault.textContent = ""; return false; }
    const field = form.querySelectorAll(sets)[place];
    fault.textContent = `Still to be answered, with how sure you are: ${field.querySelector("legend").textContent}`;
    const empty = [...field.querySelectorAll("input[type=radio], select")].find((one) => (one.type === "radio" ? !chosen(field, one.name) : !one.value));
    if (empty) empty.focus();
    return true;
  }

  // --- 1. what is expected ------------------------------------------------------------------------------------------

  const prediction = find("prediction");
  known.outcomes.forEach((name) => {
    const size = prediction.elements[`size-${name}`], told = size.nextElementSibling;
    const say = () => {
      const words = size.value === "0" ? "not at all" : `by ${size.value} per cent${size.value === size.max ? " or more" : ""}`;
      told.textContent = words;
      size.setAttribute("aria-valuetext", words);
    };
    size.addEventListener("input", say);
    say();
  });

  prediction.addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = known.outcomes.map((metric) => {
      const direction = chosen(prediction, `direction-${metric}`), sure = prediction.elements[`sure-${metric}`].value;
      return direction && sure ? { direction, size: Number(prediction.elements[`size-${metric}`].value), sure } : null;
    });
    const fault = find("prediction-fault"), held = statementsOf(prediction, "before");
    if (missing(found, fault, prediction, "[data-outcome]") || missing(held, fault, prediction, "[data-statement]")) return;
    find("commit").disabled = true;
    try {
      await Source.answer({ part: "before", predictions: found, statements: held });
      Source.say({ predictions: found, statements: held });
      committed(found, held);
      open("run");
    } catch (error) {
      fault.textContent = error.message;
      find("commit").disabled = false;
    }
  });

  function committed(found, held) {
    predictions = found;
    before = held;
    const mark = (name, value) => { prediction.querySelector(`input[name="${name}"][value="${value}"]`).checked = true; };
    known.outcomes.forEach((name, place) => { // as it was said, after a reload too
      const size = prediction.elements[`size-${name}`];
      mark(`direction-${name}`, found[place].direction);
      prediction.elements[`sure-${name}`].value = found[place].sure;
      size.value = String(found[place].size);
      size.dispatchEvent(new Event("input"));
    });
    held.forEach((one, place) => {
      mark(`before-${place}`, String(one.true));
      prediction.elements[`before-sure-${place}`].value = one.sure;
    });
    for (const one of prediction.elements) one.disabled = true;
    find("commit").textContent = "What you expect is kept";
    find("run").hidden = false;
  }

  // --- 2. the run ---------------------------------------------------------------------------------------------------

  const player = new Player(names, shown, ended);
  const courses = names.map((name) => new Charts.Course(known.metrics[name]));
  find("charts").append(html("p", { class: "small key" }, "Solid line: without the policy. Dashed line: with it. Dotted line: with it, before the last change. A point holds the quarter of a year up to that week."), ...courses.map((one) => one.figure));
  const worlds = ["Without the policy", "With it"].map((title, side) => {
    const values = Object.fromEntries(names.map((name) => [name, html("dd", {}, "–")]));
    const list = html("dl", {}, ...names.flatMap((name) => [html("dt", {}, known.metrics[name].title), values[name]]));
    const made = html("section", { class: side ? "world with" : "world", "aria-label": title }, html("h3", {}, title), list);
    find("worlds").append(made);
    return values;
  });

  function shown() {
    const [left, right] = player.sides, at = player.at, weeks = left.weeks.slice(0, at);
    const end = Math.max(208, ...left.weeks, ...(last || []));
    names.forEach((name, place) => {
      courses[place].draw(weeks, left.course[name].slice(0, at), right.course[name].slice(0, at), ghost && ghost[name].slice(0, at), end);
      [left, right].forEach((side, which) => {
        const now = player.over && side.total ? side.total[name] : at ? side.course[name][at - 1] : null; // at the end, over all weeks from week 0
        worlds[which][name].textContent = number(now);
      });
    });
    const week = weeks.length ? weeks[weeks.length - 1] : 0;
    find("clock").textContent = weeks.length ? `Week ${week}${week < 0 ? ": both worlds are still the same" : ""}` : "Nothing has been run yet";
    find("play").textContent = player.playing ? "Pause" : "Play";
    last = left.weeks.length ? left.weeks : last;
  }

  function ended() {
    find("progress").textContent = "Both worlds have come to their end. The figures beside one another are now those of all weeks from week 0.";
    find("to-compare").disabled = false;
    find("play").textContent = "Play";
  }

  // the runs for where levers stand; what was running is dropped
  async function start() {
    if (cancel) cancel();
    cancel = null;
    const mine = (asked += 1);
    player.clear();
    shown();
    find("progress").textContent = "The worlds are being run.";
    try {
      await Source.run(stops, off, Number(find("luck").value), (message) => {
        if (mine !== asked) return;
        if (message.waiting) find("progress").textContent = message.waiting === "loads" ? "The model is being loaded. The first time on a machine this takes minutes." : "Others are being served; this run waits.";
        else if (message.running && message.side === 1) find("progress").textContent = `The worlds before the policy: week ${message.running} of ${message.of} is simulated.`;
        else if (message.weeks && message.side === 1) find("progress").textContent = `Simulated up to week ${message.weeks[message.weeks.length - 1]}.`;
        player.hear(message);
      }, (stop) => { cancel = stop; });
    } catch (error) {
      if (mine === asked && error.message) find("progress").textContent = error.message;
    }
  }

  const running = () => player.sides.some((side) => side.weeks.length || side.total);

  find("play").addEventListener("click", () => {
    if (player.playing) { player.pause(); return; }
    if (player.over) player.rewind();
    const fresh = !running() && !find("progress").dataset.begun;
    find("progress").dataset.begun = "yes";
    if (fresh) start();
    player.play();
    find("play").textContent = "Pause";
  });
  const begun = (then) => () => {
    if (!find("progress").dataset.begun) { find("progress").dataset.begun = "yes"; start(); }
    then();
  };
  find("step").addEventListener("click", begun(() => player.step()));
  find("jump").addEventListener("click", begun(() => player.jump()));
  find("reset").addEventListener("click", () => {
    stops = [...known.first];
    ghost = previous = null;
    find("replay").disabled = true;
    find("luck").value = "1";
    off = "";
    if (find("off")) find("off").value = "";
    placed();
    changed(false);
  });
  find("speed").addEventListener("change", () => { player.speed = Number(find("speed").value); });
  find("luck").addEventListener("change", () => { ghost = null; changed(false); });
  if (find("off")) find("off").addEventListener("change", () => {
    off = find("off").value;
    placed();
    changed(true);
  });
  find("replay").addEventListener("click", () => {
    player.rewind();
    player.play();
    find("play").textContent = "Pause";
  });

  function placed() {
    stops.forEach((at, place) => {
      const slider = find(`lever-${place}`), words = known.levers[place].stops[at].words;
      slider.value = String(at);
      slider.setAttribute("aria-valuetext", words);
      slider.nextElementSibling.textContent = words;
    });
    if (known.budget) find("spent").textContent = `Steps that are spent: ${stops.reduce((sum, at) => sum + at, 0)} of ${known.budget}.`;
    const state = new URLSearchParams({ levers: stops.join(","), ...(off ? { off } : {}) });
    history.replaceState(null, "", `#${state}`);
    along("command");
  }

  // levers or luck are other ones: the course before stays as a dotted line, and the new one is run to its end
  function changed(keeps) {
    if (keeps && player.complete) {
      previous = { ...player.sides[1].course };
      ghost = previous;
      find("replay").disabled = false;
    }
    find("progress").dataset.begun = "yes";
    start();
    if (keeps) player.play();
    shown();
  }

  let waiting = null;
  known.levers.forEach((_, place) => {
    find(`lever-${place}`).addEventListener("input", (event) => {
      const others = stops.reduce((sum, at, other) => sum + (other === place ? 0 : at), 0), asks = Number(event.target.value);
      stops[place] = known.budget ? Math.min(asks, known.budget - others) : asks;
      placed();
      if (stops[place] < asks) find("spent").textContent = `All ${known.budget} steps are spent. Move another lever back first.`;
      clearTimeout(waiting); // a slider that is still being moved asks for nothing
      waiting = setTimeout(() => changed(true), 100);
    });
  });

  // --- take it along ------------------------------------------------------------------------------------------------

  function along(kind) {
    const text = { command: () => Words.command(stops, off), python: () => Words.python(stops, off), link: () => location.href }[kind]();
    find("along").value = text;
    return text;
  }
  document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", async () => {
    const text = along(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text);
      find("copied").textContent = "Copied.";
    } catch {
      find("along").focus();
      find("along").select();
      find("copied").textContent = "It is marked below; copy it from there.";
    }
  }));

  // --- 3. expected and found ----------------------------------------------------------------------------------------

  const signed = (one) => (one.direction === "same" ? 0 : (one.direction === "fewer" ? -1 : 1) * one.size);

  find("to-compare").addEventListener("click", async () => {
    open("compare");
    const told = find("band-progress");
    let classes = [], score = null;
    try { classes = await Source.classes(known.first); } catch { /* the own line is enough */ }
    const draw = () => find("reveal").replaceChildren(
      html("p", { class: "small" }, `Upright line: you. Bars: the class. Thick line: the 95 % interval of the mean over ${known.seeds} repetitions with different luck, a dot for each, all in per cent of the mean without the policy. A mean change below ${known.little} per cent counts as about the same. The interval holds chance, and no doubt about the model.`),
      ...known.outcomes.map((name, place) => Charts.reveal(known.metrics[name], signed(predictions[place]), classes.map((one) => ({ value: signed(one[place]) })), band && band[name])),
    );
    draw();
    try {
      await Source.band(known.first, "", (message) => {
        if (message.of) told.textContent = `The model repeats both worlds with other luck: ${message.running} of ${message.of} runs.`;
        else if (message.done) { band = message.done; score = message.score; }
      });
      told.textContent = `The model has repeated both worlds ${known.seeds} times.`;
      draw();
      find("verdicts").replaceChildren(...verdicts().map((words) => html("li", {}, words)));
      find("score").textContent = score === null || score === undefined ? "" : `Your score is ${score}: nought is the best, 0.67 is guessing, 2 the worst.`;
    } catch (error) { told.textContent = error.message; }
  });

  function verdicts() {
    const words = { more: "more", same: `about the same, or not told from zero`, fewer: "fewer or less" };
    return known.outcomes.map((name, place) => {
      const right = predictions[place].direction === band[name].direction;
      return `${known.metrics[name].title}: the model says ${words[band[name].direction]}; you were ${right ? "right" : "not right"} about the direction.`;
    });
  }

  // --- 4. why -------------------------------------------------------------------------------------------------------

  find("to-explain").addEventListener("click", () => open("explain"));
  find("mechanisms").addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = chosen(find("mechanisms"), "mechanism"), fault = find("explain-fault");
    if (value === undefined) {
      fault.textContent = "Choose one of them.";
      find("mechanisms").querySelector("input").focus();
      return;
    }
    fault.textContent = "";
    try { await Source.answer({ part: "explain", choice: Number(value) }); } catch (error) { fault.textContent = error.message; return; }
    const mine = known.mechanisms[Number(value)], others = known.mechanisms.filter((one) => one !== mine);
    find("reply").replaceChildren(html("p", {}, html("strong", {}, mine.holds ? "The model agrees. " : "The model says otherwise. "), mine.reply),
      html("h3", {}, "And the others"), ...others.map((one) => html("p", {}, html("strong", {}, `${one.words} `), one.reply)));
    find("replies").hidden = false;
    if (find("off-label")) find("off-label").hidden = false;
    find("reply").focus();
  });

  document.querySelectorAll("[data-switch]").forEach((button) => button.addEventListener("click", async () => {
    const told = find("switch-progress"), name = button.dataset.switch;
    let other = null;
    try {
      await Source.band(known.first, name, (message) => {
        if (message.of) told.textContent = `Both worlds without the mechanism: ${message.running} of ${message.of} runs.`;
        else if (message.done) other = message.done;
      });
      if (!band) await Source.band(known.first, "", (message) => { if (message.done) band = message.done; });
      told.textContent = `Switched off: ${known.mechanisms.find((one) => one.switch === name).words} (${name})`;
      const cell = (one) => (one.mean === null ? "–" : `${percent(one.mean)}${one.low === null ? "" : ` (${percent(one.low)} to ${percent(one.high)})`}`);
      find("switched").replaceChildren(Charts.table("Change with the policy, mean and its 95 % interval", ["Outcome", "As it is", "Without the mechanism"],
        known.outcomes.map((metric) => [known.metrics[metric].title, cell(band[metric]), cell(other[metric])])));
    } catch (error) { told.textContent = error.message; }
  }));

  // --- 5. records and lives -----------------------------------------------------------------------------------------

  if (find("to-records")) find("to-records").addEventListener("click", () => {
    open("records");
    const change = (name) => (band ? percent(band[name].mean) : "–");
    find("beside").replaceChildren(Charts.table("Mean change with the policy", ["What is counted", "Counted", "What happens", "In truth", "What to make of it"],
      known.records.map((one) => [known.metrics[one.record].title, change(one.record), html("span", {}, known.metrics[one.truth].title), change(one.truth), html("span", {}, one.says)])));
    const counted = [...new Set(known.records.map((one) => one.record))], report = (name, side) => (band && band[name].reports ? percent(band[name].reports[side]) : "–");
    find("report").replaceChildren(Charts.table("From the half year before week 0 to the years after it, in the mean over all repetitions", ["What is counted", "Where the policy was, as a report has it", "Where there was none", "What the policy did"],
      counted.map((name) => [known.metrics[name].title, report(name, 1), report(name, 0), change(name)])));
  });
  find("tell").addEventListener("click", async () => {
    const told = find("lives-progress");
    told.textContent = "Two lives are being told; this takes some seconds.";
    find("tell").disabled = true;
    try {
      find("lives").innerHTML = await Source.lives(known.first, 1); // made and escaped by sim.face.diary
      find("lives").hidden = false;
      told.textContent = "";
    } catch (error) { told.textContent = error.message; }
    find("tell").disabled = false;
  });

  // --- 6. worlds that fit -------------------------------------------------------------------------------------------

  if (find("to-worlds")) find("to-worlds").addEventListener("click", () => {
    find("spreads").replaceChildren(Worlds.key(), ...known.worlds.map((one) => Worlds.drawn(known.metrics[one.metric].title, one, known.little)));
    open("worlds-that-fit");
  });

  // --- 7. looking back ----------------------------------------------------------------------------------------------

  find("to-after").addEventListener("click", () => open("after"));
  find("again").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = find("again"), fault = find("again-fault"), held = statementsOf(form, "after");
    if (missing(held, fault, form, "[data-statement]")) return;
    try { await Source.answer({ part: "after", statements: held }); } catch (error) { fault.textContent = error.message; return; }
    const score = (given) => given.reduce((sum, one, place) => {
      const chance = known.sure[one.sure][1];
      return sum + ((one.true ? chance : 1 - chance) - (known.statements[place].true ? 1 : 0)) ** 2;
    }, 0) / given.length;
    const two = [before, held].map((one) => score(one).toFixed(2));
    find("scores").textContent = `Your score before was ${two[0]} and is ${two[1]} now: nought is certain and right every time, 0.25 is guessing.`;
    form.querySelectorAll("[data-statement]").forEach((field, place) => {
      const reply = field.querySelector(".reply"), one = known.statements[place];
      reply.textContent = `${one.true ? "True" : "Not true"} in the model. ${one.why}`;
      reply.hidden = false;
    });
    find("debrief").hidden = false;
  });

  // --- as a link says, and as it was left ---------------------------------------------------------------------------

  const state = new URLSearchParams(location.hash.slice(1)), given = (state.get("levers") || "none").split(",").map(Number);
  if (given.length === stops.length && given.every((at, place) => Number.isInteger(at) && at >= 0 && at < known.levers[place].stops.length) && (!known.budget || given.reduce((sum, at) => sum + at, 0) <= known.budget)) stops = given;
  placed();
  shown();
  if (find("anew")) find("anew").addEventListener("click", Source.anew);
  const said = embedded ? null : Source.said();
  if (said) committed(said.predictions, said.statements);
})();
