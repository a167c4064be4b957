// What becomes of a message: it is edited, taken away, reacted to; who hears of it, and what is left of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

const login = (name) => snug.client().login(name);
const say = async (who, message, room = '0', more = {}) => (await who.post(`api/messages/${room}`, { message, ...more })).json;
const edit = (who, { id, roomId }, message, rev) => who.send('PATCH', `api/messages/${roomId}/${id}`, { body: { message, rev } });
const remove = (who, { id, roomId }) => who.send('DELETE', `api/messages/${roomId}/${id}`);
const react = (who, { id, roomId }, emoji, method = 'PUT') => who.send(method, `api/messages/${roomId}/${id}/reactions/${encodeURIComponent(emoji)}`);
/** The message as a page has it. */
const read = async (who, { id, roomId }) => (await who.get(`api/messages/${roomId}?around=${id}&limit=1`)).json.messages[0];
/** Waits until the stream has had all that was sent before. */
const settle = async (stream, who) => {
  const mark = await say(who, 'mark');
  await stream.next('message', (m) => m.id === mark.id);
};

test('an edit keeps place, id and nonce, and everybody in the room hears it', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map(login));
  const stream = await mary.stream();
  const first = await say(pablo, 'Helo', '0', { nonce: 'e-1' });
  const next = await say(pablo, 'next');
  const { status, json } = await edit(pablo, first, 'Hello', 0);
  assert.equal(status, 200);
  const { rev, edited, ...rest } = json;
  assert.deepEqual(rest, { ...first, message: 'Hello' });
  assert.equal(rev, 1);
  assert.ok(edited >= first.date);
  const heard = await stream.next('message.edited', (m) => m.id === first.id, 1000);
  assert.deepEqual(heard.data, json);
  assert.match(heard.id, /^\d+\.\d+$/);
  const page = (await mary.get(`api/messages/0?around=${first.id}&limit=3`)).json.messages;
  assert.deepEqual(page.slice(-2), [json, next]);
  assert.deepEqual((await say(pablo, 'Helo', '0', { nonce: 'e-1' })), first, 'a nonce gets its first answer');
  stream.close();
});

test('a page that was kept is another one after a change', async () => {
  const pablo = await login('Pablo');
  const first = await say(pablo, 'one');
  const changes = [() => edit(pablo, first, 'two'), () => react(pablo, first, '👍'), () => react(pablo, first, '👍', 'DELETE'), () => remove(pablo, first)];
  for (const change of changes) {
    const { etag } = (await pablo.get('api/messages/0')).headers;
    const same = () => pablo.get('api/messages/0', { headers: { 'if-none-match': etag } });
    assert.equal((await same()).status, 304);
    assert.ok((await change()).status < 300);
    assert.equal((await same()).status, 200);
  }
});

test('all three bodies can edit', async () => {
  const pablo = await login('Pablo');
  const first = await say(pablo, 'one');
  const patch = (body, type) => pablo.send('PATCH', `api/messages/0/${first.id}`, { body, headers: { 'content-type': type } });
  assert.equal((await patch('message=a+form&rev=0', 'application/x-www-form-urlencoded')).json.message, 'a form');
  assert.equal((await patch('message=late&rev=0', 'application/x-www-form-urlencoded')).status, 409);
  assert.equal((await patch('just text', 'application/x-www-form-urlencoded')).json.message, 'just text');
  assert.equal((await patch('two\nlines\n', 'text/plain')).json.message, 'two\nlines');
  assert.equal((await patch('{"message":"json","rev":3}', 'application/json')).json.rev, 4);
  for (const rev of ['x', '-1', '1.5', '99999999999999']) {
    assert.equal((await patch(`message=x&rev=${rev}`, 'application/x-www-form-urlencoded')).status, 400, rev);
  }
  assert.equal((await patch('', 'text/plain')).status, 400);
  assert.equal((await patch('x'.repeat(8001), 'text/plain')).status, 413);
  assert.equal((await read(pablo, first)).message, 'json');
});

