// What a `presence` message says, in parts: texts, and {name} for a name. No
// DOM in here.

const isText = (value) => typeof value === 'string';

// {total, data} of one list, with the entries that are well-formed.
function readList(list, isEntry) {
  const given = Array.isArray(list?.data) ? list.data : [];
  const total = Number.isSafeInteger(list?.total) ? list.total : given.length;
  return { data: given.filter(isEntry), unnamed: Math.max(0, total - given.length) };
}

// ['a', 'b', 'c'] to a, b and c.
function enumerate(items) {
  return items.flatMap((item, i) => (i === 0 ? item : [i === items.length - 1 ? ' and ' : ', ', ...item]));
}

function comingsOrGoings(list, verb, { isMe, nameParts }) {
  const { data, unnamed } = readList(list, isText);
  const items = data.filter((name) => !isMe(name)).map(nameParts);
  if (unnamed > 0 && items.length > 0) items.push([`${unnamed} more`]);
  else if (unnamed > 0) items.push([unnamed === 1 ? '1 person' : `${unnamed} people`]);
  return items.length === 0 ? [] : [[...enumerate(items), ` ${verb}`]];
}

function renamings(list, { isMe, nameParts }) {
  const { data, unnamed } = readList(list, (entry) => isText(entry?.from) && isText(entry?.to));
  const clauses = data.filter(({ to }) => !isMe(to)).map(({ from, to }) => [...nameParts(from), ' is now ', { name: to }]);
  if (unnamed > 0) clauses.push([`${unnamed} ${clauses.length > 0 ? 'more ' : ''}took another name`]);
  return clauses;
}

// Empty if there is nothing to say. `isMe(name)`: this tab goes by that name.
// `isGuest(name)`: it is the client id of somebody without a name.
export function presenceParts({ joined, left, renamed }, { isMe, isGuest }) {
  const nameParts = (name) => (isGuest(name) ? ['Guest ', { name }] : [{ name }]);
  const clauses = [
    ...comingsOrGoings(joined, 'joined', { isMe, nameParts }),
    ...comingsOrGoings(left, 'left', { isMe, nameParts }),
    ...renamings(renamed, { isMe, nameParts }),
  ];
  return clauses.flatMap((clause, i) => (i === 0 ? clause : ['; ', ...clause]));
}
