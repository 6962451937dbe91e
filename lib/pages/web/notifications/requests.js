// Requests that wait for their answer, by requestId. Each is answered once: by
// the server, by its silence, or by the loss of the connection.

const ANSWER_TIMEOUT = 10_000;

export class Requests {
  #send;
  #waiting = new Map(); // requestId to {done, timer}
  #count = 0;

  // `send(object)` answers whether there was a connection to send it on.
  constructor(send) {
    this.#send = send;
  }

  // Calls `done(answer)` with the message that answers, or with
  // {type: 'error', message} if none will come.
  ask(request, done) {
    const requestId = `r${++this.#count}`;
    const fail = (message) => this.answered({ type: 'error', requestId, message });
    const timer = setTimeout(() => fail('The server did not answer.'), ANSWER_TIMEOUT);
    this.#waiting.set(requestId, { done, timer });
    if (!this.#send({ ...request, requestId })) fail('Not connected. Try again when the page is live.');
  }

  // Returns whether the message answers a request of ours.
  answered(message) {
    const request = this.#waiting.get(message.requestId);
    if (!request) return false;
    this.#waiting.delete(message.requestId);
    clearTimeout(request.timer);
    request.done(message);
    return true;
  }

  disconnected() {
    const message = 'The connection was lost before the server answered.';
    for (const requestId of [...this.#waiting.keys()]) this.answered({ type: 'error', requestId, message });
  }
}
