import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {NOTIFIER, STOCK_TRACKER, run, startServer} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));
function file(name, content) {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
mkdirSync(join(folder, 'empty'));

/** One sentence on standard error that names what is wrong, and status 2. */
async function expectUsageError(path, args, expected, options) {
  const {status, stdout, stderr} = await run(path, args, options);
  const what = `${args.join(' ')}: ${stderr}`;
  assert.equal(status, 2, what);
  assert.equal(stdout, '', what);
  assert.match(stderr, /^tickerhub-[a-z-]+: [^\n]+\n$/, what);
  assert.match(stderr, expected, what);
}

const common = [
  [['--bogus'], /--bogus/],
  [['stray'], /stray/],
  [['--port'], /--port must be given once, with one value/],
  [['--port', '1', '--port', '2'], /--port must be given once/],
  [['--port', 'http'], /--port must be a whole number from 0 to 65535, not "http"/],
  [['--port', '65536'], /from 0 to 65535/],
  [['--port=-1'], /from 0 to 65535/],
  [['--port', '80 '], /from 0 to 65535/],
  [['--reuse-port=2'], /--reuse-port: takes no value, or true or false, not "2"/],
  [['--compression=maybe'], /--compression: takes no value, or true or false, not "maybe"/],
  [['--listen', '9000'], /--listen must be ADDRESS:PORT .*, not "9000"/],
  [['--listen', '127.0.0.1:65536'], /--listen must be ADDRESS:PORT/],
  [['--listen', '::1:80'], /--listen must be ADDRESS:PORT/],
  [['--listen', '127.0.0.1:80,ssl'], /--listen must be ADDRESS:PORT/],
  [['--listen', '127.0.0.1:0', '--port', '1'], /--address and --port cannot be given too/],
  [['--listen', '127.0.0.1:0,tls'], /--tls-cert and --tls-key must name/],
  [['--listen', '127.0.0.1:0', '--tls-cert', 'c', '--tls-key', 'k'], /no --listen says tls/],
  [['--tls-cert', 'certificate.pem'], /--tls-cert and --tls-key must be given together/],
  [['--tls-key', 'key.pem'], /--tls-cert and --tls-key must be given together/],
  [['--max-tls-handshakes', '0'], /--max-tls-handshakes must be a whole number from 1/],
  [['--threads', '0'], /--threads must be a whole number from 1 to 64, not "0"/],
  [['--threads', '65'], /from 1 to 64/],
  [['--log-level', 'loud'], /--log-level must be one of trace, .* or off, not "loud"/],
  [['--config', join(folder, 'missing.toml')], /cannot read the configuration file .*missing\.toml/],
  [['--config', folder], /cannot read the configuration file/],
  [['--config', file('unknown.toml', 'colour = "red"\n')], /not known: colour \(/],
  [['--config', file('blank.toml', 'port 9000\n')], /not known: port 9000 \(/],
  [['--config', file('section.toml', '[Server]\nport = 9000\n')], /a section \[Server\], but its options must stand in none/],
  [['--config', file('help.toml', 'help = true\n')], /only the command line may have: help \(/],
  [['--config', file('bytes.toml', Buffer.from(`\u001b[31m${'\u00fc\u007f'.repeat(1_000)} = 1\n`))], /not known: [ -~]{1,80} \(--help tells more\)\n$/],
  [['--config', file('range.toml', 'port = 99999\n')], /from 0 to 65535, not "99999"/],
  [['--config', file('two.toml', 'port = 1 2\n')], /--port must be given once, with one value/],
  [['--config', file('flag.toml', 'compression = true false\n')], /more than one value for compression \(/],
  [['--config', file('dots.toml', 'server.port = 1\n')], /not known: server\.port \(/],
  [['--config', file('plus.toml', '++ = 1\n')], /not known: \+\+ \(/],
  [['--config', file('one.toml', ''), '--config', file('other.toml', '')], /--config must be given once/],
  [['--port', '1', '--address'], /--address must be given once, with one value/],
  [['--config', file('broken.toml', '[[[\n\u0001===\n')], /configuration file/],
  [['--allow-origin', 'https://a.example', '--allow-origin', '*'], /--allow-origin must be an origin as browsers write it, .* not "\*"/],
  [['--allow-origin', 'null'], /not "null"/],
  ...['nonsense', '10.0.0.1/8', '10.0.0.0/33', '::/129', ''].map((network) =>
    [['--trusted-proxy', network], /--trusted-proxy must be an address or a network|--trusted-proxy needs a value/]),
  // Below what each allows.
  ...['max-connections', 'reconnects-per-second', 'max-unhandled-messages', 'max-unhandled-bytes-total',
    'max-message-bytes', 'max-queued-bytes', 'max-admin-connections'].map((name) =>
    [[`--${name}`, '0'], new RegExp(`--${name} must be a whole number from 1 to`)]),
  ...['max-sessions-per-user', 'max-sessions', 'max-body-bytes', 'send-buffer-bytes', 'receive-buffer-bytes',
    'unsent-bytes'].map((name) =>
    [[`--${name}=-1`], new RegExp(`--${name} must be a whole number from 0 to`)]),
  ...['max-connections-per-address', 'max-accepts', 'max-accepts-per-address', 'max-messages', 'max-bytes',
    'max-messages-total'].map((name) =>
    [[`--${name}`, 'nan'], new RegExp(`--${name} must be a number from 0 on, not "nan"`)]),
  ...['message-burst', 'byte-burst'].map((name) =>
    [[`--${name}`, '0.5'], new RegExp(`--${name} must be a number from 1 on, not "0.5"`)]),
  ...['handshake-timeout', 'write-timeout', 'response-timeout'].map((name) =>
    [[`--${name}`, '0'], new RegExp(`--${name} must be a duration from 1ms to 24h`)]),
  [['--max-unhandled-messages', '4294967296'], /from 1 to 4294967295/],
  ...['flood-timeout', 'ping-interval', 'idle-timeout', 'stop-timeout', 'drain-seconds'].map((name) =>
    [[`--${name}`, 'soon'], new RegExp(`--${name} must be a duration from 0ms to .*, not "soon"`)]),
  [['--log-format', 'xml'], /--log-format must be text or json, not "xml"/],
  [['--access-log=2'], /--access-log: takes no value, or true or false/],
  [['--no-metrics=2'], /--no-metrics: takes no value, or true or false/],
  [['--proxy-protocol'], /--proxy-protocol needs --trusted-proxy/],
  [['--listen', '127.0.0.1:0', '--listen', '[::1]:0', '--trusted-proxy', '127.0.0.1', '--proxy-protocol'],
    /--listen says which listeners speak the PROXY protocol \(proxy\), so --proxy-protocol cannot be given too/],
  [['--forwarded-header', 'via'], /--forwarded-header must be x-forwarded-for or forwarded, .* not "via"/],
  [['--hsts', '-1'], /--hsts/],
  [['--allow-origin', 'https://a.example/'], /not "https:\/\/a\.example\/"/],
  [['--auth-secret-file', join(folder, 'missing')], /--auth-secret-file: cannot read a key from the file .*missing/],
  [['--auth-secret-file', `k=${file('short', 'short\n')}`], /--auth-secret-file .*short: the secret has 5 bytes; take 32 random ones or more/],
  [['--auth-public-key', file('no.pem', 'x')], /that is no public key in PEM/],
  [['--auth-audience', 'x'], /--auth-audience needs --auth-secret-file or --auth-public-key/],
  [['--auth-issuer', 'x'], /--auth-issuer needs/],
  [['--auth-cookie', 'x'], /--auth-cookie needs/],
  [['--auth-max-token-bytes', '10'], /--auth-max-token-bytes needs/],
  [['--auth-max-token-bytes', '16001'], /--auth-max-token-bytes must be a whole number from 1 to 16000/],
  [['--pages', join(folder, 'missing')], /--pages: there is no directory .*missing/],
  [['--pages', join(folder, 'empty')], /has no index\.html/],
];

/** That the cases try each option which a value can be wrong for. */
async function expectEveryOptionIn(path, cases) {
  const {stdout} = await run(path, ['--help']);
  const options = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1]);
  // Any text may be an address until the server listens; --help and --version
  // end the program whatever they are given.
  const free = ['--address', '--help', '--version'];
  const tried = [...common, ...cases].flatMap(([args]) => args).map((arg) => arg.split('=')[0]);
  assert.ok(options.length > 10, stdout);
  assert.deepEqual(options.filter((option) => !free.includes(option) && !tried.includes(option)), []);
}

for (const [name, path] of [['stock tracker', STOCK_TRACKER], ['notifier', NOTIFIER]]) {
  test(`the ${name} refuses what the common options can't mean`, async () => {
    for (const [args, expected] of common) await expectUsageError(path, args, expected);
  });
}

test("the stock tracker refuses what its own options can't mean", async () => {
  const cases = [
    [['--stock'], /--stock needs a value each time that it is given/],
    [['--stock', 'AAPL=1', '--stock'], /--stock needs a value each time/],
    [['--stock', 'AAPL'], /--stock must be SYMBOL=PRICE such as AAPL=150, not "AAPL"/],
    [['--stock', 'A"B=1'], /--stock A"B=1 does not start with a symbol/],
    [['--stock', '=1'], /does not start with a symbol/],
    [['--stock', `${'A'.repeat(65)}=1`], /does not start with a symbol/],
    [['--stock', 'AAPL=1.0000000000000000001'], /does not end with a price/],
    [['--stock', 'AAPL=nan'], /does not end with a price/],
    [['--stock', 'AAPL=1,5'], /does not end with a price/],
    [['--stock', 'AAPL='], /does not end with a price/],
    [['--stock', 'AAPL=1', '--stock', 'AAPL=2'], /names AAPL twice/],
    [['--stock', 'A=1', '--stock', 'B=1', '--max-stocks', '1'], /2 stocks .* --max-stocks allows 1/],
    [['--max-stocks', '0'], /--max-stocks must be a whole number from 1 to 1000000/],
    [['--max-stocks', '1000001'], /from 1 to 1000000/],
    [['--max-rate', '-1'], /--max-rate must be a number from 0\.001 to 1000, or 0 for no limit, not "-1"/],
    [['--max-rate', '0.0009'], /--max-rate must be a number/],
    [['--max-rate', '1000.5'], /--max-rate must be a number/],
    [['--max-rate', 'nan'], /--max-rate must be a number/],
    [['--max-rate', 'inf'], /--max-rate must be a number/],
    [['--max-rate', '5/s'], /--max-rate must be a number/],
    [['--max-rate', '5', '--max-rate', '6'], /--max-rate must be given once/],
    [['--interval', '0'], /--interval must be a duration from 1ms to 24h/],
    [['--interval', '25h'], /from 1ms to 24h/],
    [['--interval', 'soon'], /not "soon"/],
    [['--seed', '-1'], /--seed must be a whole number/],
    [['--seed', '18446744073709551616'], /--seed must be a whole number/],
    [['--speed', '0'], /--speed must be a number from 0\.001 to 1000000/],
    [['--speed', 'nan'], /--speed must be a number/],
    [['--speed', '1000001'], /--speed must be a number/],
    [['--source', 'carrier-pigeon'], /--source must be simulated, replay:FILE or stdin, not "carrier-pigeon"/],
    [['--source', 'replay:'], /cannot read the file/],
    [['--source', `replay:${join(folder, 'missing.csv')}`], /cannot read the file .*missing\.csv/],
    [['--source', `replay:${folder}`], /cannot read the file/],
    [['--source', `replay:${folder}`], /Is a directory/],
    [['--source', 'stdin', '--columns', 'symbol,size'], /--columns: "size" is not the name of a column/],
    [['--source', 'stdin', '--columns', 'symbol,time'], /--columns: "symbol,time" names no price/],
    [['--source', 'stdin', '--columns', 'price,symbol,price'], /names price twice/],
    [['--source', 'stdin', '--columns', 'time,price'], /--columns: the columns have no symbol; .*--symbol/],
    [['--columns', 'symbol,price'], /--columns is for --source replay:FILE and stdin only/],
    [['--source', 'stdin', '--json-fields', 'price'], /--json-fields: "price" is not like price=p/],
    [['--source', 'stdin', '--json-fields', 'cost=p'], /--json-fields: "cost" is not known/],
    [['--source', 'stdin', '--json-fields', 'price=p'], /--json-fields: the JSON fields have no symbol; .*--symbol/],
    [['--json-fields', 'symbol=s,price=p'], /--json-fields is for --source replay:FILE and stdin only/],
    [['--source', 'stdin', '--symbol', 'a,b'], /--symbol must be a symbol, not "a,b"/],
    [['--symbol', 'MSFT'], /--symbol is for --source replay:FILE and stdin only/],
    [['--max-sort-mib', '-1'], /--max-sort-mib must be a whole number from 0 to 1048576/],
    [['--source', 'stdin', '--max-sort-mib', '5'], /--max-sort-mib is for --source replay:FILE only/],
    [['--max-line-bytes', '9'], /--max-line-bytes is for --source replay:FILE and stdin only/],
    [['--source', 'stdin', '--max-line-bytes', '0'], /--max-line-bytes must be a whole number from 1 to/],
    [['--max-pending', '9'], /--max-pending is for --source stdin only/],
    [['--source', 'stdin', '--max-pending', '0'], /--max-pending must be a whole number from 1 to/],
    [['--max-subscriptions', '10001'], /--max-subscriptions must be a whole number from 1 to 10000/],
    [['--history-answer', '0'], /--history-answer must be a whole number from 1 to 100000/],
    [['--source', 'stdin', '--interval', '2s'], /--interval is for --source simulated only/],
    [['--source', 'stdin', '--seed', '2'], /--seed is for --source simulated only/],
    [['--source', 'stdin', '--speed', '2'], /--speed is for --source simulated and replay:FILE only/],
    [['--day-starts', '9:30'], /--day-starts: the time of day must be from 00:00 to 23:59, such as 09:30, not "9:30"/],
    [['--day-starts', '09:30', '--time-zone', 'New York'], /--time-zone: there is no time zone "New York"/],
    [['--time-zone', 'UTC'], /--time-zone is for --day-starts only/],
    [['--arrival-order=maybe'], /--arrival-order: takes no value, or true or false, not "maybe"/],
    [['--loop'], /--loop is for --source replay:FILE only/],
    [['--ready-max-age', 'soon'], /--ready-max-age must be a duration from 0ms to 24h/],
    [['--history-prices', '100001'], /--history-prices must be a whole number from 0 to 100000/],
    [['--history-candles', '-1'], /--history-candles must be a whole number from 0 to 100000/],
    [['--history-age', '8761h'], /--history-age must be a duration from 0ms to 8760h/],
    [['--history-mib', '1048577'], /--history-mib must be a whole number from 0 to 1048576/],
    [['--history-budget', '1:1'], /--history-budget must be three pairs/],
    [['--stale-after', 'soon'], /--stale-after must be a duration from 0ms to 8760h/],
    [['--exit-at-end'], /--exit-at-end is for --source replay:FILE and stdin only/],
    [['--source', `replay:${file('one.csv', 'A,1\n')}`, '--exit-at-end', '--loop'], /--exit-at-end and --loop exclude each other/],
    [['--ready-needs-feed=2'], /--ready-needs-feed: takes no value, or true or false/],
    [['--follow-budget', '1:1'], /--follow-budget must be three pairs/],
    [['--stock-budget', '1:1,1:1'], /--stock-budget must be three pairs/],
    [['--stock-budget', '1:1,1:1,-1:1'], /--stock-budget must be three pairs/],
    [['--max-client-stocks', '1000001'], /--max-client-stocks must be a whole number from 0 to 1000000/],
    [['--expire-client-stocks', '8761h'], /--expire-client-stocks must be a duration from 0ms to 8760h/],
    [['--no-client-stocks=2'], /--no-client-stocks: takes no value, or true or false/],
  ];
  for (const [args, expected] of cases) await expectUsageError(STOCK_TRACKER, args, expected);
  await expectEveryOptionIn(STOCK_TRACKER, cases);
});

test('the stock tracker refuses a source that can bring nothing: a closed standard input', async () => {
  await expectUsageError('/bin/sh', ['-c', 'exec "$0" --source stdin <&-', STOCK_TRACKER],
                         /standard input is closed/);
});

test("the notifier refuses what its own options can't mean", async () => {
  const cases = [
    [['--announce-every', '99ms'], /--announce-every must be a duration from 100ms to 168h/],
    [['--announce-every', '169h'], /from 100ms to 168h/],
    [['--anyone-may-send=2'], /--anyone-may-send: takes no value, or true or false/],
    [['--anyone-may-send', '--auth-secret-file', file('long', 'x'.repeat(32))], /exclude each other/],
    [['--name-budget', '1'], /--name-budget must be three pairs/],
    ...['notification-budget', 'reading-budget', 'mark-budget', 'membership-budget'].map((name) =>
      [[`--${name}`, 'a:b,c:d,e:f'], new RegExp(`--${name} must be three pairs`)]),
    [['--unknown-users', 'drop'], /--unknown-users must be refuse or queue, not "drop"/],
    [['--stream-heartbeat', '0'], /--stream-heartbeat must be a duration from 1ms/],
    [['--presence-interval', '0'], /--presence-interval must be a duration from 1ms/],
    [['--key-lifetime', '0'], /--key-lifetime must be a duration from 1s/],
    [['--max-resumed-bytes', '1000000'], /--max-resumed-bytes \(1000000\) must be below --max-queued-bytes \(262144\)/],
    ...['max-text-bytes', 'max-batch', 'max-waiting', 'max-streams', 'max-user-streams', 'max-address-streams', 'max-user-connections', 'max-listed-users', 'max-users-bytes',
      'max-presence-bytes', 'max-resumed', 'max-users', 'max-marks-per-user', 'max-groups', 'max-members',
      'max-scheduled', 'max-keys', 'max-in-flight', 'max-in-flight-bytes', 'max-title-bytes', 'max-link-bytes',
      'max-name-bytes'].map((name) =>
      [[`--${name}`, '0'], new RegExp(`--${name} must be a whole number from 1 to`)]),
    [['--announcement', 'Hello'], /--announcement needs --announce-every/],
    [['--announce-every', '1s', '--announcement', '  '], /from 1 to 2000 bytes, not all blank/],
    [['--announce-every', '1s', '--announcement', 'x'.repeat(2001)], /from 1 to 2000 bytes/],
    [['--api-token', 'two words'], /--api-token .* no blanks/],
    [['--api-token', 'käse'], /nothing but ASCII/],
    [['--api-token', 'a.b', '--auth-secret-file', file('key', 'x'.repeat(32))],
      /--api-token .* must have no '\.' beside --auth-secret-file/],
    [['--store', ''], /--store must name a file/],
    [['--store', 'x.db', '--durability', 'high'], /--durability must be normal or full, not "high"/],
    [['--durability', 'full'], /--durability needs --store/],
    [['--max-store-bytes', '1000000'], /--max-store-bytes needs --store/],
    [['--max-waiting-readings', '10'], /--max-waiting-readings needs --store/],
    [['--keep-notifications', '0'], /--keep-notifications must be a whole number from 1 to 1000000000/],
    [['--keep-bytes', '0'], /--keep-bytes must be a whole number from 1 /],
    [['--keep-per-user', 'all'], /--keep-per-user must be a whole number from 1 /],
    [['--keep-age', '9000h'], /--keep-age must be a duration from 0/],
  ];
  for (const [args, expected] of cases) await expectUsageError(NOTIFIER, args, expected);
  await expectEveryOptionIn(NOTIFIER, cases);
  await expectUsageError(NOTIFIER, [], /TICKERHUB_API_TOKEN/, {env: {TICKERHUB_API_TOKEN: 'a b'}});
});

test('options come from a configuration file, and the command line comes first', async (t) => {
  const config = file('good.toml', [
    'threads = 2',
    'log-level = "debug"',
    'stock = ["NVDA=12.5", "BRK.B=1"]',
    'max-stocks = 2',
    'max-rate = 0.5',
    'seed = 7',
    'interval = "24h"',
    '',
  ].join('\n'));
  const server = await startServer(t, STOCK_TRACKER, ['--config', config, '--seed', '8']);
  const stocks = await (await fetch(`${server.url}api/stocks`)).json();
  assert.deepEqual(stocks.data, {'NVDA': 12.5, 'BRK.B': 1});
  await server.output('stderr', /--seed 8 repeats this run/);
});
