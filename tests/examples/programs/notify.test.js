// tickerhub-notify, as scripts call it, with the real notifier.
import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, NOTIFY, Program, run, startServer} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));
function file(name, content) {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
mkdirSync(join(folder, 'home', '.config'), {recursive: true});

// Nothing of whoever runs the tests counts.
const clean = {HOME: join(folder, 'home'), XDG_CONFIG_HOME: '', TICKERHUB_SERVER: '', TICKERHUB_TOKEN: '', http_proxy: '', https_proxy: ''};

/** Runs it against `server`: {status, stdout, stderr}. `input` is what it reads. */
async function notify(server, args, {env = {}, input} = {}) {
  const where = server === null ? {} : {TICKERHUB_SERVER: server.url ?? server};
  const options = {env: {...clean, ...where, ...env}};
  if (input === undefined) return run(NOTIFY, args, options);
  const program = new Program(NOTIFY, args, {...options, stdin: 'pipe'});
  program.child.stdin.end(input);
  const {status} = await program.end();
  return {status, stdout: program.stdout, stderr: program.stderr};
}

async function connectAs(t, server, identifier) {
  const client = await connect(t, server, '/notifications');
  assert.equal((await client.ask({type: 'set-identifier', identifier})).type, 'identified');
  return client;
}

test('says to one user, to all and to a group what it is told', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const ann = await connectAs(t, server, 'ann');
  await ann.ask({type: 'join', group: '#ops'});
  const {status, stdout, stderr} = await notify(server, [
    '--to', 'ann', '--level', 'critical', '--title', 'CI', '--link', 'https://ci.example/7', '--tag', 'build', '--ttl', '90s',
    '--priority', 'high', '--action', 'Retry=https://ci.example/7/retry?a=b', 'Build is "red" \u{1F534}']);
  assert.deepEqual([status, stderr], [0, '']);
  const [, id] = stdout.match(/^id (\d+): delivered to 1 connection, waits for 0 users\n$/);
  const got = await ann.takeType('notification');
  assert.equal(got.id, Number(id));
  assert.deepEqual(
      [got.message, got.level, got.title, got.link, got.replaces, got.priority],
      ['Build is "red" \u{1F534}', 'critical', 'CI', 'https://ci.example/7', 'build', 'high']);
  // It lives from the request on, and its time is when the log took it.
  const lifetime = got.expires - got.time;
  assert.ok(lifetime > 60_000 && lifetime <= 90_000, `lives ${lifetime} ms`);
  assert.deepEqual(got.actions, [{label: 'Retry', link: 'https://ci.example/7/retry?a=b'}]);
  assert.equal((await notify(server, ['--group', 'ops', '--quiet', 'to ops'])).stdout, '');
  assert.equal((await ann.takeType('notification')).group, '#ops');
  // Standard input is the message if there is no other.
  assert.equal((await notify(server, ['--to', 'all'], {input: 'two\nlines\n\n'})).status, 0);
  assert.equal((await ann.takeType('notification')).message, 'two\nlines');
  assert.equal((await notify(server, ['--to', 'all', '--', '--not-an-option'])).status, 0);
  assert.equal((await ann.takeType('notification')).message, '--not-an-option');
});

test('its exit status says what became of it', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const bob = await connectAs(t, server, 'bob');
  await bob.close();
  const queued = async () => {
    for (;;) {
      const answer = await notify(server, ['--to', 'bob', 'later']);
      assert.equal(answer.status, 0);
      if (/waits for 1 user\n$/.test(answer.stdout)) return;  // he is gone
    }
  };
  await queued();
  const cases = [
    [['--to', 'nobody', 'x'], 3, /^tickerhub-notify: unknown-recipient: /],
    [['--to', 'all', ''], 1, /^tickerhub-notify: empty-message: /],
    [['--to', 'all', 'x'.repeat(2_001)], 1, /^tickerhub-notify: message-too-long: /],
    [['--to', 'all', '--link', 'javascript:alert(1)', 'x'], 1, /^tickerhub-notify: invalid-field: /],
    [['--to', 'all', '--server', 'http://127.0.0.1:1/', 'x'], 4, /^tickerhub-notify: .*127\.0\.0\.1/],
    [['--to', 'all', '--server', `${server.url}elsewhere/`, 'x'], 4, /no notifier \(HTTP status 404\)/],
    [['--to', 'all', '--server', 'http://name.invalid/', 'x'], 4, /name\.invalid/],
  ];
  for (const [args, status, sentence] of cases) {
    const answer = await notify(server, args);
    assert.deepEqual([answer.status, answer.stdout], [status, ''], args.join(' ').slice(0, 80) + answer.stderr);
    assert.match(answer.stderr, sentence);
    assert.match(answer.stderr, /^[^\n]+\n$/, 'one sentence');
  }
});

