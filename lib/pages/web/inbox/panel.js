// The inbox as one sees it: the filters, the list, how many are unread, what came
// while one was away. A notification counts as read once its row was looked at
// for a moment, by pointer or focus, or was clicked; or all do by the button.

import { makeCard } from './card.js';
import { element, setFlag, setText } from './elements.js';
import { EVERYTHING, isOn, matches } from './inbox_filter.js';
import { MessageList } from './message_list.js';
import { inSlices } from './slices.js';

const LOOK = 1_000; // passing over the panel is not looking at it
const EXPIRY_CHECK = 5_000;

const countText = (count) => `${count} ${count === 1 ? 'notification' : 'notifications'}`;

// What the line says about those that came while one was away, or ''.
export function awayText({ count, critical }) {
  if (count === 0) return '';
  return `While you were away: ${countText(count)}${critical > 0 ? `, ${critical} critical` : ''}.`;
}

export class Panel {
  #root;
  #inbox;
  #actions;
  #list;
  #filter = { ...EVERYTHING };
  #stopSearch = () => {};
  #isSearching = false;
  #timer = null;
  #title = document.title;
  #isLookedAt = false;
  #afterPaint = [];
  #isEndKnown = true;

  // `actions`: onMark(request) and onDelete(request) hear what the user does,
  // with a request for the server or null; onSight(items) which rows are before
  // the user's eyes; wantsOlder() that the end of the list is near.
  constructor(root, inbox, actions) {
    this.#root = root;
    this.#inbox = inbox;
    this.#actions = actions;
    const list = this.#part('list');
    this.#list = new MessageList(list, {
      makeRow: (item) => this.#makeRow(item),
      updateRow: (item, row) => row.toggleAttribute('data-unread', item.isUnread),
      beforePaint: () => this.#showCount(),
      onPaint: () => this.#painted(),
    });
    this.#part('read').addEventListener('click', () => this.#marked(inbox.markAllRead()));
    for (const type of ['pointerenter', 'focusin']) root.addEventListener(type, () => this.#look());
    for (const type of ['pointerleave', 'focusout']) root.addEventListener(type, () => this.#lookAway());
    list.addEventListener('scroll', () => this.#isLookedAt && this.#look(), { passive: true });
    list.addEventListener('click', (event) => this.#clicked(event));
    root.querySelector('.filters').addEventListener('input', () => this.#filtered());
    this.#part('clear').addEventListener('click', () => this.clearFilter());
    setInterval(() => inbox.expire(Date.now()) && this.refresh(), EXPIRY_CHECK);
    this.refresh();
  }

  // One has come into the inbox, one has gone, some are read now: the list hears
  // of what has changed only.
  added(item) {
    if (matches(item, this.#filter)) this.#list.add(item);
  }

  removed(item) {
    this.#list.remove(item);
  }

  marked() {
    if (this.#filter.scope === 'unread') this.#list.removeIf((item) => !item.isUnread);
  }

  // Draws what the inbox holds, in the next frame; then calls `then`.
  refresh(then) {
    if (then) this.#afterPaint.push(then);
    this.#list.paintSoon();
    if (document.visibilityState === 'hidden') this.#showCount(); // it has no frames
  }

  // Its row is before the user's eyes.
  isOnScreen(item) {
    return document.visibilityState === 'visible' && this.#list.inSight.includes(item);
  }

  // Shows it, whatever the filter, and counts it as read.
  reveal(item) {
    if (!this.#list.has(item)) this.clearFilter();
    this.#list.scrollTo(item);
    this.#root.scrollIntoView({ block: 'start' });
    this.#part('list').focus({ preventScroll: true });
    this.#marked(this.#inbox.markRead([item]));
  }

  // The groups that one can choose in the filter.
  setGroups(groups) {
    const select = this.#root.querySelector('#filter-scope');
    const { value } = select;
    const options = groups.map((group) => element('option', { value: group }, group));
    this.#part('groups').replaceChildren(...options);
    this.#part('groups').hidden = groups.length === 0;
    select.value = value;
    if (select.value === value) return;
    select.value = '';
    this.#filtered();
  }

  clearFilter() {
    for (const [name, value] of Object.entries(EVERYTHING)) this.#root.querySelector(`#filter-${name}`).value = value;
    this.#filtered();
  }

  // `isComplete`: the server has all there was behind the last one.
  setEnd(isComplete) {
    this.#isEndKnown = isComplete;
  }

  #filtered() {
    const value = (name) => this.#root.querySelector(`#filter-${name}`).value;
    this.#filter = { scope: value('scope'), level: value('level'), search: value('search') };
    this.#stopSearch();
    if (isOn(this.#filter)) {
      this.#search();
    } else {
      this.#list.show(this.#inbox.items);
      this.#isSearching = false;
    }
    this.refresh();
  }

  // Those that come meanwhile find their place by themselves.
  #search() {
    const filter = this.#filter;
    this.#list.show([]);
    this.#isSearching = true;
    const look = (item) => matches(item, filter) && this.#inbox.has(item) && this.#list.add(item);
    this.#stopSearch = inSlices([...this.#inbox.items], look, (isLast) => {
      this.#isSearching = !isLast;
      this.refresh();
    });
  }

  #makeRow(item) {
    const row = makeCard('li', item);
    const label = `Delete the notification${item.from ? ` from ${item.from}` : ''}`;
    row.append(element('button', { type: 'button', class: 'delete', title: 'Delete', 'aria-label': label }, '\u00d7'));
    row.item = item;
    return row;
  }

  #painted() {
    for (const then of this.#afterPaint.splice(0)) then();
    this.#actions.onSight(this.#list.inSight);
    if (this.#list.isAtEnd && !this.#isSearching) this.#actions.wantsOlder();
    if (this.#isLookedAt) this.#look();
  }

  #showCount() {
    const { unread, items } = this.#inbox;
    setText(this.#part('unread'), unread > 0 ? `${unread} unread` : '');
    setFlag(this.#part('read'), 'disabled', unread === 0);
    const away = awayText(this.#inbox.missed);
    setText(this.#part('away'), away);
    setFlag(this.#part('away'), 'hidden', away === '');
    setFlag(this.#part('empty'), 'hidden', items.length > 0);
    setFlag(this.#part('none'), 'hidden', items.length === 0 || this.#list.count > 0 || this.#isSearching);
    setFlag(this.#part('list'), 'hidden', this.#list.count === 0);
    setFlag(this.#part('clear'), 'hidden', !isOn(this.#filter));
    setText(this.#part('end'), this.#endText());
    const title = unread > 0 ? `(${unread}) ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }

  #endText() {
    const { count } = this.#list;
    const isFiltered = isOn(this.#filter);
    if (isFiltered && (this.#isSearching || this.#inbox.hasOlder)) return `${count} found so far; looking further back`;
    if (isFiltered) return `${count} of ${this.#inbox.items.length}`;
    return this.#inbox.hasOlder || this.#isEndKnown || count === 0 ? '' : 'Older ones are not kept any more.';
  }

  #clicked(event) {
    const row = event.target.closest('.card');
    if (!row) return;
    if (event.target.closest('.delete')) this.#delete(row);
    else this.#marked(this.#inbox.markRead([row.item]));
  }

  // The focus goes to the row that takes its place.
  #delete(row) {
    const heir = this.#list.neighbourOf(row.item);
    const hadFocus = row.contains(document.activeElement);
    this.#actions.onDelete(this.#inbox.remove(row.item));
    this.refresh(() => {
      if (hadFocus) (this.#list.rowOf(heir)?.querySelector('.delete') ?? this.#part('list')).focus();
    });
  }

  #look() {
    this.#isLookedAt = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const unread = this.#list.inSight.filter((item) => item.isUnread);
      if (document.visibilityState === 'visible' && unread.length > 0) this.#marked(this.#inbox.markRead(unread));
    }, LOOK);
  }

  #lookAway() {
    this.#isLookedAt = this.#root.matches(':hover') || this.#root.contains(document.activeElement);
    if (this.#isLookedAt) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #marked(request) {
    this.refresh();
    this.#actions.onMark(request);
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }
}
