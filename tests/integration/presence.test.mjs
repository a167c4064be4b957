// Who is online: many tabs, many hubs, crashes. Two web servers with a hub each on one Redis.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let here, there;
before(async () => {
  here = await start();
  there = await start({ beside: here });
});
after(async () => {
  await there?.stop();
  await here?.stop();
});

const ids = { Pablo: '1', Joe: '2', Mary: '3', Alex: '4' };
const open = async (snug, name) => (await snug.client().login(name)).stream();
const isOnline = (snug, name) => snug.redis('SISMEMBER', 'online_users', ids[name]) === '1';
/** What a stream has heard of somebody: ['user.connected', …]. */
const heard = (stream, name) => stream.events.filter((e) => /^user\./.test(e.type) && e.data.id === ids[name]).map((e) => e.type);

test('somebody at two hubs is online once, and until the last stream ends', async () => {
  const mary = await open(there, 'Mary');
  const tabs = [await open(here, 'Pablo'), await open(here, 'Pablo'), await open(there, 'Pablo')];
  await mary.next('user.connected', (u) => u.id === ids.Pablo);
  const hubs = here.redis('SMEMBERS', 'snug:hubs').split('\n');
  assert.equal(hubs.length, 2);
  const holders = () => hubs.filter((hub) => here.redis('SISMEMBER', `snug:hub:${hub}:users`, ids.Pablo) === '1').length;
  await until(() => holders() === 2, 'both hubs to hold Pablo');
  tabs[0].close();
  tabs[1].close();
  await until(() => holders() === 1, 'the first hub to let Pablo go');
  assert.ok(isOnline(here, 'Pablo'));
  tabs[2].close();
  await mary.next('user.disconnected', (u) => u.id === ids.Pablo, 9000);
  assert.ok(!isOnline(here, 'Pablo'));
  assert.deepEqual(heard(mary, 'Pablo'), ['user.connected', 'user.disconnected']);
  mary.close();
});

test('what is sent at one hub arrives at the other in order', async () => {
  const joe = await open(there, 'Joe');
  const pablo = await here.client().login('Pablo');
  const sent = [];
  for (let i = 0; i < 20; i += 1) sent.push((await pablo.post('api/messages/0', { message: `number ${i}` })).json.id);
  await joe.next('message', (m) => m.id === sent.at(-1));
  assert.deepEqual(joe.events.filter((e) => e.type === 'message').map((e) => e.data.id), sent);
  joe.close();
});

test('a reload is silent', async () => {
  const mary = await open(here, 'Mary');
  const alex = await open(here, 'Alex');
  const pablo = await here.client().login('Pablo');
  const first = await pablo.stream();
  for (const name of ['Alex', 'Pablo']) await mary.next('user.connected', (u) => u.id === ids[name]);
  first.close();
  const second = await pablo.stream();
  alex.close();
  // Alex, who went later, is announced; so Pablo would have been.
  await mary.next('user.disconnected', (u) => u.id === ids.Alex, 9000);
  assert.deepEqual(heard(mary, 'Pablo'), ['user.connected']);
  second.close();
  mary.close();
});

test('a page says that it is there', async () => {
  const pablo = await here.client().login('Pablo');
  const stream = await pablo.stream();
  const id = stream.events[0].data.stream;
  assert.equal((await pablo.post('api/events', { stream: id })).status, 204);
  assert.equal((await pablo.post('api/events', `stream=${id}`, { 'content-type': 'application/x-www-form-urlencoded' })).status, 204);
  assert.equal((await pablo.post('api/events', { stream: 'another' })).json.code, 'not_found');
  assert.equal((await (await here.client().login('Pablo')).post('api/events', { stream: id })).status, 404);
  assert.equal((await here.client().post('api/events', { stream: id })).json.code, 'unauthenticated');
  assert.equal((await pablo.post('api/events', { stream: id }, { 'sec-fetch-site': 'cross-site' })).json.code, 'cross_site');
  assert.equal((await pablo.post('api/events', { stream: 7, x: [] })).json.code, 'not_found');
  assert.equal((await pablo.post('api/events', { stream: [] })).json.code, 'invalid');
  assert.equal((await pablo.post('api/events', '{', { 'content-type': 'application/json' })).json.code, 'bad_body');
  assert.equal((await pablo.post('api/events', id, { 'content-type': 'text/plain' })).json.code, 'unsupported_media_type');
  assert.equal((await pablo.post('api/events', 'x'.repeat(300000), { 'content-type': 'application/json' })).json.code, 'too_large');
  const refused = await pablo.send('DELETE', 'api/events');
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.allow, 'GET, HEAD, POST');
  stream.close();
});

// A machine goes away with its hub: the other one takes its people offline, but for who is here too.
async function aMachineGoesAway() {
  await until(() => !isOnline(here, 'Joe') && !isOnline(here, 'Pablo'), 'who was here before to be gone');
  const mary = await open(here, 'Mary');
  await open(there, 'Joe');
  await open(there, 'Pablo');
  const pablo = await open(here, 'Pablo');
  await until(() => isOnline(here, 'Joe') && isOnline(here, 'Pablo'), 'both to be online');
  const users = here.redis('SMEMBERS', 'snug:hubs').split('\n').map((hub) => `snug:hub:${hub}:users`);
  await until(() => users.every((set) => here.redis('SISMEMBER', set, ids.Pablo) === '1'), 'both hubs to hold Pablo');
  // Who has just gone may still have been told of.
  mary.events.length = 0;
  await there.crash();
  await mary.next('user.disconnected', (u) => u.id === ids.Joe, 20000);
  assert.ok(!isOnline(here, 'Joe'));
  assert.ok(isOnline(here, 'Pablo'));
  assert.ok(!heard(mary, 'Pablo').includes('user.disconnected'));
  await until(() => !here.redis('SMEMBERS', 'snug:hubs').includes('\n'), 'nothing to be left of the hub');
  pablo.close();
  mary.close();
}

// A hub crashes and is started again: who comes back stays online without a word, who does not goes.
async function aHubIsFollowed() {
  const alone = await start();
  try {
    const mary = await alone.client().login('Mary');
    const first = await mary.stream();
    await open(alone, 'Alex');
    await first.next('user.connected', (u) => u.id === ids.Alex);
    const [hub] = alone.processes('events.fcgi');
    const listener = await open(alone, 'Joe');
    process.kill(hub, 'SIGKILL');
    await until(() => first.ended && listener.ended, 'the streams to end');
    const joe = await open(alone, 'Joe');
    const second = await mary.stream();
    assert.notEqual(alone.processes('events.fcgi')[0], hub);
    await second.next('user.disconnected', (u) => u.id === ids.Alex, 20000);
    for (const name of ['Mary', 'Joe']) {
      assert.ok(isOnline(alone, name));
      assert.deepEqual(heard(second, name), []);
    }
    joe.close();
    second.close();
  } finally {
    await alone.stop();
  }
}

test('after a crash presence is right within 20 seconds', () => Promise.all([aMachineGoesAway(), aHubIsFollowed()]));

test('a hub that ends leaves nothing behind', async () => {
  const snug = await start();
  await open(snug, 'Pablo');
  await until(() => isOnline(snug, 'Pablo'), 'Pablo to be online');
  snug.web.kill('SIGTERM');
  await until(() => snug.processes().length === 0, 'the programs to end', 15000);
  assert.equal(snug.redis('KEYS', 'snug:hub*'), '');
  assert.equal(snug.redis('EXISTS', 'online_users'), '0');
  await snug.stop();
});
