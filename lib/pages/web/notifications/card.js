// One notification, as the panel and the pop-ups show it.

import { element } from './elements.js';
import { LEVEL_NAMES, levelIcon } from './levels.js';

const sameDay = (a, b) => a.toDateString() === b.toDateString();

export function timeText(time, now = new Date()) {
  const date = new Date(time);
  const clock = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return sameDay(date, now) ? clock : `${date.toLocaleDateString()} ${clock}`;
}

function heading(item) {
  const scope = element('span', { class: 'scope' }, item.isPersonal ? 'To you' : 'To all');
  const level = element('span', { class: 'level' }, levelIcon(item.level), LEVEL_NAMES[item.level]);
  const line = element('p', { class: 'meta' }, level, scope);
  if (item.from) line.append(element('span', { class: 'from' }, 'from ', element('bdi', {}, item.from)));
  if (item.time !== null) {
    const date = new Date(item.time);
    if (!Number.isNaN(date.getTime())) {
      line.append(element('time', { datetime: date.toISOString() }, timeText(item.time)));
    }
  }
  return line;
}

function link(item) {
  return element('a', { class: 'more', href: item.link, target: '_blank', rel: 'noopener noreferrer' }, 'Open the link');
}

export function makeCard(name, item) {
  const card = element(name, {
    class: 'card',
    'data-level': item.level,
    'data-scope': item.isPersonal ? 'personal' : 'all',
    'data-id': String(item.id),
  });
  card.append(heading(item));
  if (item.title) card.append(element('p', { class: 'title', dir: 'auto' }, item.title));
  card.append(element('p', { class: 'text', dir: 'auto' }, item.message));
  if (item.link) card.append(link(item));
  return card;
}

// The same for a screen reader, in one breath.
export function spoken(item) {
  const scope = item.isPersonal ? 'personal notification' : 'notification';
  const from = item.from ? ` from ${item.from}` : '';
  const title = item.title ? `${item.title}. ` : '';
  return `${LEVEL_NAMES[item.level]}, ${scope}${from}: ${title}${item.message}`;
}
