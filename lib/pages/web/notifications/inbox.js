// What the page knows of its notifications: each once, newest first, bounded,
// read or unread, and from which id on to ask again after a lost connection.
// No DOM in here.

const LEVELS = new Set(['info', 'success', 'warning', 'critical']);

// Only links that lead to a web page: never `javascript:` and the like, and
// not `//host`, which looks like a path and is none.
export function safeLink(link) {
  if (typeof link !== 'string') return null;
  return /^https?:\/\/[^\s]/i.test(link) || /^\/(?![/\\])/.test(link) ? link : null;
}

const textOr = (value, fallback) => (typeof value === 'string' ? value : fallback);

// A message of type `notification` as the page uses it, or null.
export function readNotification(message) {
  if (!Number.isSafeInteger(message.id) || typeof message.message !== 'string') return null;
  return {
    id: message.id,
    message: message.message,
    title: textOr(message.title, ''),
    from: textOr(message.from, ''),
    isPersonal: message.scope === 'personal',
    level: LEVELS.has(message.level) ? message.level : 'info',
    link: safeLink(message.link),
    time: Number.isFinite(message.time) ? message.time : null,
  };
}

export class Inbox {
  #limit;
  #history;
  #remembered;
  #epoch = null;
  #era = 0; // counts the epochs seen: older ones sort behind
  #watermark = 0; // everything up to this id has come
  #quietUpTo = 0; // history of before this page: not unread, no pop-up
  #readUpTo = 0;
  #seen = new Set();
  #isResuming = false;
  items = []; // newest first

  // Keeps `limit` notifications and asks for up to `history` from before.
  // `remembered` is what remember() gave on an earlier load of this tab.
  constructor({ limit = 200, history = 50, remembered = null } = {}) {
    this.#limit = limit;
    this.#history = history;
    this.#remembered = remembered;
  }

  // On `id`. Returns the `resume` to send.
  connected({ epoch, lastId }) {
    const last = Number.isSafeInteger(lastId) ? lastId : 0;
    if (this.#epoch === null) this.#startQuietly(epoch, last);
    // With the epoch that we know, so that the server can tell what we lack.
    const resume = { type: 'resume', epoch: this.#epoch ?? epoch, after: this.#watermark };
    if (this.#epoch !== null && this.#epoch !== epoch) this.#startAnew();
    this.#epoch = epoch;
    this.#isResuming = true;
    return resume;
  }

  // Asks again for all that may have come; also a sign of life of the server.
  resumeRequest() {
    return { type: 'resume', epoch: this.#epoch, after: this.#watermark };
  }

  #startQuietly(epoch, last) {
    const isKnown = this.#remembered?.epoch === epoch;
    this.#watermark = Math.max(0, last - this.#history);
    this.#quietUpTo = last;
    this.#readUpTo = isKnown ? this.#remembered.readUpTo : last;
  }

  // Another server, or the same started anew: its ids count from the beginning.
  #startAnew() {
    this.#era += 1;
    this.#seen.clear();
    this.#watermark = this.#quietUpTo = this.#readUpTo = 0;
  }

  // On `resumed`. Unless there is more to ask for, nothing is on its way then.
  resumed(lastId, hasMore = false) {
    this.#isResuming = hasMore;
    if (Number.isSafeInteger(lastId)) this.#watermark = Math.max(this.#watermark, lastId);
  }

  // Returns the item, or null if it was there already or is malformed.
  // `item.isQuiet`: from before this page, so it should not pop up.
  add(message) {
    const item = readNotification(message);
    if (!item || this.#seen.has(item.id)) return null;
    this.#seen.add(item.id);
    // Between `id` and `resumed` a newer one may come before an older one.
    if (!this.#isResuming) this.#watermark = Math.max(this.#watermark, item.id);
    item.era = this.#era;
    item.isQuiet = item.id <= this.#quietUpTo;
    item.isUnread = item.id > this.#readUpTo;
    this.#insert(item);
    return item;
  }

  #insert(item) {
    const isNewer = (other) => other.era > item.era || (other.era === item.era && other.id > item.id);
    let place = 0;
    while (place < this.items.length && isNewer(this.items[place])) place += 1;
    this.items.splice(place, 0, item);
    if (this.items.length > this.#limit) this.items.length = this.#limit;
    if (this.#seen.size > 8 * this.#limit) this.#forgetOld();
  }

  // What is below the watermark will not be sent again.
  #forgetOld() {
    for (const id of this.#seen) if (id < this.#watermark - this.#limit) this.#seen.delete(id);
  }

  get unread() {
    return this.items.reduce((count, item) => count + (item.isUnread ? 1 : 0), 0);
  }

  markAllRead() {
    for (const item of this.items) {
      item.isUnread = false;
      if (item.era === this.#era) this.#readUpTo = Math.max(this.#readUpTo, item.id);
    }
  }

  markRead(item) {
    item.isUnread = false;
  }

  // Plain data to keep over a reload of the tab.
  remember() {
    return { epoch: this.#epoch, readUpTo: this.#readUpTo };
  }
}
