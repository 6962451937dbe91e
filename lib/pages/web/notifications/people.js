// Who is online: the list, and the same people as recipients in the form.

import { element, setText } from './elements.js';

// The `data` of a `users` message, as far as it is well-formed.
export function readUsers(data) {
  if (!Array.isArray(data)) return [];
  return data
    .filter((user) => user !== null && typeof user === 'object' && typeof user.identifier === 'string')
    .map(({ identifier, clientIds, anonymous }) => ({
      identifier,
      connections: Array.isArray(clientIds) ? clientIds.length : 1,
      isAnonymous: anonymous === true,
    }));
}

const MOST_LISTED = 500; // as the server lists at most

// `users` after a `users-changed`: those of `data` are as they are there, those
// of `gone` are gone. In the order of a `users` message.
export function changeUsers(users, { data, gone }) {
  const known = new Map(users.map((user) => [user.identifier, user]));
  for (const name of Array.isArray(gone) ? gone : []) known.delete(name);
  for (const user of readUsers(data)) known.set(user.identifier, user);
  const order = (a, b) => a.isAnonymous - b.isAnonymous || (a.identifier < b.identifier ? -1 : 1);
  return [...known.values()].sort(order).slice(0, MOST_LISTED);
}

// Makes the children of `parent` those of `wanted`, a Map of key to a function
// that makes one; children that stay are not touched, so that neither focus nor
// an open list is disturbed.
function reconcile(parent, wanted, update) {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  for (const [key, child] of present) if (!wanted.has(key)) child.remove();
  let next = parent.firstElementChild;
  for (const [key, user] of wanted) {
    const child = present.get(key) ?? element(parent.localName === 'ul' ? 'li' : 'option', { 'data-key': key });
    update(child, user);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

export class People {
  #list;
  #select;
  #named;
  #unnamed;
  #gone;
  #users = [];
  #usersBefore = [];
  #total = 0;
  #me = null;

  // `onChoose(name)` hears that a recipient was chosen from the list.
  constructor({ root, select, onChoose }) {
    this.#list = root.querySelector('[data-part="list"]');
    this.root = root;
    this.#select = select;
    this.#named = select.querySelector('[data-part="named"]');
    this.#unnamed = select.querySelector('[data-part="unnamed"]');
    this.#gone = select.querySelector('[data-part="gone"]');
    this.#list.addEventListener('click', (event) => {
      const chosen = event.target.closest('button')?.closest('li');
      if (!chosen) return;
      onChoose(chosen.dataset.key);
    });
    this.#select.addEventListener('change', () => this.#draw());
  }

  // A `users` message.
  update(message) {
    this.#set(readUsers(message.data), message.total);
  }

  // A `users-changed` message.
  change(message) {
    this.#set(changeUsers(this.#users, message), message.total);
  }

  #set(users, total) {
    this.#usersBefore = this.#users;
    this.#users = users;
    this.#total = Number.isSafeInteger(total) ? total : users.length;
    this.#draw();
  }

  // Says in one quiet line what changed; `parts` as presenceParts() gives them.
  tell(parts) {
    if (parts.length === 0) return;
    const line = parts.map((part) => (part.name === undefined ? part : element('bdi', {}, part.name)));
    this.root.querySelector('[data-part="news"]').replaceChildren(...line);
  }

  // Is, or was until the last change, online without a name.
  isGuest(identifier) {
    return [...this.#users, ...this.#usersBefore].some((user) => user.isAnonymous && user.identifier === identifier);
  }

  // The identifier that this page goes by.
  setMe(identifier) {
    this.#me = identifier;
    this.#draw();
  }

  #draw() {
    const chosen = this.#select.value;
    const of = (keep) => new Map(this.#users.filter(keep).map((user) => [user.identifier, user]));
    reconcile(this.#named, of((user) => !user.isAnonymous), this.#option);
    reconcile(this.#unnamed, of((user) => user.isAnonymous), this.#option);
    this.#keepChoice(chosen);
    for (const group of [this.#named, this.#unnamed, this.#gone]) {
      const isEmpty = group.children.length === 0;
      if (group.hidden !== isEmpty) group.hidden = isEmpty;
    }
    reconcile(this.#list, of(() => true), this.#entry);
    setText(this.root.querySelector('[data-part="total"]'), String(this.#total));
    const more = this.#total - this.#users.length;
    setText(this.root.querySelector('[data-part="more"]'), more > 0 ? `and ${more} more` : '');
  }

  // Who was chosen stays chosen, online or not: a message must never go to
  // everyone because its recipient left a moment ago.
  #keepChoice(chosen) {
    const isPerson = !this.#isNoPerson(chosen);
    const isOnline = this.#users.some((user) => user.identifier === chosen);
    const gone = isPerson && !isOnline ? [[chosen, { identifier: chosen }]] : [];
    reconcile(this.#gone, new Map(gone), this.#option);
    if (this.#select.value !== chosen) this.#select.value = chosen === '' ? 'all' : chosen;
  }

  // Everyone, a group, or a name that is typed.
  #isNoPerson(value) {
    return value === '' || value === 'all' || value === '\n' || value.startsWith('#');
  }

  #option = (option, { identifier, connections }) => {
    if (option.value !== identifier) option.value = identifier;
    const several = connections > 1 ? ` (${connections} connections)` : '';
    setText(option, `${identifier}${identifier === this.#me ? ' (you)' : ''}${several}`);
  };

  #entry = (entry, { identifier, connections, isAnonymous }) => {
    if (!entry.firstChild) {
      const name = element('bdi', { class: 'name' }, identifier);
      const label = `Write to ${identifier}`;
      entry.append(
        element('button', { type: 'button', class: 'person', title: label }, element('span', { class: 'hidden' }, 'Write to '), name),
        element('span', { class: 'badge', 'data-part': 'badge' }),
      );
    }
    entry.toggleAttribute('data-anonymous', isAnonymous);
    entry.toggleAttribute('data-me', identifier === this.#me);
    const notes = [];
    if (identifier === this.#me) notes.push('you');
    if (isAnonymous) notes.push('no name');
    if (connections > 1) notes.push(`${connections} connections`);
    setText(entry.querySelector('[data-part="badge"]'), notes.join(', '));
  };
}
