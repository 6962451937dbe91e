// The pop-ups. Those of less weight go by themselves, but never while the
// pointer or the focus is on one; critical ones stay until they are closed.
// Escape closes the newest.

import { makeCard } from './card.js';
import { element } from './elements.js';

const LIFETIMES = { info: 6_000, success: 6_000, warning: 12_000, critical: Infinity };
const MOST = 4;
const MOST_ON_A_PHONE = 2;
const phone = matchMedia('(max-width: 480px)');

export class Popups {
  #region;
  #onClose;
  #shown = []; // newest last: {item, card, timer, left, since}

  // `onClose(item)` hears that the user closed one.
  constructor(region, onClose) {
    this.#region = region;
    this.#onClose = onClose;
    document.addEventListener('keydown', (event) => this.#key(event));
    for (const type of ['pointerenter', 'focusin']) region.addEventListener(type, () => this.#pause());
    for (const type of ['pointerleave', 'focusout']) region.addEventListener(type, () => this.#resume());
  }

  show(item) {
    const card = makeCard('li', item);
    const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close this notification' }, '\u00d7');
    card.append(close);
    const popup = { item, card, timer: null, left: LIFETIMES[item.level], since: 0 };
    close.addEventListener('click', () => this.#close(popup));
    this.#shown.push(popup);
    this.#region.append(card);
    this.#makeRoom();
    if (!this.#isHeld()) this.#run(popup);
  }

  // More than a few are a wall: the oldest that may go goes, it is in the panel.
  #makeRoom() {
    if (this.#shown.length <= (phone.matches ? MOST_ON_A_PHONE : MOST)) return;
    const newest = this.#shown.at(-1);
    const mayGo = (popup) => popup !== newest && popup.item.level !== 'critical';
    this.#remove(this.#shown.find(mayGo) ?? this.#shown[0]);
  }

  #run(popup) {
    if (popup.left === Infinity || popup.timer !== null) return;
    popup.since = Date.now();
    popup.timer = setTimeout(() => this.#remove(popup), popup.left);
  }

  #pause() {
    for (const popup of this.#shown) {
      if (popup.timer === null) continue;
      clearTimeout(popup.timer);
      popup.timer = null;
      popup.left = Math.max(1_000, popup.left - (Date.now() - popup.since));
    }
  }

  #isHeld() {
    return this.#region.matches(':hover') || this.#region.contains(document.activeElement);
  }

  #resume() {
    // In `focusout` the focus is still on its way to where it goes.
    setTimeout(() => {
      if (!this.#isHeld()) for (const popup of this.#shown) this.#run(popup);
    });
  }

  #key(event) {
    if (event.key !== 'Escape' || event.defaultPrevented || this.#shown.length === 0) return;
    const focused = this.#shown.find(({ card }) => card.contains(document.activeElement));
    this.#close(focused ?? this.#shown.at(-1));
  }

  #close(popup) {
    const hadFocus = popup.card.contains(document.activeElement);
    this.#remove(popup);
    if (hadFocus) this.#shown.at(-1)?.card.querySelector('.close').focus();
    this.#onClose(popup.item);
  }

  #remove(popup) {
    clearTimeout(popup.timer);
    this.#shown = this.#shown.filter((other) => other !== popup);
    popup.card.remove();
    this.#resume();
  }
}
