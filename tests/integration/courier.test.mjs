// Outgoing webhooks: what is said to a bot is carried to its address, signed, whatever the receiver does.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
let pablo;
let mary;
const receivers = [];
before(async () => {
  snug = await start({ env: { SNUG_HOOK_NETWORKS: '127.0.0.1', SNUG_LOG_LEVEL: 'debug' } });
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
});
after(async () => {
  for (const receiver of receivers) receiver.close();
  await snug?.stop();
});

/** Something that listens, and remembers what it was sent; answer(response, n) says what becomes of it. */
async function receiver(answer = (response) => response.end()) {
  const got = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const some of request.setEncoding('utf8')) body += some;
    got.push({ method: request.method, url: request.url, headers: request.headers, body, json: JSON.parse(body), at: Date.now() });
    answer(response, got.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const one = {
    got,
    url: `http://127.0.0.1:${server.address().port}/in?secret=s3cret`,
    close: () => { server.closeAllConnections(); server.close(); },
  };
  receivers.push(one);
  return one;
}

/** A bot with this address; its key, and the room of it and Mary. */
async function bot(username, url) {
  const { json: { id } } = await pablo.post('api/bots', { username });
  const { status, text, json } = await pablo.send('PUT', `api/bots/${id}/hook`, { body: { url } });
  assert.equal(status, 200, text);
  const room = (await mary.post('api/rooms', { user: id })).json.id;
  return { id, room, key: json.key, hook: async () => (await pablo.get(`api/bots/${id}/hook`)).json };
}

const say = async (room, message) => (await mary.post(`api/messages/${room}`, { message })).json;
const due = (id) => snug.redis('ZADD', 'snug:outbox', 'XX', '0', id);

