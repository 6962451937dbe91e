// What both pages tell about the connection: in words, for the eye and for
// screen readers.

import { setText } from './elements.js';

// "3 s", "5 min", "2 h": an age in milliseconds, short and calm.
export function ageText(age) {
  const seconds = Math.max(0, Math.floor(age / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

// The words for a state of Connection at the time `now`.
// `live`: the word for a connection that stands.
export function stateText(state, now, live = 'Live') {
  switch (state.name) {
    case 'open':
      return live;
    case 'waiting': {
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      return seconds > 0 ? `Disconnected, trying again in ${seconds} s` : 'Reconnecting';
    }
    case 'stopped':
      return `Disconnected by the server${state.reason ? `: ${state.reason}` : ` (${state.code})`}`;
    default:
      return state.attempt > 0 ? 'Reconnecting' : 'Connecting';
  }
}

// Speaks through aria-live, at most one sentence each `pause`: what comes
// faster is joined, and beyond `limit` sentences only the newest are kept.
export class Announcer {
  #region;
  #pause;
  #limit;
  #waiting = [];
  #timer = null;

  constructor(region, { pause = 1_500, limit = 4 } = {}) {
    this.#region = region;
    this.#pause = pause;
    this.#limit = limit;
  }

  say(sentence) {
    this.#waiting.push(sentence);
    if (this.#waiting.length > this.#limit) this.#waiting.shift();
    if (this.#timer === null) this.#speak();
  }

  #speak() {
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    this.#region.textContent = this.#waiting.join(' ');
    this.#waiting = [];
    this.#timer = setTimeout(() => this.#speak(), this.#pause);
  }
}

// The line at the top of a page: a dot, the state in words, how fresh what one
// sees is, and a button to try again now. `freshness(mode, now)` gives the
// middle part; mode: 'connecting' for the first time, 'live' or 'stale'.
// `live(now)` gives the word for a connection that stands.
export class StatusLine {
  #root;
  #announcer;
  #freshness;
  #live;
  #state = { name: 'connecting', attempt: 0 };
  #mode = 'connecting';
  #wasLive = false;

  constructor(root, { announcer, freshness, onRetry, live = () => 'Live' }) {
    this.#root = root;
    this.#announcer = announcer;
    this.#freshness = freshness;
    this.#live = live;
    this.#part('retry').addEventListener('click', onRetry);
    setInterval(() => this.refresh(), 1_000);
    // A hidden tab's timers are slow: never show an old age on coming back.
    document.addEventListener('visibilitychange', () => this.refresh());
  }

  show(state) {
    this.#state = state;
    this.#announce(state);
    this.refresh();
  }

  refresh() {
    const now = Date.now();
    const isLost = this.#state.name === 'waiting' || this.#state.name === 'stopped';
    if (this.#state.name === 'open') this.#mode = 'live';
    else if (isLost) this.#mode = 'stale'; // and while it connects again
    document.body.dataset.connection = this.#mode;
    setText(this.#part('state'), stateText(this.#state, now, this.#live(now)));
    setText(this.#part('freshness'), this.#freshness(this.#mode, now));
    this.#part('retry').hidden = !isLost;
  }

  #announce(state) {
    if (state.name === 'open') {
      if (this.#wasLive) this.#announcer.say('Connected again.');
      this.#wasLive = true;
    } else if (state.name === 'stopped') {
      this.#announcer.say(`${stateText(state, Date.now())}.`);
    } else if (state.name === 'waiting' && state.attempt === 1) {
      this.#announcer.say('Connection lost, trying again.');
    }
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }
}
