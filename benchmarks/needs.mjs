// What the measurements by node need: the packages of tests/, which are installed
// here unless they are there, and a program of a Release build.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

// The package `name` of tests/.
export function testPackage(name) {
  execFileSync(`${ROOT}tests/install-node-packages`, { stdio: ['ignore', 2, 2] });
  return createRequire(`${ROOT}tests/package.json`)(name);
}

// The path of tickerhub-NAME.
export function releaseProgram(name) {
  const variable = `TICKERHUB_${name.toUpperCase().replace('-', '_')}`;
  const program = process.env[variable] ?? `${ROOT}build/soak/examples/tickerhub-${name}`;
  if (!existsSync(program)) {
    console.error(`There is no ${program}. benchmarks/run-soak builds it; ${variable} may name another.`);
    process.exit(2);
  }
  return program;
}
