// One of the two servers, from a Release build.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { releaseProgram } from '../needs.mjs';

// `name`: stock-tracker or notifier. Answers its process, with the `url` of its
// page.
export async function start(name, args) {
  const child = spawn(releaseProgram(name), ['--port', '0', '--log-level', 'error', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [listening] = await once(createInterface({ input: child.stdout }), 'line');
  child.url = /http:\/\/\S+/.exec(listening)[0];
  return child;
}
