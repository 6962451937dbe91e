// The name under which others find this tab. Given again on each reconnect.

import { setText } from './elements.js';
import { loadName, loadSecret, saveName, saveSecret } from './tab_memory.js';

export class NameForm {
  #form;
  #field;
  #requests;
  #onName;
  #isKnown = false;

  // `onName(identifier)` hears what this tab goes by from now on.
  constructor(form, requests, onName) {
    this.#form = form;
    this.#field = form.elements.identifier;
    this.#requests = requests;
    this.#onName = onName;
    this.#field.value = loadName() ?? '';
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#identify(this.#field.value, true);
    });
    this.#field.addEventListener('input', () => this.#show('', ''));
  }

  // A connection stands, as yet under its client id alone.
  connected(clientId) {
    this.#onName(clientId);
    const name = loadName();
    if (name) this.#identify(name, false);
  }

  // The server knows by a token who this is; names are not chosen here.
  known(identifier) {
    this.#isKnown = true;
    this.#form.elements.whole.disabled = true;
    this.#field.value = identifier;
    this.#onName(identifier);
    this.#show('', '');
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
        return;
      }
      saveName(answer.identifier);
      saveSecret(identifier, answer.secret);
      this.#onName(answer.identifier);
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
