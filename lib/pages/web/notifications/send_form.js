// The form to send a notification to everyone or to one.

import { setText } from './elements.js';
import { levelIcon } from './levels.js';

const connectionsText = (count) => `${count} ${count === 1 ? 'connection' : 'connections'}`;

// What to tell about a `sent` answer.
export function sentText({ delivered, queued }) {
  const reached = Number.isSafeInteger(delivered) ? delivered : 0;
  const waits = Number.isSafeInteger(queued) && queued > 0 ? `, waits for ${connectionsText(queued)}` : '';
  return `Sent: reached ${connectionsText(reached)}${waits}.`;
}

export class SendForm {
  #form;
  #error;
  #done;

  constructor(form, requests) {
    this.#form = form;
    this.#error = form.querySelector('[data-part="error"]');
    this.#done = form.querySelector('[data-part="done"]');
    for (const radio of form.querySelectorAll('input[name="level"]')) radio.after(levelIcon(radio.value));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      requests.ask(this.#request(), (answer) => this.#answered(answer));
    });
    form.elements.message.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener('input', () => this.#show('', ''));
  }

  focusMessage() {
    this.#form.elements.message.focus();
  }

  #request() {
    const { recipientId, message, level, title, link } = this.#form.elements;
    const request = { type: 'send-notification', recipientId: recipientId.value, message: message.value, level: level.value };
    if (title.value.trim()) request.title = title.value.trim();
    if (link.value.trim()) request.link = link.value.trim();
    this.#show('', '');
    return request;
  }

  #answered(answer) {
    if (answer.type === 'error') {
      this.#show(String(answer.message), '');
      return;
    }
    const { message, title, link } = this.#form.elements;
    for (const field of [message, title, link]) field.value = '';
    this.#show('', sentText(answer));
  }

  #show(error, done) {
    setText(this.#error, error);
    setText(this.#done, done);
  }
}
