// Counts the tests of a run of ctest, each one of GoogleTest's by itself, also
// where a program ran many of them in one process (TICKERHUB_TESTS_TOGETHER).
//
//   node tests/count_results.js REPORT FOLDER [SLOWEST [FAILED]]
//
// REPORT is what ctest --output-junit wrote, FOLDER is where the programs wrote
// theirs. Prints "PASSED FAILED" and, into the file SLOWEST, "SECONDS NAME" for
// each test; into the file FAILED, the name of each that ctest saw fail and the
// lines that say why: from the first that failed on, if it printed TAP, and the
// last ones otherwise, the input that a fuzz target failed with among them. A
// program that failed without a failed test, or that left no report (it crashed,
// a sanitizer found something, it took too long), is a failed test.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [report, folder, slowest, failures] = process.argv.slice(2);
const TOGETHER = /^together\./;
const LINES = 20; // of what failed
const times = [];
const reasons = [];
let passed = 0;
let failed = 0;

const UNESCAPED = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const unescape = (text) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => UNESCAPED[name]);

// The attributes of each <testcase>, what it printed, and whether it has a
// <failure> inside.
function* casesOf(file) {
  for (const [, head, body] of readFileSync(file, 'utf8').matchAll(/<testcase ((?:[^">]|"[^"]*")*?)(?:\/>|>([^]*?)<\/testcase>)/g)) {
    const attributes = Object.fromEntries([...head.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const output = unescape(body?.match(/<system-out>([^]*?)<\/system-out>/)?.[1] ?? '');
    yield { ...attributes, output, hasFailure: /<failure\b/.test(body ?? '') };
  }
}

function count(name, seconds, result) {
  times.push([Number(seconds), name]);
  if (result === 'passed') passed += 1;
  if (result === 'failed') failed += 1;
}

// Those that a program ran in one process.
function countTogether(name, file, hasSucceeded) {
  let bad = 0;
  for (const { classname, name: own, time, status, result, hasFailure } of existsSync(file) ? casesOf(file) : []) {
    if (status === 'notrun' || result === 'skipped') continue;
    if (hasFailure) bad += 1;
    count(`${classname}.${own}`, time, hasFailure ? 'failed' : 'passed');
  }
  if ((!hasSucceeded && bad === 0) || !existsSync(file)) count(name, 0, 'failed');
}

// TAP tells the failed test first, and then each suite around it.
function reasonOf(output) {
  const lines = output.trimEnd().split('\n');
  const first = lines.findIndex((line) => /^ *not ok /.test(line));
  return first < 0 ? lines.slice(-LINES) : lines.slice(first, first + LINES);
}

for (const { name, time, status, output } of casesOf(report)) {
  if (status === 'fail') reasons.push(name, ...reasonOf(output).map((line) => `  ${line.slice(0, 400)}`));
  if (TOGETHER.test(name)) {
    countTogether(name, path.join(folder, `${name}.xml`), status === 'run');
  } else if (status === 'run' || status === 'fail') {
    count(name, time, status === 'run' ? 'passed' : 'failed');
  }
}
if (slowest) writeFileSync(slowest, times.map(([seconds, name]) => `${seconds} ${name}\n`).join(''));
if (failures) writeFileSync(failures, reasons.map((line) => `${line}\n`).join(''));
console.log(`${passed} ${failed}`);
