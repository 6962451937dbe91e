// The pop-ups. Those of less weight go by themselves, but never while the
// pointer or the focus is on one; critical ones stay until they are closed.
// Escape closes the newest. In a wide window they stack beside the inbox and the
// forms; in a narrow one there is one at a time, over the line at the top.

import { makeCard } from './card.js';
import { element } from './elements.js';

const LIFETIMES = { info: 6_000, success: 6_000, warning: 12_000, critical: Infinity };
const MOST = 4;
const MOST_IF_NARROW = 1;
const narrow = matchMedia('(max-width: 1099px)'); // as in notifications.css

export class Popups {
  #region;
  #onClose;
  #onShow;
  #shown = []; // newest last: {item, card, timer, left, since}

  // `onClose(item)` hears that the user closed one, `onShow(item)` that the user
  // wants to see it in the inbox.
  constructor(region, { onClose, onShow }) {
    this.#region = region;
    this.#onClose = onClose;
    this.#onShow = onShow;
    document.addEventListener('keydown', (event) => this.#key(event));
    narrow.addEventListener('change', () => this.#makeRoom());
    for (const type of ['pointerenter', 'focusin']) region.addEventListener(type, () => this.#pause());
    for (const type of ['pointerleave', 'focusout']) region.addEventListener(type, () => this.#resume());
  }

  show(item) {
    const card = makeCard('li', item);
    const open = element('button', { type: 'button', class: 'open quiet' }, 'Show in the inbox');
    card.append(open);
    const popup = this.#add(item, card, LIFETIMES[item.level]);
    open.addEventListener('click', () => {
      this.#remove(popup);
      this.#onShow(item);
    });
  }

  // A line that is in no inbox. `parts`: texts and nodes.
  say(parts) {
    const card = element('li', { class: 'card line', 'data-level': 'info' }, element('p', { class: 'text' }, ...parts));
    this.#add(null, card, LIFETIMES.info);
  }

  // Takes away those of these items, without a word.
  drop(items) {
    for (const popup of [...this.#shown]) if (items.includes(popup.item)) this.#remove(popup);
  }

  get isEmpty() {
    return this.#shown.length === 0;
  }

  // Takes away those that were read elsewhere.
  dropRead() {
    this.drop(this.#shown.map(({ item }) => item).filter((item) => item && !item.isUnread));
  }

  #add(item, card, lifetime) {
    const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close this notification' }, '\u00d7');
    card.append(close);
    const popup = { item, card, timer: null, left: lifetime, since: 0 };
    close.addEventListener('click', () => this.#close(popup));
    this.#shown.push(popup);
    this.#region.append(card);
    this.#makeRoom();
    if (!this.#isHeld()) this.#run(popup);
    return popup;
  }

  // More than a few are a wall: the oldest that may go goes, it is in the inbox.
  // Where there is room for one, a critical one does not go for another that is
  // none.
  #makeRoom() {
    while (this.#shown.length > (narrow.matches ? MOST_IF_NARROW : MOST)) {
      const mayGo = ({ item }) => item?.level !== 'critical';
      this.#remove(this.#shown.find(mayGo) ?? this.#shown[0]);
    }
  }

  #run(popup) {
    if (popup.left === Infinity || popup.timer !== null || !this.#shown.includes(popup)) return;
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
    if (popup.item) this.#onClose(popup.item);
  }

  #remove(popup) {
    clearTimeout(popup.timer);
    this.#shown = this.#shown.filter((other) => other !== popup);
    popup.card.remove();
    this.#resume();
  }
}
