// A room that is told to keep less does so, and what is said of it stays true.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

test('the owner says how much is kept, and the rest goes with all that hangs on it', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
  const { json: { id: room } } = await pablo.post('api/rooms', { name: 'Short memory', kind: 'private' });
  assert.ok((await pablo.send('PUT', `api/rooms/${room}/members/${(await mary.get('api/session')).json.id}`)).status < 300);
  const ids = [];
  for (let i = 0; i < 6; i += 1) ids.push((await pablo.post(`api/messages/${room}`, { message: `hello @Mary ${i}` })).json.id);
  assert.equal((await mary.send('PUT', `api/messages/${room}/${ids[0]}/reactions/${encodeURIComponent('👍')}`)).status, 200);
  assert.equal((await mary.send('PUT', `api/rooms/${room}/read`, { body: { id: ids[1] } })).status, 200);
  const mine = async () => (await mary.get('api/rooms')).json.rooms.find(({ id }) => id === room);
  assert.deepEqual([(await mine()).unread, (await mine()).mentions], [4, 4]);

  assert.equal((await pablo.send('PATCH', `api/rooms/${room}`, { body: { retain: 2 } })).status, 200);
  const page = async () => (await mary.get(`api/messages/${room}`)).json;
  await until(async () => (await page()).messages.length === 2, 'two messages', 20000);
  assert.deepEqual((await page()).messages.map(({ id }) => id), ids.slice(4));
  const { unread, mentions, read } = await mine();
  assert.deepEqual({ unread, mentions, read }, { unread: 2, mentions: 2, read: ids[1] });
  assert.equal(snug.redis('KEYS', `snug:room:${room}:reactions:*`).trim(), '');
  assert.equal((await pablo.get(`api/messages/${room}?after=${ids[1]}`)).json.messages.length, 2);
  assert.deepEqual((await mary.get(`api/search?q=hello&room=${room}`)).json.messages.map(({ id }) => id), ids.slice(4).reverse());
});
