// A WebSocket that comes back by itself: full-jitter back-off, at once when the
// browser is online again or the tab is looked at, never after a close code
// that says "don't". Speaks JSON objects; knows nothing of what they mean.

export const BACKOFF = { base: 500, cap: 15_000 };

// How long to wait before attempt `attempt` (0, 1, 2, …), in milliseconds:
// anything between nothing and twice as much as the time before, so that a
// restarted server is not met by everybody at the same moment.
export function backoffDelay(attempt, random = Math.random, { base, cap } = BACKOFF) {
  return Math.floor(random() * Math.min(cap, base * 2 ** Math.min(attempt, 30)));
}

// 4500 to 4999: the server asks not to come back.
export function mayReconnect(code) {
  return !(code >= 4500 && code <= 4999);
}

// A server that restarts closes with 4004 and says how long to stay away. It
// draws a time by lot for each client, so that not all come back at once.
// Returns milliseconds, or null if the close says nothing of the kind.
export function timeAway(code, reason) {
  if (code !== RESTARTING) return null;
  const match = /come back in (\d{1,8}) ms/.exec(reason ?? '');
  return match ? Math.min(Number(match[1]), LONGEST_AWAY) : null;
}

// `path` is relative to the page, so that a proxy may serve the page and the
// channel below any path.
export function socketUrl(path, location) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

const RESTARTING = 4004;
const LONGEST_AWAY = 600_000; // whatever the server says
const TRY_AGAIN_LATER = 1013;
const LATER_ATTEMPT = 4; // waits as after this many failures
const STABLE_AFTER = 5_000; // a connection that lived as long was a good one
const CONNECT_TIMEOUT = 10_000;
const SILENCE = 40_000; // then the connection is asked for a sign of life
const PROBE_TIMEOUT = 5_000;

function browserEnvironment() {
  return {
    createSocket: (url) => new WebSocket(url),
    random: Math.random,
    now: () => Date.now(),
    setTimeout: (callback, delay) => setTimeout(callback, delay),
    clearTimeout: (timer) => clearTimeout(timer),
    window,
    document,
  };
}

// Options:
//   onState(state)    {name: 'connecting' | 'open' | 'waiting' | 'stopped', …};
//                     'waiting' has `retryAt`, 'stopped' has `code`, `reason`
//   onOpen()          a connection stands; what was known before is old
//   onMessage(object) one JSON object
//   parse(text)       reads JSON; JSON.parse() without it
//   probe()           sends something that the server answers; called when
//                     nothing was heard for long (a dead peer looks like that)
export class Connection {
  #url;
  #options;
  #env;
  #socket = null;
  #timer = null; // of the retry, of connecting, or of the silence
  #attempt = 0;
  #awayUntil = 0; // a server that restarts has said so
  #openedAt = 0;
  #heardAt = 0;
  #state = { name: 'idle' };

  constructor(url, options, environment = browserEnvironment()) {
    this.#url = url;
    this.#options = options;
    this.#env = environment;
    const { window, document } = environment;
    window.addEventListener('online', () => this.#hurry());
    window.addEventListener('pageshow', () => this.#hurry());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#hurry();
    });
  }

  get state() {
    return this.#state;
  }

  start() {
    if (this.#state.name === 'idle') this.#connect();
  }

  // Returns whether it was handed to an open connection.
  send(object) {
    if (this.#state.name !== 'open') return false;
    this.#socket.send(JSON.stringify(object));
    return true;
  }

  // The user asks for it: also after the server said not to come back.
  retryNow() {
    if (this.#state.name !== 'waiting' && this.#state.name !== 'stopped') return;
    this.#attempt = 0;
    this.#connect();
  }

  // Gives up the connection as it is and makes another, after a short while.
  reconnect(reason) {
    this.#discardSocket();
    this.#lost(4000, reason);
  }

  #hurry() {
    if (this.#state.name === 'waiting') {
      if (this.#env.now() >= this.#awayUntil) this.#connect();
    } else if (this.#state.name === 'open' && this.#silence() > SILENCE / 4) {
      this.#probe(); // it may have died while the machine slept
    }
  }

  #connect() {
    this.#setTimer(() => this.reconnect('no answer'), CONNECT_TIMEOUT);
    this.#setState({ name: 'connecting', attempt: this.#attempt });
    let socket;
    try {
      socket = this.#env.createSocket(this.#url);
    } catch (error) {
      this.#lost(1006, String(error));
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => {
      this.#socket = null;
      this.#lost(event.code, event.reason);
    };
  }

  #opened() {
    this.#openedAt = this.#heardAt = this.#env.now();
    this.#watchSilence(SILENCE);
    this.#setState({ name: 'open' });
    this.#options.onOpen?.();
  }

  #heard(data) {
    this.#heardAt = this.#env.now();
    if (typeof data !== 'string') return;
    let message;
    try {
      message = (this.#options.parse ?? JSON.parse)(data);
    } catch {
      return; // not of this protocol; the next one may be
    }
    if (message !== null && typeof message === 'object') this.#options.onMessage(message);
  }

  #lost(code, reason) {
    const now = this.#env.now();
    const wasStable = this.#state.name === 'open' && now - this.#openedAt >= STABLE_AFTER;
    if (wasStable) this.#attempt = 0;
    if (code === TRY_AGAIN_LATER) this.#attempt = Math.max(this.#attempt, LATER_ATTEMPT);
    if (!mayReconnect(code)) {
      this.#setTimer(null);
      this.#setState({ name: 'stopped', code, reason });
      return;
    }
    const away = timeAway(code, reason);
    const delay = away ?? backoffDelay(this.#attempt, this.#env.random);
    // The server means it: neither a tab that is looked at nor the network
    // makes it come sooner.
    this.#awayUntil = away === null ? 0 : now + away;
    this.#attempt = away === null ? this.#attempt + 1 : 0;
    this.#setTimer(() => this.#connect(), delay);
    this.#setState({ name: 'waiting', retryAt: now + delay, attempt: this.#attempt, code, reason });
  }

  #silence() {
    return this.#env.now() - this.#heardAt;
  }

  #watchSilence(delay) {
    this.#setTimer(() => {
      const left = SILENCE - this.#silence();
      if (left > 0) this.#watchSilence(left);
      else this.#probe();
    }, delay);
  }

  #probe() {
    const askedAt = this.#env.now();
    this.#options.probe?.();
    this.#setTimer(() => {
      if (this.#heardAt >= askedAt) this.#watchSilence(SILENCE);
      else this.reconnect('silence');
    }, PROBE_TIMEOUT);
  }

  #discardSocket() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #setTimer(callback, delay) {
    if (this.#timer !== null) this.#env.clearTimeout(this.#timer);
    this.#timer = callback && this.#env.setTimeout(callback, delay);
  }

  #setState(state) {
    this.#state = state;
    this.#options.onState?.(state);
  }
}
