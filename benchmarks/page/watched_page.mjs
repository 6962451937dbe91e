// A page in headless Chromium, and how smooth it is while something happens.

import { writeFileSync } from 'node:fs';
import { launch, waitForConnection } from '../../tests/browser/browser.js';

export const LONG = 50; // ms: the bar for a task of the page's thread

// In the page, from before its first script: collects frames and long tasks.
function collect() {
  const watch = { tasks: [], frames: [] };
  const note = (entries) => watch.tasks.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: 'longtask', buffered: true });
  let last = performance.now();
  const frame = (now) => {
    watch.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.watchAnew = () => {
    observer.takeRecords();
    watch.tasks.length = watch.frames.length = 0;
  };
  window.watched = () => {
    note(observer.takeRecords());
    const frames = [...watch.frames].sort((a, b) => a - b);
    const at = (share) => frames[Math.floor((frames.length - 1) * share)] ?? 0;
    return { longest: Math.max(0, ...watch.tasks), longTasks: watch.tasks.length, median: at(0.5), p99: at(0.99) };
  };
}

export class WatchedPage {
  #browser;
  #session;
  page;

  static async open(url) {
    const watched = new WatchedPage();
    watched.#browser = await launch();
    watched.page = await watched.#browser.newPage({ viewport: { width: 1200, height: 800 } });
    watched.#session = await watched.page.context().newCDPSession(watched.page);
    await watched.page.addInitScript(collect);
    await watched.page.goto(url);
    await waitForConnection(watched.page, 'live');
    return watched;
  }

  // Does something and answers {longest, longTasks, median, p99} of that time.
  async during(act) {
    await this.page.evaluate(() => window.watchAnew());
    await act(this.page);
    return this.page.evaluate(() => new Promise(requestAnimationFrame).then(() => window.watched()));
  }

  // MiB, of what is still in use.
  async heap() {
    await this.#session.send('HeapProfiler.collectGarbage');
    return (await this.#session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  }

  async startProfile() {
    await this.#session.send('Profiler.enable');
    await this.#session.send('Profiler.start');
  }

  // The developer tools of Chromium show the file.
  async saveProfile(file) {
    const { profile } = await this.#session.send('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
  }

  close() {
    return this.#browser.close();
  }
}

export const figures = ({ longest, longTasks, median, p99 }) =>
  `longest task ${longest.toFixed(0)} ms (${longTasks} over ${LONG} ms), frames: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
