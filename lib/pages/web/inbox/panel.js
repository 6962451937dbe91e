// The inbox as one sees it: the filters, the list, how many are unread, what came
// while one was away. A notification counts as read once its row was looked at
// for a moment, by pointer or focus, or was clicked; or all do by the button.

import { makeCard } from './card.js';
import { element, setText } from './elements.js';
import { EVERYTHING, isOn, matches } from './inbox_filter.js';
import { MessageList } from './message_list.js';

const LOOK = 1_000; // passing over the panel is not looking at it
const EXPIRY_CHECK = 5_000;

const countText = (count) => `${count} ${count === 1 ? 'notification' : 'notifications'}`;

// What the line says about those that came while one was away, or ''.
export function awayText(missed) {
  if (missed.length === 0) return '';
  const critical = missed.filter(({ level }) => level === 'critical').length;
  return `While you were away: ${countText(missed.length)}${critical > 0 ? `, ${critical} critical` : ''}.`;
}

export class Panel {
  #root;
  #inbox;
  #actions;
  #list;
  #filter = { ...EVERYTHING };
  #shown = [];
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
    this.#list = new MessageList(list, (item) => this.#makeRow(item), () => this.#painted());
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

  // Draws what the inbox holds, in the next frame; then calls `then`.
  refresh(then) {
    if (then) this.#afterPaint.push(then);
    this.#shown = isOn(this.#filter) ? this.#inbox.items.filter((item) => matches(item, this.#filter)) : this.#inbox.items;
    this.#list.show(this.#shown);
    this.#showCount();
  }

  // Its row is before the user's eyes.
  isOnScreen(item) {
    return document.visibilityState === 'visible' && this.#list.inSight.includes(item);
  }

  // Shows it, whatever the filter, and counts it as read.
  reveal(item) {
    if (!this.#shown.includes(item)) this.clearFilter();
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
    this.#part('list').scrollTop = 0;
    this.refresh();
  }

  #makeRow(item) {
    const row = makeCard('li', item);
    const label = `Delete the notification${item.from ? ` from ${item.from}` : ''}`;
    row.append(element('button', { type: 'button', class: 'delete', title: 'Delete', 'aria-label': label }, '\u00d7'));
    row.item = item;
    return row;
  }

  #painted() {
    for (const [item, row] of this.#list.rows) row.toggleAttribute('data-unread', item.isUnread);
    for (const then of this.#afterPaint.splice(0)) then();
    this.#actions.onSight(this.#list.inSight);
    if (this.#list.isAtEnd) this.#actions.wantsOlder();
    if (this.#isLookedAt) this.#look();
  }

  #showCount() {
    const { unread, items } = this.#inbox;
    setText(this.#part('unread'), unread > 0 ? `${unread} unread` : '');
    this.#part('read').disabled = unread === 0;
    const away = awayText(items.filter((item) => item.isMissed && item.isUnread));
    setText(this.#part('away'), away);
    this.#part('away').hidden = away === '';
    this.#part('empty').hidden = items.length > 0;
    this.#part('none').hidden = items.length === 0 || this.#shown.length > 0;
    this.#part('list').hidden = this.#shown.length === 0;
    this.#part('clear').hidden = !isOn(this.#filter);
    setText(this.#part('end'), this.#endText());
    const title = unread > 0 ? `(${unread}) ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }

  #endText() {
    if (this.#inbox.hasOlder) return isOn(this.#filter) ? `${this.#shown.length} found so far; looking further back` : '';
    if (isOn(this.#filter)) return `${this.#shown.length} of ${this.#inbox.items.length}`;
    return this.#isEndKnown || this.#shown.length === 0 ? '' : 'Older ones are not kept any more.';
  }

  #clicked(event) {
    const row = event.target.closest('.card');
    if (!row) return;
    if (event.target.closest('.delete')) this.#delete(row);
    else this.#marked(this.#inbox.markRead([row.item]));
  }

  // The focus goes to the row that takes its place.
  #delete(row) {
    const index = this.#shown.indexOf(row.item);
    const heir = this.#shown[index + 1] ?? this.#shown[index - 1];
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