test('of two who edit at once, each naming what they saw, one wins, and nothing is lost', async () => {
  const people = await Promise.all(['Pablo', 'Pablo', 'Pablo', 'Pablo'].map(login));
  const stream = await people[0].stream();
  const first = await say(people[0], 'start');
  const won = [];
  for (let rev = 0; rev < 20; rev += 1) {
    const answers = await Promise.all(people.map((who, i) => edit(who, first, `${rev} by ${i}`, rev)));
    const good = answers.filter(({ status }) => status === 200);
    assert.equal(good.length, 1, `round ${rev}: ${answers.map(({ status }) => status)}`);
    for (const { status, json } of answers.filter((one) => one !== good[0])) {
      assert.deepEqual([status, json.code], [409, 'conflict']);
    }
    assert.deepEqual([good[0].json.rev, good[0].json.id], [rev + 1, first.id]);
    won.push(good[0].json);
    assert.deepEqual(await read(people[0], first), good[0].json);
  }
  await settle(stream, people[0]);
  assert.deepEqual(stream.events.filter(({ type }) => type === 'message.edited').map(({ data }) => data), won);
  assert.equal(snug.redis('ZCOUNT', 'room:0', first.id, first.id), '1');
  // Without a rev the last one wins; still each edit is one.
  const free = await Promise.all(people.map((who, i) => edit(who, first, `free ${i}`)));
  assert.deepEqual(free.map(({ json }) => json.rev).sort(), [21, 22, 23, 24]);
  stream.close();
});

test('what says this already is no edit', async () => {
  const pablo = await login('Pablo');
  const stream = await pablo.stream();
  const first = await say(pablo, 'same');
  const again = await edit(pablo, first, 'same', 0);
  assert.deepEqual([again.status, again.json], [200, first]);
  assert.equal((await edit(pablo, first, 'same', 1)).status, 409);
  await settle(stream, pablo);
  assert.equal(stream.events.filter(({ type }) => type === 'message.edited').length, 0);
  stream.close();
});

test('a deleted message leaves its place and nothing else', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map(login));
  const before = await mary.stream();
  const first = await say(pablo, 'SECRET', '0', { nonce: 'd-1' });
  const cursor = (await mary.get('api/rooms')).json.cursor;
  const { id: seen } = await before.next('message', (m) => m.id === first.id);
  await react(mary, first, '👍');
  await edit(pablo, first, 'SECRET too');
  assert.equal((await remove(pablo, first)).status, 204);
  const heard = await before.next('message.deleted', (m) => m.id === first.id, 1000);
  assert.deepEqual(heard.data, { id: first.id, roomId: '0' });
  assert.equal((await remove(pablo, first)).status, 204, 'twice is once');
  const { nonce, ...rest } = first;
  assert.deepEqual(await read(mary, first), { ...rest, message: '', deleted: true });
  assert.equal(snug.redis('--raw', 'KEYS', `snug:room:0:reactions:${first.id}`), '');
  assert.ok(!snug.redis('GET', 'snug:sent:1:d-1').includes('SECRET'));
  for (const again of [await edit(pablo, first, 'x'), await react(mary, first, '👍')]) {
    assert.deepEqual([again.status, again.json.code], [409, 'conflict']);
  }
  assert.equal((await mary.get(`api/messages/0/${first.id}/reactions`)).text, '{"reactions":{},"users":{}}');
  await settle(before, pablo);
  assert.equal(before.events.filter(({ type }) => type === 'message.deleted').length, 1);
  before.close();
  // Who comes back, or comes late, is told that it is gone, and not what it said.
  const beginning = `${cursor.split('.')[0]}.0`;
  for (const since of [seen, cursor, beginning]) {
    const late = await mary.stream(`api/events?since=${since}`);
    await settle(late, pablo);
    const said = JSON.stringify(late.events);
    assert.ok(said.includes('message.deleted'), since);
    assert.ok(!said.includes('SECRET'), since);
    assert.equal(late.events.filter(({ type }) => type === 'reset').length, 0);
    late.close();
  }
});

