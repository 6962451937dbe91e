// What goes beyond the page, each only if the user has asked for it: the
// browser's own notifications while the tab is hidden, a sound, and pop-ups for
// who comes and goes. The browser remembers the choice.

import { setText } from './elements.js';
import { loadAlerts, saveAlerts } from './tab_memory.js';

const MOST_AT_ONCE = 3; // notifications of the browser

const BUTTONS = {
  default: 'Notify me when this tab is hidden',
  granted: 'Stop notifying me when this tab is hidden',
};

// Two short tones, from no file.
function beep(context) {
  const start = context.currentTime;
  for (const [delay, pitch] of [[0, 660], [0.14, 880]]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start + delay);
    volume.gain.exponentialRampToValueAtTime(0.001, start + delay + 0.12);
    tone.connect(volume).connect(context.destination);
    tone.start(start + delay);
    tone.stop(start + delay + 0.13);
  }
}

export class Alerts {
  #root;
  #chosen;
  #onShow;
  #audio = null;
  #epoch = '';

  // `onShow(item)` hears that the user clicked a notification of the browser.
  constructor(root, onShow) {
    this.#root = root;
    this.#onShow = onShow;
    this.#chosen = loadAlerts();
    for (const name of ['sound', 'presence']) {
      const box = root.querySelector(`[name="${name}"]`);
      box.checked = this.#chosen[name];
      box.addEventListener('change', () => this.#choose(name, box.checked));
    }
    this.#part('browser').addEventListener('click', () => this.#toggle());
    this.#draw();
  }

  get showsPresence() {
    return this.#chosen.presence;
  }

  // Ids mean something only within an epoch.
  setEpoch(epoch) {
    this.#epoch = epoch;
  }

  tell(items) {
    if (items.length === 0) return;
    if (this.#chosen.sound) this.#beep();
    if (document.visibilityState === 'visible' || !this.#isOn) return;
    for (const item of items.slice(-MOST_AT_ONCE)) this.#notify(item);
  }

  get #isOn() {
    return this.#chosen.browser && 'Notification' in window && Notification.permission === 'granted';
  }

  #notify(item) {
    const title = item.title || `${item.from ? `${item.from}: ` : ''}${item.message.slice(0, 80)}`;
    // Several hidden tabs show one: the browser joins those with the same tag.
    const tag = `tickerhub ${this.#epoch} ${item.id}`;
    try {
      const shown = new Notification(title, { body: item.title ? item.message : '', tag, silent: !this.#chosen.sound });
      shown.onclick = () => {
        window.focus();
        this.#onShow(item);
        shown.close();
      };
    } catch {
      // A phone's browser allows it to service workers only.
    }
  }

  #beep() {
    try {
      this.#audio ??= new AudioContext();
      beep(this.#audio);
    } catch {
      // No sound device.
    }
  }

  async #toggle() {
    if (this.#isOn) {
      this.#choose('browser', false);
    } else if ('Notification' in window) {
      const answer = await Notification.requestPermission();
      this.#choose('browser', answer === 'granted');
    }
    this.#draw();
  }

  #choose(name, value) {
    this.#chosen[name] = value;
    saveAlerts(this.#chosen);
    if (name === 'sound' && value) this.#beep(); // so that one knows it
  }

  #draw() {
    const isDenied = !('Notification' in window) || Notification.permission === 'denied';
    const button = this.#part('browser');
    button.disabled = isDenied;
    setText(button, this.#isOn ? BUTTONS.granted : BUTTONS.default);
    setText(this.#part('denied'), isDenied ? 'The browser does not allow it to this page.' : '');
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }
}
