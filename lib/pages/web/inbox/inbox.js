// What the page knows of its notifications: each once, newest first, bounded,
// read or unread, and from which id on to ask again after a lost connection.
// What a user has read and deleted is the server's to say; for a guest the tab
// remembers it. No DOM in here.

import { readNotification } from './notification_text.js';
import { placeOf } from './order.js';
import { UnreadCounts } from './unread_counts.js';

const PAGE = 100; // notifications that are asked for at once
const NO_MEMORY = { load: () => null, save: () => {} };
const NOTHING = () => {};

const tagKey = (item) => JSON.stringify([item.from, item.isPersonal, item.group, item.tag]);

export class Inbox {
  #limit;
  #memory;
  #listener;
  #user = null; // null: a guest
  #epoch = null;
  #era = 0; // counts the epochs seen: older ones sort behind
  #watermark = 0; // everything up to this id has come
  #connectedAt = 0; // what is up to this id was sent before this connection
  #startedAt = 0; // what is up to this id was sent before this page
  #seenUpTo = null; // of that, an earlier page had this; null: not known
  #readUpTo = 0; // of a guest
  #known = new Map(); // id to item, of this era
  #tagged = new Map();
  #gone = new Set(); // ids that must not come back
  #counts = new UnreadCounts(); // of those that are here
  #unreadBehind = 0; // unread ones that are not here yet
  #countedUpTo = 0;
  #isResuming = false;
  #hasOlder = false;
  #isLoading = false;
  #isOlderPage = false;
  #isFirstPage = false; // it was asked for, and has not come
  items = []; // newest first

  // Keeps `limit` notifications. `memory.load(user)` answers what
  // `memory.save(user, data)` was given before, or null. `onAdd(item)` and
  // `onRemove(item)` hear of each that comes and goes, `onMark()` that some are
  // read now.
  constructor({ limit = 10_000, memory = NO_MEMORY, onAdd = NOTHING, onRemove = NOTHING, onMark = NOTHING } = {}) {
    this.#limit = limit;
    this.#memory = memory;
    this.#listener = { onAdd, onRemove, onMark };
  }

  get user() {
    return this.#user;
  }

  // There are older ones to ask for.
  get hasOlder() {
    return this.#hasOlder && this.items.length < this.#limit;
  }

  get unread() {
    return this.#counts.unread + this.#unreadBehind;
  }

  // {count, critical}: of the unread ones here, those that came while one was away.
  get missed() {
    return this.#counts.missed;
  }

  has(item) {
    return this.items[placeOf(this.items, item)] === item;
  }

