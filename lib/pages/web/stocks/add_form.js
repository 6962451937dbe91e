// The field to add a stock. The server's `error` is known by its requestId; a
// stock that was added by its symbol, since `new-stock` goes to everybody.

import { setText } from './elements.js';

const ANSWER_TIMEOUT = 10_000;

// As the server does with what is typed: ASCII only.
const upperCased = (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

export class AddForm {
  #form;
  #field;
  #error;
  #done;
  #send;
  #pending = new Map(); // requestId to {symbol, timer}
  #requests = 0;

  // `send(object)` answers whether there was a connection to send it on.
  constructor(form, send) {
    this.#form = form;
    this.#field = form.elements.stock;
    this.#error = form.querySelector('[data-part="error"]');
    this.#done = form.querySelector('[data-part="done"]');
    this.#send = send;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('input', () => this.#show('', ''));
  }

  // Returns whether the error answers a request of this form.
  failed({ requestId, message }) {
    if (!this.#forget(requestId)) return false;
    this.#show(typeof message === 'string' ? message : 'The server refused it.', '');
    this.#field.focus();
    return true;
  }

  added(symbol) {
    for (const [requestId, request] of this.#pending) {
      if (request.symbol !== symbol) continue;
      this.#forget(requestId);
      this.#show('', `${symbol} added.`);
      if (upperCased(this.#field.value.trim()) === symbol) this.#field.value = '';
      return;
    }
  }

  // Whether the server got what was sent is unknown.
  disconnected() {
    if (this.#pending.size === 0) return;
    for (const requestId of [...this.#pending.keys()]) this.#forget(requestId);
    this.#show('The connection was lost before the server answered.', '');
  }

  #submit() {
    const symbol = this.#field.value.trim();
    if (symbol === '') {
      this.#show('Type a symbol, for instance NVDA.', '');
      this.#field.focus();
      return;
    }
    const requestId = `add-${++this.#requests}`;
    if (!this.#send({ type: 'add-stock', stock: symbol, requestId })) {
      this.#show('Not connected. Try again when prices are live.', '');
      return;
    }
    this.#show('', '');
    const timer = setTimeout(() => {
      if (this.#forget(requestId)) this.#show('The server did not answer.', '');
    }, ANSWER_TIMEOUT);
    this.#pending.set(requestId, { symbol: upperCased(symbol), timer });
  }

  #forget(requestId) {
    const request = this.#pending.get(requestId);
    if (!request) return false;
    clearTimeout(request.timer);
    return this.#pending.delete(requestId);
  }

  #show(error, done) {
    setText(this.#error, error);
    setText(this.#done, done);
    if (error) this.#field.setAttribute('aria-invalid', 'true');
    else this.#field.removeAttribute('aria-invalid');
  }
}
