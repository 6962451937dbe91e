// The panel: all notifications, newest first, and how many are unread. They
// count as read once the panel is looked at for a moment, by pointer or focus,
// or by the button.

import { makeCard } from './card.js';
import { setText } from './elements.js';

const LOOK = 1_000; // passing over the panel is not looking at it

export class Panel {
  #root;
  #inbox;
  #onRead;
  #list;
  #cards = new Map(); // item to its element
  #timer = null;
  #title = document.title;
  #isLookedAt = false;

  // `onRead()` hears that what was unread no longer is.
  constructor(root, inbox, onRead) {
    this.#root = root;
    this.#inbox = inbox;
    this.#onRead = onRead;
    this.#list = root.querySelector('[data-part="list"]');
    this.#part('read').addEventListener('click', () => this.#markRead());
    for (const type of ['pointerenter', 'focusin']) root.addEventListener(type, () => this.#look());
    for (const type of ['pointerleave', 'focusout']) root.addEventListener(type, () => this.#lookAway());
    this.refresh();
  }

  // Draws what the inbox holds, card by card: those that stay are not touched.
  refresh() {
    const kept = new Set(this.#inbox.items);
    for (const [item, card] of this.#cards) {
      if (kept.has(item)) continue;
      card.remove();
      this.#cards.delete(item);
    }
    let next = this.#list.firstElementChild;
    for (const item of this.#inbox.items) {
      const card = this.#cardOf(item);
      if (card === next) next = next.nextElementSibling;
      else this.#list.insertBefore(card, next);
      card.toggleAttribute('data-unread', item.isUnread);
    }
    this.#showCount();
    if (this.#isLookedAt) this.#look();
  }

  #cardOf(item) {
    if (!this.#cards.has(item)) this.#cards.set(item, makeCard('li', item));
    return this.#cards.get(item);
  }

  #showCount() {
    const { unread } = this.#inbox;
    setText(this.#part('unread'), unread > 0 ? `${unread} unread` : '');
    this.#part('read').disabled = unread === 0;
    this.#part('empty').hidden = this.#inbox.items.length > 0;
    const title = unread > 0 ? `(${unread}) ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }

  #look() {
    this.#isLookedAt = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (document.visibilityState === 'visible') this.#markRead();
    }, LOOK);
  }

  #lookAway() {
    this.#isLookedAt = this.#root.matches(':hover') || this.#root.contains(document.activeElement);
    if (this.#isLookedAt) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #markRead() {
    if (this.#inbox.unread === 0) return;
    this.#inbox.markAllRead();
    for (const card of this.#cards.values()) card.removeAttribute('data-unread');
    this.#showCount();
    this.#onRead();
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }
}
