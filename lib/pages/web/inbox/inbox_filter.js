// Which notifications the inbox shows: by who they are for, by level, by what
// they say. No DOM in here.

export const EVERYTHING = { scope: '', level: '', search: '' };

const fold = (text) => text.normalize('NFKC').toLowerCase();

function hasScope(item, scope) {
  if (scope === '') return true;
  if (scope === 'personal') return item.isPersonal;
  if (scope === 'unread') return item.isUnread;
  if (scope === 'missed') return item.isMissed;
  return item.group === scope; // '#ops'
}

// `scope`: '' (everything), 'personal', 'unread', 'missed' or the name of a
// group. `search`: words that must all be there, anywhere, in any case.
export function matches(item, { scope, level, search }) {
  if (!hasScope(item, scope)) return false;
  if (level !== '' && item.level !== level) return false;
  const words = fold(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  item.folded ??= fold([item.title, item.message, item.from, item.group].join('\n'));
  return words.every((word) => item.folded.includes(word));
}

export const isOn = (filter) => filter.scope !== '' || filter.level !== '' || filter.search.trim() !== '';
