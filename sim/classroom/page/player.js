"use strict";
// The clock of both worlds: what has come is shown week by week, at a speed that can be chosen.
class Player {
  // ``shown`` is called whenever there is something else to see; ``ended`` when both worlds have been shown to the end
  constructor(metrics, shown, ended) {
    this.metrics = metrics;
    this.shown = shown;
    this.ended = ended;
    this.speed = 12;
    this.clear();
  }

  clear() {
    clearTimeout(this.timer);
    this.timer = null;
    this.sides = [0, 1].map(() => ({ weeks: [], course: Object.fromEntries(this.metrics.map((name) => [name, []])), total: null }));
    this.at = 0;
    this.playing = false;
    this.toEnd = false;
    this.owed = false;
    this.over = false;
  }

  // one message of a run: see sim.classroom.running
  hear(message) {
    const side = this.sides[message.side];
    if (!side) return;
    if (message.weeks) {
      side.weeks.push(...message.weeks);
      for (const name of this.metrics) side.course[name].push(...message.course[name]);
    } else if (message.done) side.total = message.done;
    if (this.toEnd) this.at = this.there;
    if (this.owed && this.at < this.there) {
      this.owed = false;
      this.at += 1;
      this.shown();
    }
    if (this.playing && this.timer === null) this.tick();
    else if (this.toEnd) this.show();
  }

  // points that both worlds have
  get there() { return Math.min(...this.sides.map((side) => side.weeks.length)); }

  get complete() { return this.sides.every((side) => side.total); }

  show() {
    if (this.complete && this.at >= this.there && !this.over) {
      this.over = true;
      this.playing = false;
      this.toEnd = false;
      this.shown();
      this.ended();
      return;
    }
    this.shown();
  }

  play() {
    this.playing = true;
    this.tick();
  }

  pause() {
    this.playing = false;
    this.toEnd = false;
    clearTimeout(this.timer);
    this.timer = null;
    this.shown();
  }

  tick() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.playing) return;
    if (this.at < this.there) {
      this.at += 1;
      this.show();
    } else if (this.complete) {
      this.show();
      return;
    } else {
      this.shown();
      return; // the next message goes on
    }
    if (this.playing) this.timer = setTimeout(() => this.tick(), 1000 / this.speed);
  }

  step() {
    this.pause();
    this.owed = this.at >= this.there && !this.complete; // the week is shown once it has come
    this.at = Math.min(this.at + 1, this.there);
    this.show();
  }

  jump() {
    this.playing = false;
    clearTimeout(this.timer);
    this.timer = null;
    this.toEnd = true;
    this.at = this.there;
    this.show();
  }

  rewind() {
    clearTimeout(this.timer);
    this.timer = null;
    this.playing = false;
    this.toEnd = false;
    this.over = false;
    this.at = 0;
    this.shown();
  }
}
