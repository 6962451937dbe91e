import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('count_results.js', import.meta.url));

// As ctest 3.25 writes it: how a test went is its `status`.
const ctestReport = (...cases) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="(empty)">\n${cases
    .map(([name, status, output = 'a line\n'.repeat(25)]) => `\t<testcase name="${name}" classname="${name}" time="0.5" status="${status}">\n${status === 'fail' ? '<failure message=""/>' : '<properties/>'}<system-out>${output}the last: &lt;b&gt; &amp;lt;\n</system-out>\n</testcase>\n`)
    .join('')}</testsuite>\n`;

// As GoogleTest 1.12 writes it.
const programReport = (...bodies) => `<?xml version="1.0"?>\n<testsuites>\n<testsuite name="S">\n${bodies.join('\n')}\n</testsuite>\n</testsuites>\n`;
const GOOD = '<testcase name="Good" value_param="a &gt; &quot;b&quot;" status="run" result="completed" time="0.25" classname="S" />';
const BAD = '<testcase name="Bad" status="run" result="completed" time="0" classname="S">\n<failure message="x" type=""><![CDATA[x]]></failure>\n<failure message="y" type=""></failure>\n</testcase>';
const SKIPPED = '<testcase name="Skipped" status="run" result="skipped" time="0" classname="S">\n<skipped message="no"/>\n</testcase>';
const DISABLED = '<testcase name="DISABLED_Off" status="notrun" result="suppressed" time="0" classname="S" />';

function count(t, report, programs) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickerhub-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'ctest.xml'), report);
  for (const [name, text] of Object.entries(programs)) writeFileSync(path.join(folder, `${name}.xml`), text);
  const times = path.join(folder, 'times.txt');
  const failed = path.join(folder, 'failed.txt');
  const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, path.join(folder, 'ctest.xml'), folder, times, failed], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return { counted: stdout.trim(), times: readFileSync(times, 'utf8'), failed: readFileSync(failed, 'utf8') };
}

test('each test of a program counts, and so does each that ctest runs itself', (t) => {
  const { counted, times } = count(t, ctestReport(['together.p.0', 'fail'], ['together.p.1', 'run'], ['lint.format', 'run'], ['a.b', 'fail'], ['c.d', 'notrun'], ['e.f', 'disabled']), {
    'together.p.0': programReport(GOOD, BAD, SKIPPED, DISABLED),
    'together.p.1': programReport(GOOD, GOOD),
  });
  assert.equal(counted, '4 2');
  assert.match(times, /^0\.25 S\.Good$/m);
  assert.match(times, /^0\.5 lint\.format$/m);
});

test('the last lines of what failed are kept', (t) => {
  const { failed } = count(t, ctestReport(['a.b', 'fail'], ['c.d', 'run']), {});
  assert.equal(failed, `a.b\n${'  a line\n'.repeat(19)}  the last: <b> &lt;\n`);
});

test('of a suite in TAP, the test that failed is kept and not the summary', (t) => {
  const tap = `ok 1 - good\n    not ok 2 - bad\n      error: 1 !== 2\n${'      at\n'.repeat(30)}not ok 1 - suite\n# fail 1\n`;
  const { failed } = count(t, ctestReport(['a.b', 'fail', tap]), {});
  assert.equal(failed, `a.b\n      not ok 2 - bad\n        error: 1 !== 2\n${'        at\n'.repeat(18)}`);
});

test('a program that crashed is one failed test', (t) => {
  assert.equal(count(t, ctestReport(['together.p.0', 'fail']), {}).counted, '0 1');
});

test('a program that passes without a report has failed', (t) => {
  assert.equal(count(t, ctestReport(['together.p.0', 'run']), {}).counted, '0 1');
});

test('a program that fails after its last test is a failed test beside those that passed', (t) => {
  assert.equal(count(t, ctestReport(['together.p.0', 'fail']), { 'together.p.0': programReport(GOOD, GOOD) }).counted, '2 1');
});