test('a hub that was not there reads nothing of it from the log', async () => {
  const pablo = await login('Pablo');
  const stream = await pablo.stream();
  const first = await say(pablo, 'LONG SECRET');
  const { id: seen } = await stream.next('message', (m) => m.id === first.id);
  const other = await say(pablo, 'something else');
  await remove(pablo, first);
  const [hub] = snug.processes('events.fcgi');
  process.kill(hub, 'SIGKILL');
  await until(() => stream.ended, 'the stream to end');
  await until(async () => (await pablo.get('api/health')).status === 200, 'another hub', 20000);
  const start = `${seen.split('.')[0]}.${Number(seen.split('.')[1]) - 1}`;
  const late = await pablo.stream(`api/events?since=${start}`);
  await late.next('message', (m) => m.id === other.id);
  await late.next('message.deleted', (m) => m.id === first.id);
  assert.ok(!JSON.stringify(late.events).includes('LONG SECRET'));
  assert.equal(late.events.filter(({ type }) => type === 'reset').length, 0);
  late.close();
});

test('reactions are counted, told, and say whose they are', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map(login));
  const stream = await mary.stream();
  const first = await say(pablo, 'react!');
  assert.deepEqual((await react(mary, first, '👍')).json.reactions, { '👍': 1 });
  const heard = await stream.next('reaction', (r) => r.id === first.id, 1000);
  assert.deepEqual(heard.data, { roomId: '0', id: first.id, user: '3', emoji: '👍', added: true, reactions: { '👍': 1 } });
  assert.deepEqual((await react(pablo, first, '👍')).json.reactions, { '👍': 2 });
  assert.deepEqual((await react(pablo, first, '❤')).json.reactions, { '👍': 2, '❤️': 1 });
  for (const emoji of ['❤️', '👍']) assert.deepEqual((await react(pablo, first, emoji)).json.reactions, { '👍': 2, '❤️': 1 });
  const all = (await mary.get(`api/messages/0/${first.id}/reactions`)).json;
  assert.deepEqual(all, { reactions: { '👍': ['3', '1'], '❤️': ['1'] }, users: { 1: 'Pablo', 3: 'Mary' } });
  assert.deepEqual((await read(mary, first)).reactions, { '👍': 2, '❤️': 1 });
  assert.deepEqual((await react(mary, first, '👍', 'DELETE')).json.reactions, { '👍': 1, '❤️': 1 });
  assert.equal((await react(mary, first, '👍', 'DELETE')).status, 200);
  await react(pablo, first, '👍', 'DELETE');
  const last = await react(pablo, first, '❤', 'DELETE');
  assert.deepEqual(last.json, first);
  assert.equal(snug.redis('EXISTS', `snug:room:0:reactions:${first.id}`), '0');
  await settle(stream, pablo);
  assert.deepEqual(stream.events.filter(({ type }) => type === 'reaction').map(({ data: { user, emoji, added } }) => `${user}${added ? '+' : '-'}${emoji}`),
    ['3+👍', '1+👍', '1+❤️', '3-👍', '1-👍', '1-❤️']);
  stream.close();
});

