// Two people talk, a third cannot listen, and nothing is stored twice.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { root, start, until } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

const login = (name) => snug.client().login(name);

test('a message is stored, answered and heard within a second', async () => {
  const pablo = await login('Pablo');
  const mary = await login('Mary');
  const stream = await mary.stream();
  const sent = await pablo.post('api/messages/0', 'hello', { 'content-type': 'application/x-www-form-urlencoded' });
  assert.equal(sent.status, 201);
  const heard = await stream.next('message', (m) => m.id === sent.json.id, 1000);
  assert.deepEqual(heard.data, sent.json);
  assert.match(heard.id, /^\d+\.\d+$/);
  const page = await pablo.get('api/messages/0?limit=20');
  assert.deepEqual(page.json.messages.at(-1), sent.json);
  assert.deepEqual(JSON.parse(snug.redis('ZREVRANGE', 'room:0', '0', '0')), sent.json);
  stream.close();
});

test('equal texts are two messages, one nonce is one', async () => {
  const pablo = await login('Pablo');
  const twice = [await pablo.post('api/messages/0', { message: 'twice' }), await pablo.post('api/messages/0', { message: 'twice' })];
  assert.notEqual(twice[0].json.id, twice[1].json.id);
  const before = snug.redis('ZCARD', 'room:0');
  const once = [];
  for (let i = 0; i < 2; i += 1) once.push(await pablo.post('api/messages/0', { message: 'once', nonce: 'n-1' }));
  assert.deepEqual(once[0].json, once[1].json);
  assert.deepEqual(once.map((o) => o.status), [201, 201]);
  assert.equal(Number(snug.redis('ZCARD', 'room:0')), Number(before) + 1);
  const other = await pablo.post('api/messages/0', { message: 'other', nonce: 'n-1' });
  assert.equal(other.status, 409);
  assert.equal(other.json.code, 'nonce_reused');
});

test('nobody reads a room that is not theirs', async () => {
  const [pablo, joe, alex] = await Promise.all(['Pablo', 'Joe', 'Alex'].map(login));
  const [heard, not] = [await joe.stream(), await alex.stream()];
  assert.equal((await alex.get('api/messages/1:2')).status, 404);
  assert.equal((await alex.post('api/messages/1:2', 'x', { 'content-type': 'text/plain' })).status, 404);
  assert.equal((await snug.client().get('api/messages/0')).status, 401);
  assert.equal((await snug.client().get('api/events')).status, 401);
  const sent = await pablo.post('api/messages/1:2', { message: 'for Joe' });
  await heard.next('message', (m) => m.id === sent.json.id);
  const mark = await pablo.post('api/messages/0', { message: 'for all' });
  await not.next('message', (m) => m.id === mark.json.id);
  assert.equal(not.events.filter((e) => e.data?.roomId === '1:2').length, 0);
  heard.close();
  not.close();
});

test('a new person signs up, opens a direct room, and appears to the other with the first message', async () => {
  const zoe = snug.client();
  const joined = await zoe.post('api/users', { username: 'Zoe', password: 'a long password' });
  assert.equal(joined.status, 201);
  assert.equal((await snug.client().post('api/users', { username: 'zOE', password: 'a long password' })).json.code, 'name_taken');
  const mary = await login('Mary');
  const stream = await mary.stream();
  const room = await zoe.post('api/rooms', { user: 'Mary' });
  assert.equal(room.status, 201);
  assert.equal((await zoe.post('api/rooms', { user: 'Mary' })).status, 200);
  assert.equal((await zoe.post('api/rooms', { user: 'Nobody' })).status, 404);
  assert.equal((await zoe.post(`api/messages/${room.json.id}`, { message: 'hi Mary' })).status, 201);
  const shown = await stream.next('show.room', (r) => r.id === room.json.id);
  assert.deepEqual(shown.data.names, [['Mary'], ['Zoe']]);
  await stream.next('message', (m) => m.message === 'hi Mary');
  stream.close();
});