  // On `id`, once it is known who this is (null: a guest). Returns the request
  // to send.
  connected({ epoch, lastId }, user = null) {
    const last = Number.isSafeInteger(lastId) ? lastId : 0;
    const isFirst = this.#epoch === null;
    const request = { type: 'resume', epoch: this.#epoch, after: this.#watermark };
    if (!isFirst && this.#epoch !== epoch) this.#startAnew();
    this.#epoch = epoch;
    this.#connectedAt = last;
    this.#isResuming = true;
    this.#isLoading = false;
    // With the epoch that we know, so that the server can tell what we lack.
    if (!isFirst && !this.#isFirstPage && this.#user === user) return request;
    return this.become(user);
  }

  // Somebody else uses this page now. Returns the request to send.
  become(user) {
    const isGuest = this.#user === null;
    // What came for a client id is in no inbox: it stays.
    for (const item of [...this.items].reverse()) if (!(isGuest && item.isPersonal)) this.#drop(item);
    this.#gone.clear();
    this.#user = user;
    this.#unreadBehind = 0;
    this.#hasOlder = false;
    this.#isResuming = true;
    this.#remember();
    return this.#pageRequest();
  }

  #remember() {
    const kept = this.#memory.load(this.#user);
    const isKnown = kept?.epoch === this.#epoch;
    this.#startedAt = this.#connectedAt;
    this.#seenUpTo = isKnown && Number.isSafeInteger(kept.seenUpTo) ? kept.seenUpTo : null;
    this.#readUpTo = isKnown && Number.isSafeInteger(kept.readUpTo) ? kept.readUpTo : this.#connectedAt;
    this.keep();
  }

  // Gives the memory what a later page needs.
  keep() {
    if (this.#epoch === null) return;
    const seenUpTo = Math.max(this.#seenUpTo ?? 0, this.#watermark, this.#newest);
    this.#memory.save(this.#user, { epoch: this.#epoch, seenUpTo, readUpTo: this.#readUpTo });
  }

  // The highest id here, or 0.
  get #newest() {
    const [first] = this.items;
    return first?.era === this.#era ? first.id : 0;
  }

  #pageRequest(before) {
    this.#isLoading = true;
    this.#isOlderPage = before !== undefined;
    if (!this.#isOlderPage) this.#isFirstPage = true;
    return { type: 'inbox', limit: PAGE, ...(before && { before }) };
  }

  // The request for the page behind the oldest, or null.
  olderRequest() {
    if (!this.hasOlder || this.#isLoading) return null;
    const oldest = this.items.findLast((item) => item.era === this.#era);
    return oldest ? this.#pageRequest(oldest.id) : null;
  }

  // The request to send again after an error.
  againRequest() {
    if (this.#isLoading) return null;
    return this.#isResuming && this.#isFirstPage ? this.#pageRequest() : this.resumeRequest();
  }

  // On `inbox`. Returns the items that are new.
  loaded(answer) {
    this.#isLoading = false;
    if (answer.type !== 'inbox') return [];
    this.#hasOlder = answer.more === true;
    const added = (Array.isArray(answer.data) ? answer.data : []).map((message) => this.add(message)).filter(Boolean);
    if (!this.#isOlderPage) {
      this.#isFirstPage = false;
      this.resumed(answer);
    } else if (this.#user !== null && Number.isSafeInteger(answer.unread)) {
      this.#count(answer.unread);
    }
    return added;
  }

  // Asks again for all that may have come; also a sign of life of the server.
  resumeRequest() {
    return { type: 'resume', epoch: this.#epoch, after: this.#watermark };
  }

  // Another server, or the same started anew: its ids count from the beginning.
  // What is here stays, and is this page's alone.
  #startAnew() {
    this.#era += 1;
    this.#counts.startAnew();
    this.#known.clear();
    this.#tagged.clear();
    this.#gone.clear();
    this.#watermark = this.#readUpTo = this.#unreadBehind = this.#countedUpTo = 0;
    this.#startedAt = 0; // all that it has is new
    this.#hasOlder = false;
  }

  // On `resumed`, or what says as much. Unless there is more to ask for, nothing
  // is on its way then.
  resumed({ lastId, unread }, hasMore = false) {
    this.#isResuming = hasMore;
    if (Number.isSafeInteger(lastId)) this.#watermark = Math.max(this.#watermark, lastId);
    if (this.#user !== null && Number.isSafeInteger(unread)) this.#count(unread);
    if (!hasMore) this.keep();
  }

  #count(unread) {
    this.#unreadBehind = this.#hasOlder ? Math.max(0, unread - this.#counts.unreadOfEra) : 0;
    this.#countedUpTo = this.#watermark;
  }

  // Returns the item, or null if it was there already or is malformed.
  // `item.isMissed`: it came while this user was away. `item.isNews`: it may pop
  // up.
  add(message) {
    const item = readNotification(message);
    if (!item || this.#gone.has(item.id)) return null;
    const known = this.#known.get(item.id);
    if (known) {
      if (item.wasRead) this.#mark([known]);
      return null;
    }
    if (item.tag && !this.#replace(item)) return null;
    item.era = this.#era;
    item.isUnread = this.#user === null ? item.id > this.#readUpTo : !item.wasRead;
    const wasBefore = item.id <= this.#connectedAt;
    item.isMissed = wasBefore && item.isUnread && this.#isUnseen(item);
    item.isNews = item.isUnread && (!wasBefore || item.isMissed);
    // Between `id` and `resumed` a newer one may come before an older one.
    if (!this.#isResuming) this.#watermark = Math.max(this.#watermark, item.id);
    if (item.isUnread && item.id <= this.#countedUpTo) this.#unreadBehind = Math.max(0, this.#unreadBehind - 1);
    this.#insert(item);
    return item;
  }

  #isUnseen(item) {
    if (item.id > this.#startedAt) return true;
    return this.#seenUpTo === null ? item.isPersonal || item.group !== '' : item.id > this.#seenUpTo;
  }

  // Makes room for one with a tag. False if a newer one with it is here.
  #replace(item) {
    const key = tagKey(item);
    const other = this.#tagged.get(key);
    if (other && other.id > item.id) return false;
    if (other) this.#drop(other);
    this.#tagged.set(key, item);
    return true;
  }

  #insert(item) {
    this.#known.set(item.id, item);
    this.items.splice(placeOf(this.items, item), 0, item);
    this.#counts.count(item, 1);
    this.#listener.onAdd(item);
    while (this.items.length > this.#limit) {
      const oldest = this.items.at(-1);
      this.#hasOlder = true;
      if (oldest.isUnread && oldest.era === this.#era) this.#unreadBehind += 1;
      this.#drop(oldest);
    }
  }

  #drop(item) {
    const place = placeOf(this.items, item);
    if (this.items[place] !== item) return;
    this.items.splice(place, 1);
    this.#counts.count(item, -1);
    if (this.#known.get(item.id) === item) this.#known.delete(item.id);
    if (item.tag && this.#tagged.get(tagKey(item)) === item) this.#tagged.delete(tagKey(item));
    this.#listener.onRemove(item);
  }

  // Returns those that were unread.
  #mark(items) {
    const marked = items.filter((item) => item.isUnread && this.has(item));
    for (const item of marked) {
      this.#counts.count(item, -1);
      item.isUnread = false;
    }
    if (marked.length > 0) this.#listener.onMark();
    return marked;
  }

  // Takes out what has expired. Returns whether there was any.
  expire(now) {
    const over = this.items.filter(({ expires }) => expires !== null && expires <= now);
    for (const item of over) this.#drop(item);
    return over.length > 0;
  }

  // On `read`. Returns true if it may concern some that are not here, so that
  // they must be counted again.
  read({ upTo = 0, ids = [] }) {
    const listed = Array.isArray(ids) ? ids : [];
    this.#mark(listed.map((id) => this.#known.get(id)).filter(Boolean));
    if (upTo > 0) this.#mark(this.items.filter((item) => item.era === this.#era && item.id <= upTo));
    return this.#unreadBehind > 0 && (upTo > 0 || listed.some((id) => !this.#known.has(id)));
  }

  // On `deleted`. Returns as read() does.
  deleted({ id }) {
    this.#gone.add(id);
    const item = this.#known.get(id);
    if (item) this.#drop(item);
    return !item && this.#unreadBehind > 0;
  }

  // A request that only counts.
  countRequest() {
    return { type: 'inbox', limit: 1 };
  }

  // The answer to it.
  counted({ unread, type }) {
    if (type === 'inbox' && Number.isSafeInteger(unread)) this.#count(unread);
  }

  // The three below do it here at once, and return the request that tells the
  // server, or null.
  markAllRead() {
    const upTo = Math.max(this.#newest, this.#watermark);
    this.#mark(this.items);
    this.#unreadBehind = 0;
    this.#readUpTo = Math.max(this.#readUpTo, upTo);
    this.keep();
    return this.#user !== null && upTo > 0 ? { type: 'read', upTo } : null;
  }

  markRead(items) {
    const marked = this.#mark(items);
    if (this.#user === null && this.#counts.unread === 0 && marked.length > 0) return this.markAllRead();
    const ids = marked.filter((item) => item.era === this.#era).map(({ id }) => id);
    return this.#user !== null && ids.length > 0 ? { type: 'read', ids } : null;
  }

  remove(item) {
    this.#drop(item);
    if (item.era !== this.#era) return null;
    this.#gone.add(item.id);
    return this.#user === null ? null : { type: 'delete', id: item.id };
  }
}