test('who does not answer in time, or answers that it is busy, has a status of its own', async (t) => {
  const requests = [];
  const silent = http.createServer((request, response) => {
    requests.push(request.headers);
    if (request.url.startsWith('/busy')) response.writeHead(503).end('{"error":{"code":"busy","message":"Try again."}}');
    if (request.url.startsWith('/endless')) for (let i = 0; i < 40; i += 1) response.write('x'.repeat(64 * 1024));
    if (request.url.startsWith('/away')) response.writeHead(302, {Location: '/busy/api/notifications'}).end();
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const url = `http://127.0.0.1:${silent.address().port}/`;
  const late = await notify(url, ['--to', 'all', '--timeout', '100ms', 'x']);
  assert.deepEqual([late.status, late.stdout], [4, '']);
  assert.match(late.stderr, /timed out/i);
  const busy = await notify(`${url}busy`, ['--to', 'all', 'x']);
  assert.equal(busy.status, 5);
  assert.match(busy.stderr, /busy: Try again\./);
  assert.equal((await notify(`${url}endless`, ['--to', 'all', 'x'])).status, 4);
  const away = await notify(`${url}away`, ['--to', 'all', 'x'], {env: {TICKERHUB_TOKEN: 'secret'}});
  assert.deepEqual([away.status, requests.at(-1).authorization], [4, 'Bearer secret']);
  assert.equal(requests.length, 4, 'a token does not follow to another place');
});

test('the token comes from a file, the environment or the command line, and is never printed', async (t) => {
  const token = 'a-token-that-nobody-sees';
  const server = await startServer(t, NOTIFIER, ['--address', '0.0.0.0'], {env: {TICKERHUB_API_TOKEN: token}});
  const url = `http://127.0.0.1:${server.port}`;
  const config = file('notify.toml', `server = "${url}"\ntoken = "${token}"\n`);
  const outputs = [];
  const say = async (args, env = {}) => {
    const answer = await notify(null, ['--to', 'all', ...args, 'x'], {env});
    outputs.push(answer.stdout, answer.stderr);
    return answer.status;
  };
  assert.equal(await say(['--config', config]), 0);
  assert.equal(await say(['--config', config], {TICKERHUB_TOKEN: 'wrong'}), 1, 'the environment comes before the file');
  assert.equal(await say(['--config', config, '--token', token], {TICKERHUB_TOKEN: 'wrong'}), 0);
  assert.equal(await say([], {TICKERHUB_SERVER: url, TICKERHUB_TOKEN: token}), 0);
  assert.equal(await say(['--server', 'http://127.0.0.1:1'], {TICKERHUB_TOKEN: token}), 4);
  assert.equal(await say(['--bogus'], {TICKERHUB_TOKEN: token}), 2);
  // The usual place of the file.
  writeFileSync(join(folder, 'home', '.config', 'tickerhub-notify.toml'), `server = "${url}"\ntoken = "${token}"\n`);
  t.after(() => rmSync(join(folder, 'home', '.config', 'tickerhub-notify.toml')));
  assert.equal(await say([]), 0);
  const help = await notify(null, ['--help'], {env: {TICKERHUB_TOKEN: token}});
  assert.equal(help.status, 0);
  outputs.push(help.stdout, help.stderr);
  const refused = await notify(url, ['--to', 'all', 'x'], {env: {TICKERHUB_TOKEN: `${token} `}});
  assert.equal(refused.status, 2);
  outputs.push(refused.stderr);
  assert.ok(!outputs.join('').includes(token));
});

test('the same key twice is one notification', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const ann = await connectAs(t, server, 'ann');
  const answers = [];
  for (let i = 0; i < 2; i += 1) answers.push(await notify(server, ['--to', 'ann', '--key', 'deploy 7', 'Deployed']));
  assert.deepEqual(answers[1], answers[0]);
  await notify(server, ['--to', 'ann', 'last']);
  await ann.take(({message}) => message === 'last', 'the last one');
  assert.equal(ann.messages.filter(({type}) => type === 'notification').length, 2);
});

test('a batch is sent line by line, in order, and says which it could not send', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const ann = await connectAs(t, server, 'ann');
  const lines = Array.from({length: 250}, (_, i) => JSON.stringify({recipientId: 'ann', message: `line ${i}`}));
  lines[6] = '{"recipientId":"nobody","message":"x"}';
  lines[7] = '';
  lines[8] = '{"recipientId":"ann"';
  lines[9] = '{}, {}';
  lines[120] = '{"recipientId":"ann","message":" "}';
  const batch = file('batch.jsonl', lines.join('\n'));
  const answer = await notify(server, ['--batch', batch, '--key', 'batch 1', '--progress']);
  assert.equal(answer.status, 1, answer.stderr);
  assert.equal(answer.stdout, '245 accepted, 4 refused\n');
  for (const [line, code] of [[7, 'unknown-recipient'], [9, 'it is not one JSON object'], [10, 'it is not one JSON object'], [121, 'empty-message']]) {
    assert.match(answer.stderr, new RegExp(`tickerhub-notify: line ${line}: ${code}`));
  }
  assert.match(answer.stderr, /\r250 lines read, 245 accepted, 4 refused\n$/, 'how far it is');
  await ann.take(({message}) => message === 'line 249', 'the last line');
  const got = ann.messages.filter(({type}) => type === 'notification').map(({message}) => Number(message.slice(5)));
  assert.deepEqual(got, [...got].sort((a, b) => a - b));
  assert.equal(got.length, 245);
  // Again, after a power cut say: nobody gets anything twice.
  assert.equal((await notify(server, ['--batch', '-', '--key', 'batch 1'], {input: lines.join('\n')})).stdout, '245 accepted, 4 refused\n');
  await notify(server, ['--to', 'ann', 'over']);
  await ann.take(({message}) => message === 'over', 'the end');
  assert.equal(ann.messages.filter(({type}) => type === 'notification').length, 246);
});

