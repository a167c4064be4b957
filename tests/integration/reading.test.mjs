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

test('who types is told to the others in the room, and to nobody who was away', async () => {
  const [pablo, joe, mary, phone] = await Promise.all(['Pablo', 'Joe', 'Mary', 'Pablo'].map(login));
  const [his, own, hers, late] = await Promise.all([joe.stream(), phone.stream(), mary.stream(), joe.stream('api/events?rooms=0')]);
  for (let i = 0; i < 5; i += 1) assert.equal((await pablo.post('api/rooms/1:2/typing')).status, 204);
  const heard = await his.next('typing', () => true, 1000);
  assert.deepEqual(heard.data, { roomId: '1:2', user: '1', username: 'Pablo' });
  assert.equal(heard.id, undefined);
  await pablo.post('api/rooms/0/typing');
  await hers.next('typing', ({ roomId }) => roomId === '0');
  assert.equal((await mary.post('api/rooms/1:2/typing')).status, 404);

  const { id } = (await pablo.post('api/messages/0', { message: 'typed' })).json;
  const cursors = await Promise.all([his, own, hers, late].map((stream) => stream.next('message', (m) => m.id === id)));
  const typed = (stream, room) => stream.events.filter(({ type, data }) => type === 'typing' && data.roomId === room).length;
  assert.deepEqual([his, own, hers, late].map((stream) => typed(stream, '1:2')), [1, 0, 0, 0]);
  assert.deepEqual([his, own, hers, late].map((stream) => typed(stream, '0')), [1, 0, 1, 1]);

  await joe.post('api/rooms/0/typing');
  await hers.next('typing', ({ user }) => user === '2');
  await joe.post('api/messages/0', { message: 'and said' });
  const back = await mary.stream('api/events', { 'last-event-id': cursors[2].id });
  await back.next('message', (m) => m.message === 'and said');
  assert.equal(typed(back, '0'), 0);
  for (const stream of [his, own, hers, late, back]) stream.close();
});

test('of who is blocked nothing comes any more, live or after a reconnect, and they are told nothing', async () => {
  const [joe, alex, phone] = await Promise.all(['Joe', 'Alex', 'Joe'].map(login));
  const room = '2:4';
  await readAll(joe, '0');
  const [stream, other, theirs] = await Promise.all([joe.stream(), phone.stream(), alex.stream()]);
  const mark = async (text) => {
    await alex.post('api/messages/0', { message: text });
    return (await stream.next('message', (m) => m.message === text)).id;
  };
  const since = await mark('before');
  const first = (await alex.post(`api/messages/${room}`, { message: 'to be hidden' })).json;
  await stream.next('message', (m) => m.id === first.id);
  assert.equal((await rooms(joe))['0'].mentions, undefined);

  assert.equal((await joe.send('PUT', 'api/blocks/4')).status, 204);
  for (const s of [stream, other]) await s.next('room.left', ({ id }) => id === room, 1000);
  assert.equal((await alex.post(`api/messages/${room}`, { message: 'hidden' })).status, 201);
  await alex.post(`api/rooms/${room}/typing`);
  await mark('@joe @room after');
  assert.equal((await rooms(joe))[room], undefined);
  assert.notEqual((await rooms(alex))[room], undefined);
  assert.deepEqual([(await rooms(joe))['0'].unread, (await rooms(joe))['0'].mentions], [2, undefined]);
  assert.equal((await joe.post(`api/messages/${room}`, { message: 'x' })).status, 403);

  // Not by a new stream, by one that comes back from before, or by one that asks for this room alone.
  const again = await Promise.all([joe.stream(), joe.stream(`api/events?since=${since}`), joe.stream(`api/events?since=${since}&rooms=0,${room}`)]);
  await alex.post(`api/messages/${room}`, { message: 'hidden too' });
  await mark('the end');
  for (const s of again) await s.next('message', (m) => m.message === 'the end');
  for (const s of [stream, other, ...again]) {
    assert.deepEqual(s.events.filter(({ data }) => /hidden/.test(data?.message) && data.id !== first.id), []);
    assert.deepEqual(s.events.filter(({ type }) => type === 'typing'), []);
  }
  assert.deepEqual(again.map((s) => s.events.filter(({ data }) => data?.id === first.id).length), [0, 0, 0]);
  assert.deepEqual(theirs.events.filter(({ type }) => type === 'room.left'), []);

  // And back.
  assert.equal((await joe.send('DELETE', 'api/blocks/4')).status, 204);
  await stream.next('show.room', ({ id }) => id === room, 1000);
  assert.equal((await rooms(joe))[room].last.message, 'hidden too');
  const last = (await alex.post(`api/messages/${room}`, { message: 'seen' })).json;
  for (const s of [stream, again[0]]) await s.next('message', (m) => m.id === last.id);
  for (const s of [stream, other, theirs, ...again]) s.close();
});

test('a demo server knows nothing of blocks, and what it shows stays hidden', async () => {
  const [mary, alex] = await Promise.all(['Mary', 'Alex'].map(login));
  await mary.send('PUT', 'api/blocks/4');
  const stream = await mary.stream();
  const now = Math.floor(Date.now() / 1000);
  for (const [type, data] of [['message', { roomId: '3:4', message: 'by the family', from: '4', date: now }], ['show.room', { id: '3:4', names: [['Mary'], ['Alex']] }]]) {
    snug.redis('PUBLISH', 'MESSAGES', JSON.stringify({ serverId: '10.0.0.1:5004', type, data }));
  }
  const theirs = await alex.stream();
  await alex.post('api/messages/3:4', { message: 'by us' });
  await theirs.next('message', (m) => m.message === 'by us');
  await alex.post('api/messages/0', { message: 'for all' });
  await stream.next('message', (m) => m.message === 'for all');
  assert.deepEqual(stream.events.filter(({ type, data }) => type === 'show.room' || data?.roomId === '3:4'), []);
  stream.close();
  theirs.close();
});

test('who writes on a demo server has read the room here', async () => {
  const [pablo, joe] = await Promise.all(['Pablo', 'Joe'].map(login));
  await Promise.all([readAll(pablo, '0'), readAll(joe, '0')]);
  const stream = await pablo.stream();
  await pablo.post('api/messages/0', { message: '@joe' });
  assert.deepEqual([(await rooms(joe))['0'].unread, (await rooms(joe))['0'].mentions], [1, 1]);
  const date = Math.floor(Date.now() / 1000);
  const data = { roomId: '0', message: 'by the family', from: '2', date };
  snug.redis('ZADD', 'room:0', String(date), JSON.stringify(data));
  snug.redis('PUBLISH', 'MESSAGES', JSON.stringify({ serverId: '10.0.0.1:5004', type: 'message', data }));
  await stream.next('message', (m) => m.message === 'by the family');
  assert.equal((await rooms(joe))['0'].unread, undefined);
  stream.close();
});
