// One notification, as the inbox and the pop-ups show it.

import { element } from './elements.js';
import { LEVEL_NAMES, levelIcon } from './levels.js';

// Made once: each takes longer to make than a card does.
const CLOCK = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat();

const sameDay = (a, b) => a.toDateString() === b.toDateString();

export function timeText(time, now = new Date()) {
  const date = new Date(time);
  return sameDay(date, now) ? CLOCK.format(date) : `${DAY.format(date)} ${CLOCK.format(date)}`;
}

const scopeText = (item) => (item.isPersonal ? 'To you' : item.group ? `To ${item.group}` : 'To all');
const scopeName = (item) => (item.isPersonal ? 'personal' : item.group ? 'group' : 'all');

function heading(item) {
  const scope = element('span', { class: 'scope' }, scopeText(item));
  const level = element('span', { class: 'level' }, levelIcon(item.level), LEVEL_NAMES[item.level]);
  const line = element('p', { class: 'meta' }, level, scope);
  if (item.from) line.append(element('span', { class: 'from' }, 'from ', element('bdi', {}, item.from)));
  if (item.isMissed) line.append(element('span', { class: 'missed' }, 'while you were away'));
  if (item.time !== null) {
    const date = new Date(item.time);
    if (!Number.isNaN(date.getTime())) {
      line.append(element('time', { datetime: date.toISOString() }, timeText(item.time)));
    }
  }
  return line;
}

const outward = (href, kind, text) => element('a', { class: kind, href, target: '_blank', rel: 'noopener noreferrer' }, text);

// The link and the actions; null if there are none.
function ways(item) {
  if (!item.link && item.actions.length === 0) return null;
  const line = element('p', { class: 'ways' });
  for (const { label, link } of item.actions) line.append(outward(link, 'action', label));
  if (item.link) line.append(outward(item.link, 'more', 'Open the link'));
  return line;
}

export function makeCard(name, item) {
  const card = element(name, {
    class: 'card',
    'data-level': item.level,
    'data-scope': scopeName(item),
    'data-id': String(item.id),
    'data-unread': item.isUnread,
    'data-missed': item.isMissed,
  });
  card.append(heading(item));
  if (item.title) card.append(element('p', { class: 'title', dir: 'auto' }, item.title));
  card.append(element('p', { class: 'text', dir: 'auto' }, item.message));
  const line = ways(item);
  if (line) card.append(line);
  return card;
}

// The same for a screen reader, in one breath.
export function spoken(item) {
  const scope = item.isPersonal ? 'personal notification' : item.group ? `notification to ${item.group}` : 'notification';
  const from = item.from ? ` from ${item.from}` : '';
  const title = item.title ? `${item.title}. ` : '';
  return `${LEVEL_NAMES[item.level]}, ${scope}${from}: ${title}${item.message}`;
}
