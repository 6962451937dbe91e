// Clients that show a token (JWT), as whoever signs users in makes it: here with
// Node's own cryptography.
import assert from 'node:assert/strict';
import {createHmac, createSign, generateKeyPairSync, sign} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect, refusal} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, startServer, within} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));
function file(name, content) {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const SECRET = 'a secret of thirty-two bytes, or a few more';
const secretFile = file('secret', `${SECRET}\n`);
const ec = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const rsa = generateKeyPairSync('rsa', {modulusLength: 2048});
const ed = generateKeyPairSync('ed25519');
const pem = ({publicKey}) => publicKey.export({type: 'spki', format: 'pem'});

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const signers = {
  HS256: (text) => createHmac('sha256', SECRET).update(text).digest(),
  ES256: (text) => createSign('sha256').update(text).sign({key: ec.privateKey, dsaEncoding: 'ieee-p1363'}),
  RS256: (text) => createSign('sha256').update(text).sign(rsa.privateKey),
  EdDSA: (text) => sign(null, Buffer.from(text), ed.privateKey),
  none: () => Buffer.alloc(0),
};
function token(claims = {}, header = {}, alg = 'HS256') {
  const text = `${encode({alg, typ: 'JWT', ...header})}.${
      encode({sub: 'ann', exp: now() + 600, scope: 'read send-users send-all add-stock', ...claims})}`;
  return `${text}.${signers[alg](text).toString('base64url')}`;
}
const bearer = (text) => ({headers: {Authorization: `Bearer ${text}`}});

const withSecret = ['--auth-secret-file', secretFile];

for (const [alg, args] of [
       ['HS256', withSecret],
       ['ES256', ['--auth-public-key', file('ec.pem', pem(ec))]],
       ['RS256', ['--auth-public-key', file('rsa.pem', pem(rsa))]],
       ['EdDSA', ['--auth-public-key', file('ed.pem', pem(ed))]],
     ]) {
  test(`a token by ${alg} says who a client is, in each of three places`, async (t) => {
    const server = await startServer(t, NOTIFIER, args);
    const shown = token({}, {}, alg);
    for (const how of [bearer(shown), {headers: {Cookie: `tickerhub_token=${shown}`}},
                       {protocols: ['tickerhub', `token.${shown}`]}]) {
      const client = await connect(t, server, '/notifications', how);
      assert.equal((await client.takeType('identified')).identifier, 'ann');
      assert.equal((await client.ask({type: 'set-identifier', identifier: 'bob'})).code, 'identity-is-fixed');
    }
    assert.deepEqual(await refusal(server, '/notifications'), {status: 401, body: 'show a token\n'});
  });
}

test('tokens that are not good are refused, each with a sentence', async (t) => {
  const server = await startServer(t, NOTIFIER, [
    ...withSecret, '--auth-public-key', file('rsa2.pem', pem(rsa)), '--auth-audience', 'hub', '--auth-issuer', 'login']);
  const good = {aud: 'hub', iss: 'login'};
  const confused = `${encode({alg: 'HS256'})}.${encode({sub: 'ann', exp: now() + 600, ...good})}`;
  const cases = [
    ['none', token(good, {}, 'none'), /algorithm/],
    ['a wrong algorithm', token(good, {}, 'ES256'), /algorithm/],
    ['the public key as a secret', `${confused}.${createHmac('sha256', pem(rsa)).update(confused).digest('base64url')}`, /signature/],
    ['expired', token({...good, exp: now() - 60}), /expired; get a new one/],
    ['not yet valid', token({...good, nbf: now() + 600}), /not valid yet/],
    ['for somebody else', token({...good, aud: 'other'}), /somebody else/],
    ['of another issuer', token({...good, iss: 'evil'}), /issuer/],
    ['tampered', `${token(good).slice(0, -2)}AA`, /signature|no token/],
    ['too long', token({...good, x: 'x'.repeat(4_000)}), /too long/],
    ['no token', 'x.y.z', /no token/],
  ];
  for (const [what, shown, sentence] of cases) {
    const answer = await refusal(server, '/notifications', bearer(shown));
    assert.equal(answer.status, 401, what);
    assert.match(answer.body, sentence, what);
    assert.ok(!server.stderr.includes(shown), `${what}: the log has no token`);
    assert.equal((await fetch(`${server.url}api/users`, bearer(shown))).status, 401, what);
  }
  const client = await connect(t, server, '/notifications', bearer(token(good)));
  await client.takeType('identified');
});

test('rights say what a client may, by the channel and by HTTP', async (t) => {
  const server = await startServer(t, NOTIFIER, withSecret);
  const reader = token({scope: 'read', sub: 'rea'});
  const client = await connect(t, server, '/notifications', bearer(reader));
  const post = async (shown, recipientId) => {
    const response = await fetch(`${server.url}api/notifications`, {
      method: 'POST',
      headers: {...bearer(shown).headers, 'Content-Type': 'application/json'},
      body: JSON.stringify({recipientId, message: 'hi'}),
    });
    return [response.status, (await response.json()).error?.code];
  };
  for (const recipientId of ['all', 'rea']) {
    assert.equal((await client.ask({type: 'send-notification', recipientId, message: 'x'})).code, 'sending-disabled');
    assert.deepEqual(await post(reader, recipientId), [403, 'sending-disabled']);
  }
  const writer = token({scope: 'send-users', sub: 'wri'});
  assert.deepEqual(await post(writer, 'all'), [403, 'sending-disabled']);
  assert.deepEqual(await post(writer, 'rea'), [200, undefined]);
  assert.equal((await client.takeType('notification')).from, 'wri');
  assert.deepEqual(await post(token({sub: 'api'}), 'all'), [403, 'reserved-identifier']);
  assert.equal((await refusal(server, '/notifications', bearer(writer))).status, 403);
  assert.equal((await fetch(`${server.url}api/users`, bearer(writer))).status, 403);
  assert.equal((await fetch(`${server.url}api/users`, bearer(reader))).status, 200);
  assert.equal((await fetch(server.url)).status, 401, 'the page says who is online');
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

test('a program with the API token needs no other', async (t) => {
  const server = await startServer(t, NOTIFIER, withSecret, {env: {TICKERHUB_API_TOKEN: 'secret'}});
  const post = (shown) => fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {...bearer(shown).headers, 'Content-Type': 'application/json'},
    body: '{"recipientId":"all","message":"hi"}',
  });
  assert.equal((await post('secret')).status, 200);
  assert.equal((await post('wrong')).status, 401);
});

/** With a token that has two seconds left, of the 30 s of leeway. */
async function connectForAMoment(t, server, path) {
  for (;;) {
    try {
      return await connect(t, server, path, bearer(token({exp: now() - 28})));
    } catch (error) {
      // A machine that was busy for two seconds has a second try.
      if (!/closed \(|401/.test(error.message)) throw error;
    }
  }
}

for (const [path, program] of [['/notifications', NOTIFIER], ['/stocks', STOCK_TRACKER]]) {
  test(`a session of ${path} ends with its token, unless the client shows a new one`, async (t) => {
    const server = await startServer(t, program, withSecret);
    const client = await connect(t, server, path, bearer(token()));
    const {code, reason} = await within((await connectForAMoment(t, server, path)).closed, 'the end of the session');
    assert.deepEqual([code, reason], [4502, 'your token has expired; get a new one']);
    const expires = now() + 6_000;
    const answer = await client.ask({type: 'refresh', token: token({exp: expires})});
    assert.deepEqual([answer.type, answer.expires], ['refreshed', (expires + 30) * 1_000]);
    assert.equal((await client.ask({type: 'refresh', token: token()})).code, 'rate-limited');
    const other = await connect(t, server, path, bearer(token()));
    assert.equal((await other.ask({type: 'refresh', token: token({sub: 'bob'})})).code, 'token-refused');
  });
}

test('whoever may not add stocks cannot', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, withSecret);
  const reader = await connect(t, server, '/stocks', bearer(token({scope: 'read'})));
  assert.equal((await reader.ask({type: 'add-stock', stock: 'NVDA'})).code, 'adding-disabled');
  const adder = await connect(t, server, '/stocks', bearer(token()));
  adder.send({type: 'add-stock', stock: 'NVDA'});
  assert.equal((await adder.takeType('new-stock')).data.stock, 'NVDA');
  assert.equal((await fetch(`${server.url}api/stocks`)).status, 401);
});