test('presence: who comes and goes is heard', async () => {
  const mary = await login('Mary');
  const stream = await mary.stream();
  const yuri = snug.client();
  const id = (await yuri.post('api/users', { username: 'Yuri', password: 'a long password' })).json.id;
  const his = await yuri.stream();
  await stream.next('user.connected', (u) => u.id === id);
  assert.equal(snug.redis('SISMEMBER', 'online_users', id), '1');
  his.close();
  await stream.next('user.disconnected', (u) => u.id === id, 9000);
  assert.equal(snug.redis('SISMEMBER', 'online_users', id), '0');
  stream.close();
});

test('logging out ends the streams of that session', async () => {
  const joe = await login('Joe');
  const stream = await joe.stream();
  assert.equal((await joe.send('DELETE', 'api/session')).status, 204);
  assert.equal((await stream.next('bye', () => true, 1000)).data.reason, 'logout');
  await until(() => stream.ended, 'the end of the stream');
  assert.equal((await joe.get('api/session')).status, 401);
});

test('a stream goes on from its cursor', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map(login));
  const first = await mary.stream();
  const sent = await pablo.post('api/messages/0', { message: 'one' });
  const { id } = await first.next('message', (m) => m.id === sent.json.id);
  first.close();
  const missed = await pablo.post('api/messages/0', { message: 'two' });
  const second = await mary.stream('api/events', { 'last-event-id': id });
  await second.next('message', (m) => m.id === missed.json.id);
  assert.equal(second.events.filter((e) => e.data?.id === sent.json.id).length, 0);
  second.close();
  const garbage = await mary.stream('api/events?since=garbage');
  await garbage.next('reset');
  garbage.close();
});

test('the demo family hears us, and is heard', async () => {
  const mary = await login('Mary');
  const stream = await mary.stream();
  const now = Math.floor(Date.now() / 1000);
  const envelopes = [
    { serverId: 226863.05, type: 'message', data: { roomId: '0', message: 'py &lt;b&gt;', from: '1', date: now } },
    { serverId: '10.0.0.1:5004', type: 'message', data: { roomId: '0', message: 'node &lti&gt', from: 2, date: now } },
    { type: 'message', data: { from: '4', date: now, message: 'java', roomId: '0' } },
    { Type: 'message', Data: JSON.stringify({ from: '1', date: now, message: 'net', roomId: '0' }), ServerId: '123' },
  ];
  for (const garbage of ['null', '[]', 'x', '{"type":1}', '{"serverId":"a","type":"typing","data":{}}']) snug.redis('PUBLISH', 'MESSAGES', garbage);
  for (const e of envelopes) snug.redis('PUBLISH', 'MESSAGES', JSON.stringify(e));
  for (const text of ['py <b>', 'node <i>', 'java', 'net']) {
    const heard = await stream.next('message', (m) => m.message === text);
    assert.match(heard.data.id, /^\d+~[0-9a-f]{8}$/);
    assert.match(heard.id, /^\d+\.\d+$/);
  }
  snug.redis('PUBLISH', 'MESSAGES', JSON.stringify({ serverId: 1.5, type: 'message', data: { roomId: '1:2', message: 'spy', from: '3', date: now } }));
  snug.redis('PUBLISH', 'MESSAGES', JSON.stringify({ serverId: 1.5, type: 'user.connected', data: { id: 4, username: 'Alex', online: true } }));
  assert.equal((await stream.next('user.connected', (u) => u.id === '4')).data.username, 'Alex');
  stream.close();
});

test('the same programs answer as plain CGI', async () => {
  const pablo = await login('Pablo');
  const program = `${root}/build/${snug.build}/bin/messages.fcgi`;
  const env = { SNUG_CONFIG: '/dev/null', SNUG_REDIS: `unix:${snug.socket}`, SCRIPT_NAME: '/cgi-bin/messages', HTTP_COOKIE: pablo.cookie };
  const get = execFileSync(program, { encoding: 'utf8', env: { ...env, REQUEST_METHOD: 'GET', PATH_INFO: '/0', QUERY_STRING: 'limit=1' } });
  assert.match(get, /^Status: 200 OK\r\n/);
  const post = execFileSync(program, { encoding: 'utf8', input: 'by CGI', env: { ...env, REQUEST_METHOD: 'POST', PATH_INFO: '/0', CONTENT_LENGTH: '6', CONTENT_TYPE: 'text/plain' } });
  assert.match(post, /^Status: 201 Created\r\n/);
});
