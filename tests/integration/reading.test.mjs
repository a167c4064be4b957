// What is unread, and what follows people to their other streams.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

const login = (name) => snug.client().login(name);
const rooms = async (client) => Object.fromEntries((await client.get('api/rooms')).json.rooms.map((room) => [room.id, room]));

/** Reads everything up to now. */
async function readAll(client, room) {
  const { last } = (await rooms(client))[room];
  assert.equal((await client.send('PUT', `api/rooms/${room}/read`, { body: { id: last.id } })).json.unread, 0);
}

test('what is read on one stream is read on the others, live and after a reconnect', async () => {
  const [pablo, mary, phone] = await Promise.all(['Pablo', 'Mary', 'Mary'].map(login));
  await readAll(mary, '0');
  const first = await phone.stream();
  const his = await pablo.stream();
  const sent = [];
  for (const text of ['one', 'two', 'three']) sent.push((await pablo.post('api/messages/0', { message: text })).json);
  assert.equal((await rooms(mary))['0'].unread, 3);
  assert.equal((await rooms(pablo))['0'].unread, undefined);
  assert.equal((await rooms(pablo))['0'].read, sent[2].id);

  const { id } = await first.next('message', (m) => m.id === sent[2].id);
  const marked = await mary.send('PUT', 'api/rooms/0/read', { body: { id: sent[1].id } });
  assert.deepEqual(marked.json, { roomId: '0', id: sent[1].id, unread: 1, mentions: 0 });
  const heard = await first.next('read', () => true, 1000);
  assert.deepEqual(heard.data, marked.json);
  first.close();
  const second = await phone.stream('api/events', { 'last-event-id': id });
  assert.deepEqual((await second.next('read')).data, marked.json);

  // Backwards it does not go, and nobody is told of what has not moved.
  const back = await mary.send('PUT', 'api/rooms/0/read', { body: { id: sent[0].id } });
  assert.deepEqual(back.json, marked.json);
  await pablo.post('api/messages/0', { message: 'the end' });
  await second.next('message', (m) => m.message === 'the end');
  await his.next('message', (m) => m.message === 'the end');
  assert.equal(second.events.filter((e) => e.type === 'read').length, 1);
  assert.equal(his.events.filter((e) => e.type === 'read').length, 0);
  second.close();
  his.close();
});

test('who signs up has missed nothing, and the first message of somebody is unread', async () => {
  const pablo = await login('Pablo');
  await pablo.post('api/messages/0', { message: 'before Zoe' });
  const zoe = snug.client();
  const { id } = (await zoe.post('api/users', { username: 'Zoe', password: 'a long password' })).json;
  assert.equal((await rooms(zoe))['0'].unread, undefined);
  await pablo.post(`api/messages/1:${id}`, { message: 'welcome' });
  assert.equal((await rooms(zoe))[`1:${id}`].unread, 1);
  await readAll(zoe, `1:${id}`);
  assert.equal((await rooms(zoe))[`1:${id}`].unread, undefined);
  assert.equal((await zoe.send('PUT', 'api/rooms/1:2/read', { body: { id: '5.000000' } })).status, 404);
});

test('an answer quotes, and speaks to people, who are told how many messages wait for them', async () => {
  const [pablo, joe, mary] = await Promise.all(['Pablo', 'Joe', 'Mary'].map(login));
  await readAll(joe, '0');
  await readAll(mary, '0');
  const stream = await mary.stream();
  const question = (await pablo.post('api/messages/0', { message: 'Shall we meet?\nAt nine?' })).json;
  const answer = (await joe.post('api/messages/0', { message: '@pablo yes, with @Mary; ask mary@example.org', replyTo: question.id })).json;
  assert.deepEqual(answer.replyTo, { id: question.id, from: '1', message: 'Shall we meet?…' });
  assert.deepEqual(answer.mentions, ['1', '3']);
  assert.deepEqual((await stream.next('message', (m) => m.id === answer.id)).data, answer);
  await pablo.post('api/messages/0', { message: '@room at nine' });

  const his = (await rooms(joe))['0'];
  const hers = (await rooms(mary))['0'];
  assert.deepEqual([his.unread, his.mentions], [1, 1]);
  assert.deepEqual([hers.unread, hers.mentions], [3, 2]);
  const marked = await mary.send('PUT', 'api/rooms/0/read', { body: { id: answer.id } });
  assert.deepEqual((await stream.next('read')).data, { roomId: '0', id: answer.id, unread: 1, mentions: 1 });
  assert.equal(marked.json.mentions, 1);

  const page = (await mary.get('api/messages/0?limit=3')).json.messages;
  assert.deepEqual(page[1], answer);
  assert.equal((await mary.post('api/messages/0', { message: 'x', replyTo: '1795485263.000000' })).status, 400);
  stream.close();
});