test('a batch ends where the server does', async (t) => {
  const answer = await notify('http://127.0.0.1:1/', ['--batch', '-'], {input: '{"recipientId":"all","message":"x"}\n'.repeat(300)});
  assert.equal(answer.status, 4);
  assert.match(answer.stderr, /^tickerhub-notify: line 1: from here on nothing is known to be sent: [^\n]+\n$/);
  const absent = await notify(null, ['--batch', join(folder, 'absent')]);
  assert.equal(absent.status, 2);
  assert.match(absent.stderr, /cannot read .*absent/);
  assert.equal((await notify(null, ['--batch', file('nothing', '')])).stdout, '0 accepted, 0 refused\n');
});

test("it refuses what its options can't mean", async () => {
  const cases = [
    [['x'], /--to or --group must say who gets it/],
    [['--to', 'a', '--group', 'b', 'x'], /one of them/],
    [['--to', 'a', 'x', 'y'], /not expected: y/],
    [['--to', 'a', '--level', 'loud', 'x'], /--level must be info, success, warning or critical, not "loud"/],
    [['--to', 'a', '--priority', 'top', 'x'], /--priority must be low, normal or high, not "top"/],
    [['--to', 'a', '--ttl', '0', 'x'], /--ttl must be a duration from 1s/],
    [['--to', 'a', '--timeout', '0', 'x'], /--timeout must be a duration from 1ms/],
    [['--to', 'a', '--action', 'Retry', 'x'], /--action must be LABEL=LINK, not "Retry"/],
    [['--to', 'a', '--action', '=/x', 'x'], /--action must be/],
    [['--to', 'a', '--key', 'a\nb', 'x'], /--key must have no control characters/],
    [['--to', 'a', '--server', 'ftp://x', 'x'], /--server must be an address such as .* not "ftp:\/\/x"/],
    [['--to', 'a', '--server', 'http://', 'x'], /--server must be an address/],
    [['--to', 'a', '--server', 'http://x/?a', 'x'], /--server must be an address/],
    [['--to', 'a', '--token', 'a\nb', 'x'], /--token .* no blanks/],
    [['--to', 'a', '--quiet=2', 'x'], /--quiet: takes no value, or true or false/],
    [['--to', 'a', '--progress=2', 'x'], /--progress: takes no value, or true or false/],
    [['--batch', 'f', '--to', 'a'], /--batch and --to exclude each other/],
    [['--batch', 'f', '--title', 'a'], /--batch and --title exclude each other/],
    [['--batch', 'f', 'hello'], /--batch and a message exclude each other/],
    [['--to', 'a', '--config', join(folder, 'missing'), 'x'], /cannot read the configuration file/],
    [['--to', 'a', '--config', file('unknown.toml', 'colour = 1\n'), 'x'], /not known: colour/],
    ...['--to', '--group', '--title', '--link', '--tag', '--ca-file', '--batch'].map((name) => [[name], new RegExp(`${name} must be given once`)]),
  ];
  for (const [args, expected] of cases) {
    const {status, stdout, stderr} = await notify(null, args);
    assert.deepEqual([status, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, expected);
    assert.match(stderr, /^tickerhub-notify: [^\n]+\n$/);
  }
  const {stdout: help} = await notify(null, ['--help']);
  for (const [, option] of help.matchAll(/^ {2}(--[a-z-]+)/gm)) {
    if (option === '--help' || option === '--version') continue;
    assert.ok(cases.some(([args]) => args.some((arg) => arg.split('=')[0] === option)), `${option} has no case`);
  }
  const long = await notify(null, ['--to', 'a'], {input: 'x'.repeat(70_000)});
  assert.deepEqual([long.status, long.stdout], [2, '']);
  assert.match(long.stderr, /longer than 65536 bytes/);
  const bytes = await notify(null, ['--to', 'a'], {input: Buffer.from([0x66, 0xff])});
  assert.match(bytes.stderr, /the texts must be UTF-8/);
});
