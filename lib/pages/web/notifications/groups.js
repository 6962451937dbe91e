// The groups of this user: join, leave, write to one, see who is in it.

import { element, setText } from './elements.js';
import { timeText } from './card.js';

// "#ops" for what one typed.
export const groupName = (text) => {
  const name = text.trim();
  return name === '' || name.startsWith('#') ? name : `#${name}`;
};

// The `data` of `members`, as far as it is well-formed, as {identifier, text}.
export function readMembers(data) {
  if (!Array.isArray(data)) return [];
  return data
    .filter((member) => typeof member?.identifier === 'string')
    .map(({ identifier, devices, since }) => {
      if (!Number.isSafeInteger(devices) || devices < 1) return { identifier, text: 'away' };
      const time = Number.isFinite(since) ? `, since ${timeText(since)}` : '';
      return { identifier, text: `${devices === 1 ? 'online' : `${devices} devices`}${time}` };
    });
}

export class Groups {
  #root;
  #requests;
  #onChange;
  #onWrite;
  #names = [];
  #open = null; // the group whose members are shown
  #me = null;

  // `onChange(names)` hears which groups this user is in, `onWrite(name)` that
  // the user wants to write to one.
  constructor(root, requests, { onChange, onWrite }) {
    this.#root = root;
    this.#requests = requests;
    this.#onChange = onChange;
    this.#onWrite = onWrite;
    root.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#join();
    });
    root.elements.group.addEventListener('input', () => this.#show('', ''));
    this.#part('list').addEventListener('click', (event) => this.#clicked(event));
    this.setUser(null);
  }

  // Null: a guest, who is in no group.
  setUser(identifier) {
    this.#me = identifier;
    this.#open = null;
    this.#root.elements.join.disabled = identifier === null;
    this.#part('guest').hidden = identifier !== null;
    this.#show('', '');
    this.#set([]);
    this.refresh();
  }

  // Asks the server.
  refresh() {
    if (this.#me === null) return;
    this.#requests.ask({ type: 'groups' }, (answer) => {
      if (answer.type !== 'groups' || !Array.isArray(answer.data)) return;
      this.#set(answer.data.filter((name) => typeof name === 'string'));
    });
  }

  // On `joined` and `left`. Returns the line to tell, or null.
  heard({ type, group, identifier }) {
    if (typeof group !== 'string' || typeof identifier !== 'string') return null;
    if (group === this.#open) this.#askForMembers();
    if (identifier !== this.#me) return [{ name: identifier }, ` ${type} `, { name: group }];
    const others = this.#names.filter((name) => name !== group);
    this.#set(type === 'joined' ? [...others, group] : others);
    return null;
  }

  #set(names) {
    this.#names = [...names].sort();
    if (!this.#names.includes(this.#open)) this.#open = null;
    this.#draw();
    this.#onChange(this.#names);
  }

  #draw() {
    const rows = this.#names.map((name) => {
      const isOpen = name === this.#open;
      const button = (act, text, label) =>
        element('button', { type: 'button', class: 'quiet', 'data-act': act, 'aria-label': `${label} ${name}`, 'aria-expanded': act === 'members' && String(isOpen) }, text);
      const write = element('button', { type: 'button', class: 'person', 'data-act': 'write', title: `Write to ${name}` }, element('bdi', {}, name));
      const row = element('li', { 'data-key': name }, write, button('members', 'Members', 'Members of'), button('leave', 'Leave', 'Leave'));
      if (isOpen) row.append(element('ul', { class: 'members', role: 'list' }));
      return row;
    });
    this.#part('list').replaceChildren(...rows);
  }

  #clicked(event) {
    const act = event.target.closest('button')?.dataset.act;
    const name = event.target.closest('li[data-key]')?.dataset.key;
    if (act === 'write') this.#onWrite(name);
    if (act === 'leave') this.#ask({ type: 'leave', group: name }, `You have left ${name}.`);
    if (act !== 'members') return;
    this.#open = this.#open === name ? null : name;
    this.#draw();
    this.#part('list').querySelector(`li[data-key="${CSS.escape(name)}"] [data-act="members"]`).focus();
    if (this.#open) this.#askForMembers();
  }

  #askForMembers() {
    const group = this.#open;
    this.#requests.ask({ type: 'members', group }, (answer) => {
      if (group !== this.#open) return;
      if (answer.type !== 'members') {
        this.#show(String(answer.message), '');
        return;
      }
      const rows = readMembers(answer.data).map(({ identifier, text }) =>
        element('li', {}, element('bdi', { class: 'name' }, identifier), element('span', { class: 'badge' }, text)));
      this.#root.querySelector('.members')?.replaceChildren(...rows);
    });
  }

  #join() {
    const group = groupName(this.#root.elements.group.value);
    this.#ask({ type: 'join', group }, `You are in ${group}.`, () => (this.#root.elements.group.value = ''));
  }

  #ask(request, done, then = () => {}) {
    this.#requests.ask(request, (answer) => {
      if (answer.type === 'error') {
        this.#show(String(answer.message), '');
        return;
      }
      then();
      this.#show('', done);
      this.refresh();
    });
  }

  #show(error, done) {
    setText(this.#part('error'), error);
    setText(this.#part('done'), done);
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }
}
