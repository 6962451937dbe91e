// What the page takes from a `notification` message. No DOM in here.

const LEVELS = new Set(['info', 'success', 'warning', 'critical']);
const MOST_ACTIONS = 3;

// Only links that lead to a web page: never `javascript:` and the like, and
// not `//host`, which looks like a path and is none.
export function safeLink(link) {
  if (typeof link !== 'string') return null;
  return /^https?:\/\/[^\s]/i.test(link) || /^\/(?![/\\])/.test(link) ? link : null;
}

const textOr = (value, fallback) => (typeof value === 'string' ? value : fallback);
const timeOr = (value) => (Number.isFinite(value) ? value : null);

function readActions(actions) {
  if (!Array.isArray(actions)) return [];
  return actions
    .map((action) => ({ label: textOr(action?.label, '').trim(), link: safeLink(action?.link) }))
    .filter(({ label, link }) => label !== '' && link !== null)
    .slice(0, MOST_ACTIONS);
}

// A message of type `notification` as the page uses it, or null.
export function readNotification(message) {
  if (!Number.isSafeInteger(message?.id) || typeof message.message !== 'string') return null;
  const group = message.scope === 'group' ? textOr(message.group, '') : '';
  return {
    id: message.id,
    message: message.message,
    title: textOr(message.title, ''),
    from: textOr(message.from, ''),
    group,
    isPersonal: message.scope === 'personal',
    level: LEVELS.has(message.level) ? message.level : 'info',
    link: safeLink(message.link),
    actions: readActions(message.actions),
    tag: textOr(message.replaces, ''),
    isLow: message.priority === 'low',
    expires: timeOr(message.expires),
    time: timeOr(message.time),
    wasRead: message.read === true,
  };
}
