// Programs: what they may do with a token, live too, and until when.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
let pablo;
let mary;
before(async () => {
  snug = await start();
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  snug.redis('SADD', 'snug:admins', '1');
  [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
});
after(() => snug?.stop());

/** Makes a token; what was answered, and the header that shows it. */
async function token(client, wish) {
  const { status, text, json } = await client.post('api/tokens', { name: 'test', scope: 'read write', ...wish });
  assert.equal(status, 201, text);
  return { ...json, headers: { authorization: `Bearer ${json.token}` } };
}

const say = (client, room, message) => client.post(`api/messages/${room}`, { message });

test('a bot talks and listens as people do', async () => {
  const made = await pablo.post('api/bots', { username: 'Robot' });
  assert.deepEqual([made.status, made.json.bot], [201, true], made.text);
  const { headers } = await token(pablo, { user: made.json.id });
  const bot = snug.client();
  const [stream, people] = [await bot.stream('api/events', headers), await mary.stream()];
  const said = await bot.send('POST', 'api/messages/0', { body: { message: 'beep' }, headers });
  assert.equal(said.status, 201, said.text);
  assert.equal((await people.next('message', ({ id }) => id === said.json.id)).data.from, made.json.id);
  const heard = await say(mary, '0', 'hello, Robot');
  await stream.next('message', ({ id }) => id === heard.json.id);
  const shown = await mary.get(`api/users?ids=${made.json.id}`);
  assert.equal(shown.json.users[0].bot, true);
  stream.close();
  people.close();
});

test('with curl: as Bearer, and as the password of Basic', async () => {
  const { token: secret } = await token(mary, {});
  const curl = (...args) => JSON.parse(execFileSync('curl', ['-sf', ...args, `${snug.url}api/session`], { encoding: 'utf8' }));
  assert.equal(curl('-H', `Authorization: Bearer ${secret}`).username, 'Mary');
  assert.equal(curl('-u', `any:${secret}`).username, 'Mary');
});

test('a narrowed token hears its rooms alone, also of rooms that are entered later', async () => {
  const direct = await pablo.post('api/rooms', { user: 'Mary' });
  const { headers } = await token(mary, { rooms: direct.json.id });
  const stream = await snug.client().stream('api/events', headers);
  const widened = await snug.client().stream('api/events?rooms=0', headers);
  snug.redis('SET', 'room:7:name', 'Seven');
  assert.equal((await mary.send('PUT', 'api/rooms/7/members/me')).status, 201);
  assert.equal((await pablo.send('PUT', 'api/rooms/7/members/me')).status, 201);
  for (const room of ['0', '7']) await say(pablo, room, 'not for you');
  const last = await say(pablo, direct.json.id, 'for you');
  await stream.next('message', ({ id }) => id === last.json.id);
  assert.deepEqual(stream.events.filter(({ type }) => type === 'message').map(({ data }) => data.roomId), [direct.json.id]);
  assert.equal(stream.events.some(({ type, data }) => type === 'show.room' && data.id === '7'), false);
  const resumed = await snug.client().stream('api/events', { ...headers, 'last-event-id': stream.events.find(({ type }) => type === 'ready').id });
  await resumed.next('message', ({ id }) => id === last.json.id);
  assert.equal(resumed.events.filter(({ type }) => type === 'message').length, 1);
  assert.equal(widened.events.some(({ type }) => type === 'message'), false);
  for (const open of [stream, widened, resumed]) open.close();
});

test('its streams end within a second when it is ended, and it opens nothing more', async () => {
  const { id, headers } = await token(mary, { scope: 'read' });
  const other = await token(mary, { scope: 'read' });
  const [stream, stays] = [await snug.client().stream('api/events', headers), await snug.client().stream('api/events', other.headers)];
  const began = Date.now();
  assert.equal((await mary.send('DELETE', `api/tokens/${id}`)).status, 204);
  assert.equal((await stream.next('bye')).data.reason, 'logout');
  await until(() => stream.ended, 'the end of the stream');
  assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
  assert.equal((await snug.client().send('GET', 'api/rooms', { headers })).status, 401);
  assert.equal((await snug.client().send('GET', 'api/events', { headers })).status, 401);
  const said = await say(pablo, '0', 'still there?');
  await stays.next('message', (m) => m.id === said.json.id);
  stays.close();
});

test('a token that may not read opens no stream', async () => {
  const { headers } = await token(mary, { scope: 'write' });
  const { status, json } = await snug.client().send('GET', 'api/events', { headers });
  assert.deepEqual([status, json.code], [403, 'insufficient_scope']);
});

test('no token is in a log, nor in Redis', async () => {
  const { token: secret, headers } = await token(mary, {});
  await snug.client().send('GET', 'api/rooms', { headers });
  await snug.client().send('GET', `api/rooms?token=${'x'.repeat(8)}`, { headers: { authorization: `Bearer ${secret}x` } });
  (await snug.client().stream('api/events', headers)).close();
  assert.equal(snug.said().includes(secret), false);
  for (const key of snug.redis('KEYS', '*token*').split('\n').filter(Boolean)) {
    assert.equal(key.includes(secret), false);
    if (key.startsWith('snug:token:')) assert.equal(snug.redis('HGETALL', key).includes(secret), false);
  }
});
