// The name under which others find this tab. Given again on each reconnect.

import { setText } from './elements.js';
import { loadName, loadSecret, saveName, saveSecret } from './tab_memory.js';

export class NameForm {
  #form;
  #field;
  #requests;
  #onName;
  #onUser;
  #isKnown = false;
  #settle = null; // who waits to hear who this is

  // `onName(identifier)` hears what this tab goes by from now on, `onUser(name)`
  // that it is another user's.
  constructor(form, requests, { onName, onUser }) {
    this.#form = form;
    this.#field = form.elements.identifier;
    this.#requests = requests;
    this.#onName = onName;
    this.#onUser = onUser;
    this.#field.value = loadName() ?? '';
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#identify(this.#field.value, true);
    });
    this.#field.addEventListener('input', () => this.#show('', ''));
  }

  // A connection stands, as yet under its client id alone. `settle(name)` hears
  // who its user is; null: a guest.
  connected(clientId, settle) {
    this.#settle = settle;
    this.#onName(clientId);
    if (this.#isKnown) return; // the server says it right behind
    const name = loadName();
    if (name) this.#identify(name, false);
    else this.#is(null);
  }

  // The server knows by a token who this is; names are not chosen here.
  known(identifier) {
    this.#isKnown = true;
    this.#form.elements.whole.disabled = true;
    this.#field.value = identifier;
    this.#onName(identifier);
    this.#is(identifier);
    this.#show('', '');
  }

  #is(user) {
    const settle = this.#settle ?? this.#onUser;
    this.#settle = null;
    settle(user);
  }

  // Somebody else has the name too.
  shared(identifier) {
    this.#show(`Somebody has connected as ${identifier} too, from another address. If that is not you, take another name.`, '');
  }

  #identify(identifier, isChosen) {
    const secret = loadSecret(identifier);
    this.#requests.ask({ type: 'set-identifier', identifier, ...(secret && { secret }) }, (answer) => {
      if (this.#isKnown) return;
      if (answer.type === 'error') {
        this.#show(String(answer.message), '');
        if (this.#settle) this.#is(null);
        return;
      }
      saveName(answer.identifier);
      saveSecret(answer.identifier, answer.secret);
      this.#onName(answer.identifier);
      this.#is(answer.identifier);
      if (isChosen) this.#show('', 'Saved.');
    });
  }

  #show(error, done) {
    setText(this.#form.querySelector('[data-part="error"]'), error);
    setText(this.#form.querySelector('[data-part="done"]'), done);
    if (error) this.#field.setAttribute('aria-invalid', 'true');
    else this.#field.removeAttribute('aria-invalid');
  }
}
