// Runs the tests of one build again and again, shuffled, and tells which fail
// by chance. `tests/run --repeat` builds and calls this.
//
//   node tests/repeat.js BUILD_DIR TIMES LOG_DIR alone|busy [REGEX]
//
// Every test runs TIMES times as a process of its own, as ctest runs it, and
// TIMES times in a process with the others of its program (GoogleTest). Several
// run at a time. `busy` keeps every core compiling meanwhile. The log of a run that failed
// stays in LOG_DIR. Exits with 1 if a test failed.

import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const LABELS = 'integration|conformance|browser|load';
const SILENCE = 400_000; // ms without a line: it hangs; ctest ends a test earlier

const [buildDir, times, logs, load, regex = ''] = process.argv.slice(2);
const logDir = resolve(logs); // ctest takes a path of its own folder otherwise
const rounds = Number(times);
const what = basename(buildDir) + (load === 'busy' ? ', beside a compiler' : ', alone');
const failures = new Map(); // name -> how often
const running = new Set();
const cores = availableParallelism?.() ?? cpus().length;
const JOBS = 4 * cores; // at a time: most tests wait for sockets
const ROUNDS = 10; // of a process that runs all tests of a program
let runs = 0;

const say = (text) => console.log(`[${what}] ${text}`);

function countFailure(name) {
  failures.set(name, (failures.get(name) ?? 0) + 1);
}

// GCC's ThreadSanitizer can't start where the kernel spreads addresses widely.
const PREFIX = spawnSync('setarch', ['-R', 'true']).status === 0 ? ['setarch', '-R'] : [];

// ---- processes

// In a process group of its own, so that all that it starts ends with it.
function start(command, args, options = {}) {
  const child = spawn(command, args, { detached: true, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function killAll() {
  for (const child of running) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

process.on('exit', killAll);
for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => {
    report();
    say('stopped');
    process.exit(status);
  });
}

// Resolves with the exit status. Each line goes to `onLine`.
function run(command, args, options, onLine) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), SILENCE);
    };
    heard();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        heard();
        onLine(line);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(silence);
      resolve(signal ?? code);
    });
  });
}

// Compiles on every core until the end.
function startCompilers() {
  const source = join(logDir, 'busy.cc');
  writeFileSync(source, '#include <regex>\n#include <iostream>\nint main() { std::regex r("a+b"); std::cout << std::regex_match("aab", r); }\n');
  for (let i = 0; i < cores; i += 1) {
    start('sh', ['-c', 'while "${CXX:-c++}" -std=c++17 -O2 -c "$0" -o /dev/null; do :; done', source], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }).once('exit', () => {
      say('the compiler that should keep the cores busy has failed');
      process.exit(2);
    });
  }
}

// ---- the tests

const SELECTION = ['--test-dir', buildDir, '-L', LABELS, ...(regex ? ['-R', regex] : [])];