function signature({ headers, body }, key) {
  const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', secret).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64')}`;
}

test('what is said to a bot is carried to it within a second, in order, and signed', async () => {
  const { got, url } = await receiver();
  const { id, room, key, hook } = await bot('Echo', url);
  const began = Date.now();
  const said = [];
  for (let i = 0; i < 5; i += 1) said.push(await say(room, `m${i} ä <&>`));
  await until(() => got.length === 5, 'five deliveries');
  assert.ok(got[0].at - began < 1500, `${got[0].at - began} ms`);
  assert.deepEqual(got.map(({ json }) => json.data.message), said);
  assert.deepEqual({ ...got[0].json, data: { ...got[0].json.data, message: undefined } },
    { type: 'message', data: { reason: 'direct', bot: id, username: 'Mary', message: undefined } });
  assert.equal(new Set(got.map(({ headers }) => headers['webhook-id'])).size, 5);
  for (const one of got) {
    assert.deepEqual([one.method, one.url, one.headers['content-type']], ['POST', '/in?secret=s3cret', 'application/json']);
    assert.ok(Math.abs(Number(one.headers['webhook-timestamp']) - Date.now() / 1000) < 10);
    assert.equal(one.headers['webhook-signature'], signature(one, key));
  }
  await until(async () => (await hook()).queued === 0, 'an empty queue');
  assert.equal((await hook()).state, 'ok');
});

test('what the bot says itself, and what is said elsewhere, is not carried', async () => {
  const { got, url } = await receiver();
  const { id, room } = await bot('Quiet', url);
  const { json: { token } } = await pablo.post('api/tokens', { user: id, name: 'a', scope: 'read write' });
  await say('0', 'to all');
  await snug.client().post(`api/messages/${room}`, { message: 'mine' }, { authorization: `Bearer ${token}` });
  await say('0', 'to @room');
  const called = await say('0', 'to @Quiet, too');
  const last = await say(room, 'for it');
  await until(() => got.length > 1, 'two deliveries');
  assert.deepEqual(got.map(({ json }) => [json.data.message.id, json.data.reason]), [[called.id, 'mention'], [last.id, 'direct']]);
});

test('a receiver that fails gets it again, under the same id, before what came later', async () => {
  const { got, url } = await receiver((response, n) => { response.statusCode = n <= 2 ? 500 : 204; response.end(); });
  const { id, room, hook } = await bot('Flaky', url);
  const [first, second] = [await say(room, 'one'), await say(room, 'two')];
  await until(async () => (await hook()).state === 'failing', 'the first failure');
  const { failures, status, since, queued } = await hook();
  assert.deepEqual([failures, status, queued], [1, '500', 2]);
  assert.ok(since > 0);
  // The next attempt is seconds away.
  assert.equal(got.length, 1);
  const wait = Number(snug.redis('ZSCORE', 'snug:outbox', id)) / 1e6 - Date.now() / 1000;
  assert.ok(wait > 2 && wait < 7, `${wait} s`);
  due(id);
  await until(async () => (await hook()).failures === 2, 'the second failure');
  due(id);
  await until(() => got.length === 4, 'the rest');
  assert.deepEqual(got.map(({ json }) => json.data.message.id), [first.id, first.id, first.id, second.id]);
  assert.equal(new Set(got.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size, 1);
  await until(async () => (await hook()).state === 'ok', 'the end of the failures');
});

test('one that refuses a message gets the next one', async () => {
  const { got, url } = await receiver((response, n) => { response.statusCode = n === 1 ? 400 : 200; response.end(); });
  const { id, room, hook } = await bot('Picky', url);
  const [first, second] = [await say(room, 'bad'), await say(room, 'good')];
  await until(async () => (await hook()).dropped === 1, 'the refusal');
  due(id);
  await until(() => got.length === 2, 'the next');
  assert.deepEqual(got.map(({ json }) => json.data.message.id), [first.id, second.id]);
});

test('a redirect is not followed', async () => {
  const there = await receiver();
  const { got, url } = await receiver((response) => response.writeHead(307, { location: there.url }).end());
  const { room, hook } = await bot('Moved', url);
  await say(room, 'x');
  await until(async () => (await hook()).state === 'failing', 'the failure');
  assert.deepEqual([(await hook()).status, got.length, there.got.length], ['307', 1, 0]);
});

test('one that is gone is paused at once, nothing more waits for it, and an admin sets it going again', async () => {
  let isGone = true;
  const { got, url } = await receiver((response) => { response.statusCode = isGone ? 410 : 200; response.end(); });
  const { id, room, hook } = await bot('Gone', url);
  await say(room, 'x');
  await until(async () => (await hook()).state === 'paused', 'the pause');
  await say(room, 'y');
  const { status, queued, paused } = await hook();
  assert.deepEqual([status, queued], ['410', 0]);
  assert.ok(paused > 0);
  isGone = false;
  assert.equal((await pablo.send('PUT', `api/bots/${id}/hook`, { body: { url } })).status, 200);
  const last = await say(room, 'z');
  await until(() => got.length === 2, 'the delivery');
  assert.equal(got[1].json.data.message.id, last.id);
});

test('after a day of failures it is paused', async () => {
  const { got, url } = await receiver((response) => { response.statusCode = 503; response.end(); });
  const { id, room, hook } = await bot('Tired', url);
  await say(room, 'x');
  await until(async () => (await hook()).failures === 1, 'the first failure');
  snug.redis('HSET', `snug:bot:${id}:hook`, 'failures', '8', 'since', String(Math.floor(Date.now() / 1000) - 86401));
  due(id);
  await until(async () => (await hook()).failures === 9, 'another failure');
  assert.equal((await hook()).state, 'failing');
  due(id);
  await until(async () => (await hook()).state === 'paused', 'the pause');
  assert.equal(got.length, 3);
  assert.equal(snug.redis('EXISTS', `snug:bot:${id}:queue`), '0');
});

test('one that hangs, one that drips and one that never ends hold up nobody', async () => {
  const hung = await receiver(() => {});
  const dripping = await receiver((response) => {
    response.write('x');
    const timer = setInterval(() => response.write('x'), 200);
    response.on('close', () => clearInterval(timer));
  });
  const endless = await receiver((response) => {
    const fill = () => { while (response.write('x'.repeat(65536))); response.once('drain', fill); };
    response.on('error', () => {});
    fill();
  });
  const good = await receiver();
  const bots = [];
  for (const [name, one] of [['Hung', hung], ['Drips', dripping], ['Endless', endless], ['Fine', good]]) bots.push(await bot(name, one.url));
  for (const { room } of bots) await say(room, 'x');
  const began = Date.now();
  await until(() => good.got.length === 1, 'the good one');
  assert.ok(Date.now() - began < 2000);
  // What is said in an answer does not matter, nor how much of it there is.
  await until(async () => (await bots[2].hook()).queued === 0, 'the endless one');
  for (const at of [0, 1]) {
    await until(async () => (await bots[at].hook()).status === 'timeout', 'a timeout', 20000);
    assert.equal((await bots[at].hook()).failures, 1);
  }
  assert.deepEqual([hung.got.length, dripping.got.length], [1, 1]);
});

test('no address leads into private networks, whatever it is called', async () => {
  const { got, url } = await receiver();
  const port = new URL(url).port;
  const rows = ['http://127.0.0.2', 'http://0.0.0.0', 'http://[::1]', 'http://[::ffff:127.0.0.2]', 'http://2130706434', 'http://0x7f.2', 'https://127.0.0.2', 'http://169.254.169.254'];
  for (const [i, base] of rows.entries()) {
    const { room, hook } = await bot(`Inside${i}`, `${base}:${port}/`);
    await say(room, 'x');
    await until(async () => (await hook()).failures === 1, base);
    assert.equal((await hook()).status, 'blocked', base);
  }
  assert.equal(got.length, 0);
});

test('where it says https, nothing is said without', async () => {
  const { got, url } = await receiver();
  const { room, hook } = await bot('Secure', url.replace('http:', 'https:'));
  await say(room, 'x');
  await until(async () => (await hook()).failures === 1, 'the failure');
  assert.deepEqual([(await hook()).status, got.length], ['tls', 0]);
});

test('a second courier delivers nothing twice', async () => {
  const { got, url } = await receiver((response) => setTimeout(() => response.end(), 30));
  const { room } = await bot('Once', url);
  const beside = await start({ beside: snug, env: { SNUG_HOOK_NETWORKS: '127.0.0.1' } });
  try {
    const said = [];
    for (let i = 0; i < 30; i += 1) said.push((await say(room, `n${i}`)).id);
    await until(() => got.length >= 30, 'all of them', 20000);
    assert.deepEqual(got.map(({ json }) => json.data.message.id), said);
  } finally { await beside.stop(); }
});

test('a courier that dies loses nothing', async () => {
  const { got, url } = await receiver((response, n) => { if (n > 1) response.end(); });
  const { id, room } = await bot('Again', url);
  const said = await say(room, 'x');
  await until(() => got.length === 1, 'the first attempt');
  const [old] = snug.processes('hooks');
  process.kill(old, 'SIGKILL');
  await until(() => snug.processes('hooks').some((pid) => pid !== old), 'the next courier');
  due(id); // as the end of the lease does
  await until(() => got.length === 2, 'the second attempt');
  assert.deepEqual(got.map(({ json }) => json.data.message.id), [said.id, said.id]);
  assert.equal(got[0].headers['webhook-id'], got[1].headers['webhook-id']);
});

test('it waits for a Redis that is away', async () => {
  const { got, url } = await receiver();
  const { room } = await bot('Patient', url);
  const away = () => snug.said().split('\n').filter((line) => /prog=hooks .*event=redis_away/.test(line)).length;
  const before = away();
  snug.redisServer.kill('SIGSTOP');
  await until(() => away() > before, 'a courier that has noticed');
  snug.redisServer.kill('SIGCONT');
  await until(async () => (await mary.post(`api/messages/${room}`, { message: 'x' })).status === 201, 'Redis');
  await until(() => got.length === 1, 'the delivery');
});

test('no key, address or message is in a log', () => {
  const said = snug.said();
  assert.match(said, /event=delivery_failed .*status=timeout/);
  for (const secret of ['s3cret', 'whsec_', 'to all']) assert.equal(said.includes(secret), false, secret);
});
