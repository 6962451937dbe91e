// A WebSocket client that keeps the raw text of all it got.
import {once} from 'node:events';

import WebSocket from 'ws';

import {within} from './program.js';

export class Client {
  constructor(socket) {
    this.socket = socket;
    this.texts = [];
    this.messages = [];
    this.next = 0;  // the first message that take() has not looked at
    this.watchers = new Set();
    this.closeEvent = null;
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? null : data.toString();
      this.texts.push(text);
      this.messages.push(isBinary ? null : JSON.parse(text));
      this.look();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.closeEvent = {code, reason: reason.toString()};
        this.look();
        resolve(this.closeEvent);
      });
    });
    socket.on('error', () => {});  // 'close' follows
  }

  look() {
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Waits for the first message and takes none. */
  async first() {
    await this.take(() => true, 'the first message');
    this.next = 0;
  }

  /**
   * The next message, behind those taken before, that `matches`. What comes
   * between is passed over.
   */
  take(matches, what = matches.toString()) {
    const taken = new Promise((resolve, reject) => {
      const watcher = () => {
        while (this.next < this.messages.length) {
          const message = this.messages[this.next++];
          if (matches(message)) {
            this.watchers.delete(watcher);
            return resolve(message);
          }
        }
        if (this.closeEvent) {
          this.watchers.delete(watcher);
          reject(new Error(`closed (${this.closeEvent.code}) before ${what}`));
        }
      };
      this.watchers.add(watcher);
      watcher();
    });
    return within(taken, what);
  }

  takeType(type) {
    return this.take((message) => message.type === type, `a ${type} message`);
  }

  /** The raw text of the message that was taken last. */
  get lastText() {
    return this.texts[this.next - 1];
  }

  send(message) {
    this.socket.send(
        typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a request and takes its answer, known by the requestId. */
  async ask(message) {
    const requestId = `request-${Client.requests++}`;
    this.send({...message, requestId});
    return this.take((answer) => answer.requestId === requestId,
                     `the answer to ${message.type}`);
  }

  close() {
    this.socket.close();
    return within(this.closed, 'the end of a connection');
  }
}
Client.requests = 1;

function open(server, path, {query = '', protocols = [], headers = {}, ca}) {
  const url = server.url.replace(/^http/, 'ws').replace(/\/$/, '') + path + query;
  return new WebSocket(url, protocols, {headers, ca});
}

/** Tries to connect and returns how that is refused: {status, body}. */
export async function refusal(server, path, handshake = {}) {
  const socket = open(server, path, handshake);
  socket.on('error', () => {});
  socket.on('open', () => socket.terminate());
  const [, response] = await within(once(socket, 'unexpected-response'), `the refusal by ${path}`);
  let body = '';
  for await (const chunk of response) body += chunk;
  return {status: response.statusCode, body};
}

/**
 * Connects to a channel of a server that startServer() has started, and waits
 * for the first message, which stays to be taken. That message proves that the
 * server counts the client: an open socket does not, and what another input
 * (standard input, HTTP, a second client) does then may come before it.
 * `handshake` has what the client shows: {query, protocols, headers}, and the
 * certificate that it trusts: {ca}.
 */
export async function connect(t, server, path, handshake = {}) {
  const socket = open(server, path, handshake);
  const client = new Client(socket);
  t.after(() => socket.terminate());
  await within(once(socket, 'open'), `a connection to ${path}`);
  await client.first();
  return client;
}
