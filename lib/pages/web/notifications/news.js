// What to do about those that have just come: show them in pop-ups, tell how many
// they are, let the browser or a sound say it. What one sees in the inbox anyway
// does not pop up.

import { spoken } from './card.js';

const MOST_AT_ONCE = 3; // beyond, one line tells how many came

export class News {
  #panel;
  #popups;
  #alerts;
  #announcer;
  #alarm;
  #waiting = [];
  #isHeld = false;

  constructor({ panel, popups, alerts, announcer, alarm }) {
    this.#panel = panel;
    this.#popups = popups;
    this.#alerts = alerts;
    this.#announcer = announcer;
    this.#alarm = alarm;
  }

  // Until release(), those that come are collected: one asks for what was missed.
  hold() {
    this.#isHeld = true;
  }

  release() {
    this.#isHeld = false;
    if (this.#waiting.length > 0) this.#flushSoon();
  }

  get isHeld() {
    return this.#isHeld;
  }

  tell(item) {
    if (!item.isNews || item.isLow) return;
    this.#waiting.push(item);
    if (!this.#isHeld) this.#flushSoon();
  }

  #flushSoon() {
    // A hidden page is not painted: the browser says it now, the pop-ups wait
    // until one looks.
    this.#alerts.tell(this.#waiting.filter((item) => !item.isTold));
    for (const item of this.#waiting) item.isTold = true;
    this.#panel.refresh(() => this.#flush());
  }

  #flush() {
    if (this.#isHeld) return;
    const items = this.#waiting.splice(0).filter((item) => item.isUnread);
    const isMany = items.length > MOST_AT_ONCE;
    // Only what can't wait pops up then; of the rest, the number is enough.
    const told = isMany ? items.filter(({ level }) => level === 'critical') : items;
    if (isMany) this.#announcer.say(`${items.length} notifications came${items.some(({ isMissed }) => isMissed) ? ' while you were away' : ''}.`);
    for (const item of told) {
      if (!this.#panel.isOnScreen(item)) this.#popups.show(item);
      (item.level === 'critical' ? this.#alarm : this.#announcer).say(spoken(item));
    }
  }
}