test('a reaction is one emoji', async () => {
  const pablo = await login('Pablo');
  const first = await say(pablo, 'x');
  for (const emoji of ['👍🏿', '🇩🇪', '#️⃣', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳️‍🌈']) assert.equal((await react(pablo, first, emoji)).status, 200, emoji);
  assert.deepEqual(Object.keys((await read(pablo, first)).reactions), ['👍🏿', '🇩🇪', '#️⃣', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳️‍🌈']);
  for (const emoji of ['x', '7', ':+1:', '👍👍', '👍 ', 'é']) assert.deepEqual((await react(pablo, first, emoji)).json.code, 'invalid', emoji);
});

test('many react at once, and none is lost', async () => {
  const names = ['Pablo', 'Joe', 'Mary', 'Alex'];
  const people = await Promise.all(names.map(login));
  const first = await say(people[0], 'count');
  const emoji = ['👍', '🎉', '🚀', '👀', '🙂'];
  const all = people.flatMap((who) => emoji.map((one) => [who, one]));
  await Promise.all([...all.map(([who, one]) => react(who, first, one)), edit(people[0], first, 'counted')]);
  const { message, rev, reactions } = await read(people[0], first);
  assert.deepEqual([message, rev], ['counted', 1]);
  assert.deepEqual(emoji.map((one) => reactions[one]), [4, 4, 4, 4, 4]);
});

test('who may: the author, the owner of the room, admins; and nobody who is not in it', async (t) => {
  const [pablo, joe, mary, alex] = await Promise.all(['Pablo', 'Joe', 'Mary', 'Alex'].map(login));
  const general = await say(pablo, 'of Pablo');
  for (const answer of [await edit(mary, general, 'x'), await remove(mary, general)]) {
    assert.deepEqual([answer.status, answer.json.code], [403, 'forbidden']);
  }
  const direct = await say(pablo, 'for Joe', '1:2');
  for (const change of [edit, remove, react]) {
    const answer = await change(mary, direct, '👍');
    assert.deepEqual([answer.status, answer.json.code], [404, 'not_found']);
    assert.equal((await change(snug.client(), direct, '👍')).status, 401);
  }
  assert.equal((await mary.get(`api/messages/1:2/${direct.id}/reactions`)).status, 404);
  assert.equal((await edit(joe, direct, 'x')).status, 403);
  assert.equal((await react(joe, direct, '👍')).status, 200);

  snug.redis('SET', 'room:7:name', 'Books');
  for (const who of [pablo, joe, mary]) await who.send('PUT', 'api/rooms/7/members/me');
  snug.redis('HSET', 'snug:room:7', 'owner', '3');
  const books = await say(pablo, 'a book', '7');
  assert.equal((await edit(joe, books, 'x')).status, 403);
  assert.equal((await edit(mary, books, 'moderated')).json.from, '1');
  assert.equal((await remove(mary, books)).status, 204);
  assert.equal((await edit(mary, { ...general, roomId: '0' }, 'x')).status, 403, 'the owner of another room');

  snug.redis('HSET', 'snug:user:4', 'role', 'admin');
  t.after(() => snug.redis('HDEL', 'snug:user:4', 'role'));
  assert.equal((await edit(alex, general, 'by an admin')).status, 200);
  assert.equal((await edit(alex, direct, 'x')).status, 404, 'an admin is in no room by that');
  assert.equal((await remove(alex, general)).status, 204);
});

test('a closed room hears its changes, and the demo family nothing of any', async () => {
  const [pablo, joe, mary] = await Promise.all(['Pablo', 'Joe', 'Mary'].map(login));
  snug.redis('SADD', 'snug:room:g5:members', '1', '2');
  for (const id of ['1', '2']) snug.redis('SADD', `snug:user:${id}:rooms`, 'g5');
  const [heard, not] = [await joe.stream(), await mary.stream()];
  const first = await say(pablo, 'closed', 'g5');
  await edit(pablo, first, 'closed, edited');
  await react(joe, first, '👍');
  await remove(pablo, first);
  for (const type of ['message.edited', 'reaction', 'message.deleted']) await heard.next(type, (m) => m.id === first.id);
  await settle(not, pablo);
  assert.equal(not.events.filter(({ data }) => data?.roomId === 'g5').length, 0);
  assert.equal(snug.redis('EXISTS', 'room:g5'), '0');
  const types = JSON.stringify(not.events.map(({ type }) => type));
  assert.ok(!types.includes('reaction'));
  heard.close();
  not.close();
});

test('what a demo server wrote can be taken away, and not changed', async () => {
  const [pablo, joe] = await Promise.all(['Pablo', 'Joe'].map(login));
  const stream = await joe.stream();
  const now = Math.floor(Date.now() / 1000);
  const written = JSON.stringify({ from: '2', date: now, message: 'by a demo server', roomId: '0' });
  snug.redis('ZADD', 'room:0', String(now), written);
  snug.redis('PUBLISH', 'MESSAGES', JSON.stringify({ serverId: 1.5, type: 'message', data: JSON.parse(written) }));
  const first = (await stream.next('message', (m) => m.message === 'by a demo server')).data;
  for (const answer of [await edit(joe, first, 'x'), await react(joe, first, '👍')]) {
    assert.deepEqual([answer.status, answer.json.code], [409, 'foreign_message']);
  }
  assert.equal((await remove(pablo, first)).status, 403);
  assert.equal((await remove(joe, first)).status, 204);
  await stream.next('message.deleted', (m) => m.id === first.id);
  assert.equal((await remove(joe, first)).status, 404);
  assert.equal(snug.redis('ZSCORE', 'room:0', written), '');
  stream.close();
});
