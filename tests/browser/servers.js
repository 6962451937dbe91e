// Starts the real servers, whose paths are in the environment.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const BINARIES = {
  stocks: 'TICKERHUB_STOCK_TRACKER',
  notifications: 'TICKERHUB_NOTIFIER',
};

function binary(kind) {
  const path = process.env[BINARIES[kind]];
  if (!path) throw new Error(`Set ${BINARIES[kind]} to the path of the server's binary.`);
  return path;
}

export class Server {
  #kind;
  #args;
  #process = null;
  #exited = null;
  url = null;

  constructor(kind, args) {
    this.#kind = kind;
    this.#args = args;
  }

  // Starts a server of `kind` ('stocks' or 'notifications') on a free port and
  // stops it when the test `t` ends.
  static async start(t, kind, args = []) {
    const server = new Server(kind, args);
    t.after(() => server.kill());
    await server.#listen('0');
    return server;
  }

  get socketUrl() {
    return `${this.url.replace('http', 'ws').replace(/\/$/, '')}/${this.#kind}`;
  }

  // To its standard input.
  write(text) {
    this.#process.stdin.write(text);
  }

  // To read its certificate again.
  hangUp() {
    this.#process.kill('SIGHUP');
  }

  // As a crash would: no farewell to anybody.
  async kill() {
    if (!this.#process) return;
    this.#process.kill('SIGKILL');
    await this.#exited;
    this.#process = null;
  }

  async stop() {
    this.#process.kill('SIGTERM');
    const status = await this.#exited;
    this.#process = null;
    return status;
  }

  // On the port it had.
  async restart() {
    await this.#listen(new URL(this.url).port);
  }

  async #listen(port) {
    const where = this.#args.includes('--tls-cert')
      ? ['--listen', `127.0.0.1:${port},tls`]
      : ['--address', '127.0.0.1', '--port', port];
    const child = spawn(binary(this.#kind), [...where, ...this.#args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    this.url = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code} before it listened.`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const match = /^listening on (https?:\/\/\S+)/.exec(line);
        if (match) resolve(match[1]);
      });
    });
  }
}

// A stock tracker that prices are piped into: `stdin` takes lines, `url` is its page.
export async function piped(t, args = []) {
  const child = spawn(binary('stocks'), ['--port', '0', '--source', 'stdin', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(() => {
    child.kill('SIGKILL');
    return ended;
  });
  child.url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => resolve(line.replace('listening on ', '')));
  });
  return child;
}
