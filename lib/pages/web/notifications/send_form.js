// The form to send a notification to everyone, to a group or to one.

import { element, setText } from './elements.js';
import { levelIcon } from './levels.js';

const OTHER = '\n'; // no name can be that

const counted = (count, noun, plural = `${noun}s`) => `${count} ${count === 1 ? noun : plural}`;
const connectionsText = (count) => counted(count, 'connection');

// What to tell about a `sent` answer.
export function sentText({ delivered, queued, scheduled }) {
  if (scheduled === true) return 'Kept for later.';
  const reached = Number.isSafeInteger(delivered) ? delivered : 0;
  const waits = Number.isSafeInteger(queued) && queued > 0 ? `, waits for ${counted(queued, 'user')}` : '';
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
    const { recipientId, other } = form.elements;
    recipientId.append(element('option', { value: OTHER, 'data-part': 'other' }, 'Another name or #group…'));
    recipientId.addEventListener('change', () => {
      this.#showOther();
      if (!other.hidden) other.focus();
    });
  }

  // To whom it goes; to somebody who is not in the list too.
  choose(recipient) {
    const { recipientId, other } = this.#form.elements;
    recipientId.value = recipient;
    if (recipientId.value !== recipient) {
      recipientId.value = OTHER;
      other.value = recipient;
    }
    this.#showOther();
    this.focusMessage();
  }

  // The groups among the recipients.
  setGroups(names) {
    const place = this.#form.querySelector('[data-part="group-names"]');
    const { recipientId } = this.#form.elements;
    const chosen = recipientId.value;
    place.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
    place.hidden = names.length === 0;
    if (recipientId.value !== chosen) this.choose(chosen);
  }

  #showOther() {
    const { recipientId, other } = this.#form.elements;
    other.hidden = recipientId.value !== OTHER;
  }

  focusMessage() {
    this.#form.elements.message.focus();
  }

  #request() {
    const { recipientId, other, message, level } = this.#form.elements;
    const recipient = recipientId.value === OTHER ? other.value.trim() : recipientId.value;
    const request = { type: 'send-notification', recipientId: recipient, message: message.value, level: level.value };
    const text = (name) => this.#form.elements[name].value.trim();
    for (const name of ['title', 'link']) if (text(name)) request[name] = text(name);
    if (text('tag')) request.replaces = text('tag');
    if (text('action') || text('actionLink')) request.actions = [{ label: text('action'), link: text('actionLink') }];
    this.#show('', '');
    return request;
  }

  #answered(answer) {
    if (answer.type === 'error') {
      this.#show(String(answer.message), '');
      return;
    }
    for (const name of ['message', 'title', 'link', 'tag', 'action', 'actionLink']) this.#form.elements[name].value = '';
    this.#show('', sentText(answer));
  }

  #show(error, done) {
    setText(this.#error, error);
    setText(this.#done, done);
  }
}
