"use strict";
// Where a page gets its runs from: a classroom that is open, or what the page brings along.
const Source = (() => {
  const known = JSON.parse(document.getElementById("about").textContent);
  const brought = document.getElementById("embedded");
  const embedded = brought ? JSON.parse(brought.textContent) : null;
  const here = location.pathname.replace(/\/$/, "");
  let pupil = null;

  // what the tab remembers, so that a reload is no other pupil; without it, a reload begins anew
  function remember(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(`labyrinth ${key}`);
      else sessionStorage.setItem(`labyrinth ${key}`, value);
    } catch { /* nothing is remembered */ }
  }

  function remembered(key) {
    try { return sessionStorage.getItem(`labyrinth ${key}`); } catch { return null; }
  }

  function mark() {
    pupil = pupil || remembered("pupil");
    if (!pupil) {
      pupil = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      remember("pupil", pupil);
    }
    return pupil;
  }

  // what this pupil has said of this lesson before, if the tab remembers it
  const said = () => JSON.parse(embedded ? "null" : remembered(`${here} ${mark()}`));
  const say = (what) => { if (!embedded) remember(`${here} ${mark()}`, JSON.stringify(what)); };

  function anew() {
    remember("pupil", null);
    pupil = null;
    location.reload();
  }

  const query = (stops, off, luck) => new URLSearchParams({ pupil: mark(), levers: stops.join(","), off, luck: String(luck) });

  // server-sent events: ``heard`` gets each message; the promise ends with the last, or fails with words
  function stream(address, heard, started) {
    return new Promise((done, failed) => {
      const events = new EventSource(address);
      if (started) started(() => { events.close(); failed(new Error("")); });
      events.onmessage = (event) => {
        const message = JSON.parse(event.data);
        heard(message);
        if (message.fault) { events.close(); failed(new Error(message.fault)); }
      };
      events.addEventListener("end", () => { events.close(); done(); });
      events.onerror = () => { events.close(); failed(new Error("The classroom does not answer. Try again; if it stays so, take the newest link.")); };
    });
  }

  const live = {
    run: (stops, off, luck, heard, started) => stream(`${here}/run?${query(stops, off, luck)}`, heard, started),
    band: (stops, off, heard) => stream(`${here}/band?${query(stops, off, 1)}`, heard),
    async answer(what) {
      const reply = await fetch(`${here}/answer`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ pupil: mark(), ...what }),
      });
      if (!reply.ok) throw new Error(await reply.text());
      return reply.json();
    },
    classes: async (stops) => (await fetch(`${here}/class?${query(stops, "", 1)}`)).json(),
    async lives(stops, luck) {
      const reply = await fetch(`${here}/lives?${query(stops, "", luck)}`);
      if (!reply.ok) throw new Error(await reply.text());
      const found = await reply.json();
      if (found.fault) throw new Error(found.fault);
      return found.html;
    },
  };

  const NOT_HERE = "This page brings runs with one lever moved at a time. The classroom (labyrinth teach) runs every combination.";
  const later = (work) => new Promise((done, failed) => setTimeout(() => { try { done(work()); } catch (error) { failed(error); } }, 0));
  const still = {
    run: (stops, off, luck, heard) => later(() => {
      [Words.without(off), Words.withLevers(stops, off)].forEach((words, side) => {
        const messages = embedded.runs[words.join(" ")];
        if (!messages) throw new Error(NOT_HERE);
        messages.forEach((message) => heard({ side, ...message }));
      });
    }),
    band: (stops, off, heard) => later(() => {
      if (stops.join() !== known.first.join()) throw new Error(NOT_HERE);
      heard({ done: embedded.bands[off], score: null });
    }),
    answer: () => later(() => ({ kept: false })),
    classes: () => later(() => []),
    lives: () => later(() => embedded.lives),
  };

  // the words of the worlds, as the command takes them
  const Words = {
    without: (off) => [...known.world, ...(off ? [off] : [])],
    doses(stops) {
      const found = known.levers.map((lever, place) => [lever.policy, lever.stops[stops[place]].dose]);
      return found.filter(([, dose]) => dose !== 0);
    },
    withLevers(stops, off) {
      const doses = Words.doses(stops), names = doses.map(([name]) => name);
      if (!names.length) return Words.without(off);
      const own = doses.filter(([, dose]) => dose !== 1).map(([name, dose]) => `policy.${name}.dose=${dose}`);
      own.push(...Words.moves(names));
      return [...Words.without(off), names.length > 1 ? `policy=[${names.join(",")}]` : `policy=${names[0]}`, ...own];
    },
    // what policies move in this lesson in place of what their files say
    moves: (names) => known.levers.filter((lever) => lever.moves && names.includes(lever.policy)).map((lever) => `policy.${lever.policy}.levers=${lever.moves}`),
    command(stops, off) {
      const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\"'\"'")}'`);
      const arm = Words.doses(stops).map(([name, dose]) => (dose === 1 ? name : `${name}@${dose}`)).join("+");
      const words = arm ? ["labyrinth", "compare", arm, ...Words.without(off), ...Words.moves(Words.doses(stops).map(([name]) => name)), "seed=1", `seeds=${known.seeds}`] : ["labyrinth", "run", ...Words.without(off), "seed=1"];
      return words.map(quoted).join(" ");
    },
    python(stops, off) {
      const list = (words) => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
      return `import sim\n\nwithout = sim.Model(${list(Words.without(off))}, seed=1).run()\nwith_it = sim.Model(${list(Words.withLevers(stops, off))}, seed=1).run()\n` +
        `names = ${list(known.outcomes)}\nprint(with_it.summary[names] / without.summary[names] - 1)\n`;
    },
  };

  return { known, embedded, Words, anew, said, say, ...(embedded ? still : live) };
})();