// Program -> { names, cwd }, of GoogleTest's tests.
function listPrograms() {
  const listed = spawnSync('ctest', [...SELECTION, '--show-only=json-v1'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (listed.status !== 0) throw new Error(`ctest lists no tests of ${buildDir}: ${listed.stderr}`);
  const { tests } = JSON.parse(listed.stdout);
  if (tests.length === 0) throw new Error(`no test of ${buildDir} is called '${regex}'`);
  const programs = new Map();
  for (const { command, properties } of tests) {
    const filter = command?.find((word) => word.startsWith('--gtest_filter='));
    if (!filter) continue;
    const cwd = properties.find(({ name }) => name === 'WORKING_DIRECTORY')?.value;
    if (!programs.has(command[0])) programs.set(command[0], { names: [], cwd });
    programs.get(command[0]).names.push(filter.slice('--gtest_filter='.length));
  }
  say(`${tests.length} tests, ${rounds} times`);
  return programs;
}

// Runs all tests of a program in one process, `left` times. After a crash a new
// process goes on.
async function repeatInOneProcess({ program, names, cwd, left, part }) {
  for (let attempt = 1; left > 0; attempt += 1) {
    const logFile = join(logDir, `${basename(program)}.${part}.${attempt}.log`);
    const log = createWriteStream(logFile);
    let roundsBegun = 0;
    let current = null;
    let failed = 0;
    const seed = 1 + Math.floor(Math.random() * 99_998);
    const status = await run(
      PREFIX[0] ?? program,
      [...PREFIX.slice(1), ...(PREFIX.length ? [program] : []), `--gtest_repeat=${left}`, '--gtest_shuffle',
        `--gtest_random_seed=${seed}`, `--gtest_filter=${names.join(':')}`],
      { cwd },
      (line) => {
        log.write(`${line}\n`);
        if (/^Repeating all tests/.test(line)) roundsBegun += 1;
        const begun = /^\[ RUN +\] (\S+)/.exec(line);
        if (begun) current = begun[1];
        const ended = /^\[ +(OK|FAILED|SKIPPED) +\] (\S+) \(\d+ ms\)/.exec(line);
        if (!ended) return;
        runs += 1;
        current = null;
        if (ended[1] !== 'FAILED') return;
        failed += 1;
        countFailure(`${ended[2]} (one process)`);
      },
    );
    left = left === 1 ? 0 : left - roundsBegun;
    const crashed = current !== null || (status !== 0 && failed === 0);
    if (crashed) {
      runs += 1;
      failed += 1;
      countFailure(`${current ?? basename(program)} (one process, ended with ${status})`);
    } else {
      left = 0;
    }
    await new Promise((resolve) => log.end(resolve));
    if (failed === 0) rmSync(logFile);
    if (roundsBegun === 0) break;
  }
}

// Each program in processes of ROUNDS rounds, JOBS at a time. The programs with
// the most tests begin, because they take the longest.
async function repeatTogether(programs) {
  const parts = [];
  for (const [program, { names, cwd }] of programs) {
    for (let part = 0; part * ROUNDS < rounds; part += 1) {
      parts.push({ program, names, cwd, left: Math.min(ROUNDS, rounds - part * ROUNDS), part });
    }
  }
  parts.sort((a, b) => a.names.length - b.names.length);
  const all = parts.length;
  let ended = 0;
  const work = async () => {
    while (parts.length > 0) {
      await repeatInOneProcess(parts.pop());
      ended += 1;
      if (ended % JOBS === 0 || ended === all) sayProgress(`in one process: ${ended} of ${all} processes`);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
}

// Each test as a process of its own.
async function runWithCtest(round) {
  const logFile = join(logDir, `ctest.${round}.log`);
  const report = join(logDir, 'ctest.xml');
  rmSync(report, { force: true });
  const log = createWriteStream(logFile);
  const args = [...SELECTION, '--schedule-random', '-j', String(JOBS), '--output-on-failure', '--no-tests=error', '--output-junit', report];
  const status = await run(PREFIX[0] ?? 'ctest', [...PREFIX.slice(1), ...(PREFIX.length ? ['ctest'] : []), ...args], {}, (line) => log.write(`${line}\n`));
  await new Promise((resolve) => log.end(resolve));
  let failed = 0;
  for (const [, name, state] of readFileSync(report, 'utf8').matchAll(/<testcase name="([^"]*)"[^>]* status="([^"]*)"/g)) {
    runs += 1;
    if (state !== 'fail') continue;
    failed += 1;
    countFailure(`${name} (own process)`);
  }
  if (status !== 0 && failed === 0) {
    failed = 1;
    countFailure(`ctest ended with ${status}`);
  }
  if (failed === 0) rmSync(logFile);
}

const failedRuns = () => [...failures.values()].reduce((sum, count) => sum + count, 0);

function sayProgress(text) {
  say(`${text}, ${Math.round(process.uptime())} s, ${failedRuns()} failed`);
}

function report() {
  const failed = failedRuns();
  say(`${runs} runs, ${failed} failed`);
  for (const [name, count] of [...failures].sort((a, b) => b[1] - a[1])) say(`  ${count} times: ${name}`);
  if (failed > 0) say(`  the logs are in ${logDir}`);
  return failed;
}

rmSync(logDir, { recursive: true, force: true });
mkdirSync(logDir, { recursive: true });
try {
  const programs = listPrograms();
  if (load === 'busy') startCompilers();
  await repeatTogether(programs);
  for (let round = 1; round <= rounds; round += 1) {
    await runWithCtest(round);
    sayProgress(`as processes of their own: ${round} of ${rounds} rounds`);
  }
  process.exitCode = report() > 0 ? 1 : 0;
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}
process.exit();
