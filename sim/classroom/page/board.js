"use strict";
// What a class answers, drawn anew whenever there is something new.
(() => {
  const known = JSON.parse(document.getElementById("about").textContent), { html, bars, table, percent } = Charts;
  const find = (id) => document.getElementById(id), EVERY = 2000;
  const WAYS = [["fewer", "fewer, or less"], ["same", "about the same"], ["more", "more"]];
  let last = "";

  function outcome(title, one) {
    const sizes = one.sizes.length ? one.sizes.map(percent).join(", ") : "none yet";
    const sure = one.sure === null ? "" : ` Mean sureness ${Math.round(100 * one.sure)} of 100; a third of it is guessing.`;
    return html("figure", {}, html("h3", {}, title), bars(title, WAYS.map(([key, words]) => [words, one.directions[key]])),
      html("figcaption", {}, `Changes that they expect: ${sizes}.${sure}`));
  }

  function draw(now) {
    const { before, explain, after } = now.pupils;
    find("pupils").textContent = `${before} ${before === 1 ? "has" : "have"} said what they expect, ${explain} ${explain === 1 ? "has" : "have"} chosen an explanation, ${after} ${after === 1 ? "has" : "have"} looked back.`;
    find("outcomes").replaceChildren(...now.outcomes.map((one, place) => outcome(known.outcomes[place], one)));
    const of = (one) => (one.of ? `${one.true} of ${one.of}` : "–");
    find("statements").replaceChildren(table("How many hold it to be true", ["Sentence", "Before", "After"],
      now.statements.map((one, place) => [known.statements[place], of(one.before), of(one.after)])));
    find("explanations").replaceChildren(table("How many chose it", ["Explanation", "How many"],
      now.explanations.map((count, place) => [known.mechanisms[place], count])));
    find("scores").textContent = now.scores.before === null ? "" : `Mean score of sentences, over those who gave both: ${now.scores.before} before, ${now.scores.after} after. Nought is certain and right every time, 0.25 is guessing.`;
  }

  async function look() {
    try {
      const reply = await fetch(`${location.pathname.replace(/\/$/, "")}/now`);
      if (!reply.ok) throw new Error(await reply.text());
      const text = await reply.text();
      if (text !== last) draw(JSON.parse(text)); // what has not changed is not read out again
      last = text;
      find("fault").textContent = "";
    } catch (error) { find("fault").textContent = error instanceof TypeError ? "The classroom does not answer." : error.message; }
    setTimeout(look, EVERY);
  }
  look();
})();
