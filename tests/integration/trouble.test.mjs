// Bad input is a 4xx problem with a code and stores nothing; a Redis that is away is a 503, and passes.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
let pablo;
before(async () => { snug = await start(); pablo = await snug.client().login('Pablo'); });
after(() => snug?.stop());

const json = { 'content-type': 'application/json' };
const text = { 'content-type': 'text/plain' };

/** The bytes of an answer to a request as it stands. */
function raw(request) {
  return new Promise((resolve) => {
    let got = '';
    const socket = net.connect(snug.port, '127.0.0.1', () => socket.end(request));
    socket.on('data', (d) => { got += d; }).on('close', () => resolve(got)).on('error', () => resolve(got));
  });
}

test('bad bodies', async () => {
  const before = snug.redis('ZCARD', 'room:0');
  const rows = [
    ['{"message":', json, 400, 'bad_body'],
    ['[1]', json, 400, 'bad_body'],
    ['{}', json, 400, 'invalid'],
    ['{"message":7.5}', json, 400, 'invalid'],
    ['{"message":"a\\u0000b"}', json, 400, 'bad_text'],
    [Buffer.from([0x61, 0xff, 0x62]), text, 400, 'bad_text'],
    [Buffer.from([0x61, 0x00, 0x62]), text, 400, 'bad_text'],
    ['', text, 400, 'invalid'],
    ['x'.repeat(10000), text, 413, 'too_large'],
    ['x'.repeat(1 << 20), text, 413, 'too_large'],
    ['x', { 'content-type': 'image/png' }, 415, 'unsupported_media_type'],
    ['{"message":"x","nonce":"a b"}', json, 400, 'invalid'],
  ];
  for (const [body, headers, status, code] of rows) {
    const answer = await pablo.post('api/messages/0', body, headers);
    const name = String(body).slice(0, 40);
    assert.equal(answer.status, status, name);
    assert.equal(answer.json.code, code, name);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  }
  assert.equal(snug.redis('ZCARD', 'room:0'), before);
});

test('bad parameters, rooms and methods', async () => {
  const rows = [
    ['GET', 'api/messages/0?limit=-1', 400, 'invalid'], ['GET', 'api/messages/0?limit=100000', 400, 'invalid'],
    ['GET', 'api/messages/0?limit=0', 400, 'invalid'], ['GET', 'api/messages/0?before=x', 400, 'invalid'],
    ['GET', 'api/messages/0?limit=%zz', 400, 'invalid'], ['GET', 'api/messages/0?offset=1', 400, 'invalid'],
    ['GET', 'api/messages/99', 404, 'not_found'], ['GET', 'api/messages/2:1', 404, 'not_found'],
    ['GET', 'api/messages/..', 400, undefined], ['GET', 'api/messages/%2e%2e', 400, undefined],
    ['GET', 'api/messages/0%00', 400, undefined], ['GET', 'api/nothing', 404, 'not_found'],
    ['DELETE', 'api/messages/0', 405, 'method_not_allowed'], ['GET', 'api/users', 400, 'invalid'],
    ['PUT', 'api/events', 405, 'method_not_allowed'],
  ];
  for (const [method, target, status, code] of rows) {
    const answer = await pablo.send(method, target);
    assert.equal(answer.status, status, target);
    if (code) assert.equal(answer.json.code, code, target);
  }
  assert.equal((await pablo.send('DELETE', 'api/messages/0')).headers.allow, 'GET, HEAD, POST');
  assert.match(await raw('GET /api//messages//0 HTTP/1.0\r\n\r\n'), /^HTTP\/1\.[01] 40[0-9]/);
  const plain = await pablo.get('api/messages/99', { headers: { accept: 'text/plain' } });
  assert.match(plain.text, /^not_found: /);
  const head = await pablo.send('HEAD', 'api/messages/0');
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
});

test('a page is not sent twice', async () => {
  const page = await pablo.get('api/messages/0');
  const again = await pablo.get('api/messages/0', { headers: { 'if-none-match': page.headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
});

test('pages of another origin change nothing', async () => {
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
    const answer = await pablo.post('api/messages/0', 'x', { ...text, ...headers });
    assert.equal(answer.status, 403);
    assert.equal(answer.json.code, 'cross_site');
  }
  const ours = await pablo.post('api/messages/0', 'x', { ...text, origin: `http://127.0.0.1:${snug.port}` });
  assert.equal(ours.status, 201);
});

test('a wrong password and an unknown user are not told apart', async () => {
  const answers = await Promise.all([['Pablo', 'wrong'], ['Nobody', 'wrong']].map(
    ([username, password]) => snug.client().post('api/session', { username, password })));
  for (const answer of answers) assert.equal(answer.status, 401);
  assert.deepEqual(answers[0].json, answers[1].json);
});

test('Redis goes and comes: 503 within two seconds, streams stay and go on', async () => {
  const mary = await snug.client().login('Mary');
  const stream = await mary.stream();
  await snug.killRedis();
  const began = Date.now();
  const answer = await pablo.get('api/rooms');
  assert.equal(answer.status, 503);
  assert.equal(answer.json.code, 'unavailable');
  assert.ok(Date.now() - began < 2500, 'the answer came late');
  await until(async () => (await pablo.get('api/health')).status === 503, 'health to say so');
  await snug.startRedis();
  await until(async () => (await pablo.get('api/health')).status === 200, 'the hub to be back');
  const sent = await pablo.post('api/messages/0', 'back again', text);
  assert.equal(sent.status, 201);
  await stream.next('message', (m) => m.id === sent.json.id);
  assert.equal(stream.ended, false);
  assert.ok(!stream.events.some((e) => e.type === 'reset'), 'nothing was lost, and it was told to reload');
  stream.close();
});

test('a Redis that hangs is a 503 too', async () => {
  snug.redisServer.kill('SIGSTOP');
  const began = Date.now();
  const answer = await pablo.get('api/rooms');
  const took = Date.now() - began;
  snug.redisServer.kill('SIGCONT');
  assert.equal(answer.status, 503);
  assert.ok(took < 2500, `${took} ms`);
  await until(async () => (await pablo.get('api/rooms')).status === 200, 'it to recover');
});
