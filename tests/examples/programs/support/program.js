// Starts the programs under test and waits for what they say.
import {spawn} from 'node:child_process';
import {once} from 'node:events';

export const STOCK_TRACKER = process.env.TICKERHUB_STOCK_TRACKER;
export const NOTIFIER = process.env.TICKERHUB_NOTIFIER;
/** Left out where libcurl is absent. */
export const NOTIFY = process.env.TICKERHUB_NOTIFY;
export const QUICKSTART = process.env.TICKERHUB_QUICKSTART;
export const OWN_FEED = process.env.TICKERHUB_OWN_FEED;
/** A program of docs/guide.md. */
export const guide = (name) => `${process.env.TICKERHUB_GUIDE}/guide_${name}`;

// Far beyond what any step takes, sanitizers and a busy machine included: it
// ends a test that would never end, and decides nothing else.
export const DEADLINE_MS = 60_000;

/** Rejects with `what` if `promise` has not settled by the deadline. */
export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
        () => reject(new Error(`gave up waiting for ${what}`)), DEADLINE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A running program with all that it has written so far. */
export class Program {
  constructor(path, args, {env = {}, stdin = 'ignore'} = {}) {
    if (!path) throw new Error('the TICKERHUB_… variables name the programs');
    this.stdout = '';
    this.stderr = '';
    this.watchers = new Set();
    this.child = spawn(path, args, {
      env: {...process.env, ...env},
      stdio: [stdin, 'pipe', 'pipe'],
    });
    // A program that ends before it has read its input breaks the pipe.
    this.child.stdin?.on('error', () => {});
    for (const stream of ['stdout', 'stderr']) {
      this.child[stream].setEncoding('utf8').on('data', (text) => {
        this[stream] += text;
        for (const look of [...this.watchers]) look();
      });
    }
    this.closed = once(this.child, 'close').then(([status, signal]) => {
      this.ended = true;
      for (const look of [...this.watchers]) look();
      return {status, signal};
    });
  }

  /** Waits until `pattern` is in what the program wrote to `stream`. */
  output(stream, pattern) {
    const found = new Promise((resolve, reject) => {
      const look = () => {
        const match = this[stream].match(pattern);
        if (!match && !this.ended) return;
        this.watchers.delete(look);
        if (match) return resolve(match);
        reject(new Error(`ended without ${pattern} on ${stream}: ${
            this.stdout}${this.stderr}`));
      };
      this.watchers.add(look);
      look();
    });
    return within(found, `${pattern} on ${stream}`);
  }

  /** {status, signal}, once it has ended and all it wrote was read. */
  end() {
    return within(this.closed, 'the end of the program');
  }

  kill(signal) {
    this.mustEnd ||= signal !== 'SIGHUP';
    this.child.kill(signal);
  }
}

/** Runs a program to its end: {status, signal, stdout, stderr}. */
export async function run(path, args, options) {
  const program = new Program(path, args, options);
  try {
    const result = await program.end();
    return {...result, stdout: program.stdout, stderr: program.stderr};
  } finally {
    program.kill('SIGKILL');
  }
}

/**
 * Starts a server on a free port and waits for its start line. When the test
 * `t` ends, the server is stopped and must have ended well: a sanitizer's
 * report is a failure. `options.through` is a line of shell that starts it as
 * "$0" with "$@"; `options.port` a port that is not just any free one; null: `args` say where.
 */
export async function startServer(t, path, args = [], options = {}) {
  const own = options.port === null ? args : ['--port', `${options.port ?? 0}`, ...args];
  const program = options.through ?
      new Program('/bin/sh', ['-c', options.through, path, ...own], options) :
      new Program(path, own, options);
  t.after(async () => {
    // A second signal, while it stops because of the test's, would end it at once.
    if (!program.ended && !program.mustEnd) program.kill('SIGTERM');
    let result;
    try {
      result = await program.end();
    } finally {
      program.kill('SIGKILL');
    }
    if (result.status !== 0) {
      throw new Error(`ended with ${JSON.stringify(result)}: ${program.stderr}`);
    }
  });
  const [, url] = await program.output('stdout', /^listening on (\S+)\n/);
  program.url = url;
  program.port = Number(new URL(url).port);
  return program;
}
