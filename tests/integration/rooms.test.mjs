// Rooms that people make, live: whose streams hear of them from when until when, and what is left of one that is gone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';
import { people } from '../support/people.mjs';

let snug;
const names = ['Pablo', 'Joe', 'Mary'];
let pablo;
let joe;
let mary;
before(async () => {
  snug = await start();
  [pablo, joe, mary] = await Promise.all(names.map((name) => snug.client().login(name)));
});
after(() => snug?.stop());

const good = async (promise) => {
  const answer = await promise;
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
};
let made = 0;
const make = (client, kind) => { made += 1; return good(client.post('api/rooms', { name: `Room ${made}`, kind })); };
const put = (client, room, user) => good(client.send('PUT', `api/rooms/${room}/members/${user}`, { body: '' }));
const take = (client, room, user) => good(client.send('DELETE', `api/rooms/${room}/members/${user}`));
const change = (client, room, body) => good(client.send('PATCH', `api/rooms/${room}`, { body }));
const drop = (client, room) => good(client.send('DELETE', `api/rooms/${room}`));
const say = (client, room, message) => good(client.post(`api/messages/${room}`, { message }));

/** Everything that a stream has said of a room. */
const saidOf = (stream, room) => stream.events.filter(({ type, data }) => (/room/.test(type) && data.id === room) || data?.roomId === room);

for (const kind of ['public', 'private']) {
  test(`who comes into a ${kind} room hears it, and who is out of it does not`, async () => {
    const [owner, member, stranger] = await Promise.all([pablo, mary, joe].map((client) => client.stream()));
    const { id } = await make(pablo, kind);
    assert.deepEqual((await owner.next('show.room', (data) => data.id === id)).data.names, [`Room ${made}`]);
    await say(pablo, id, 'before');
    await put(pablo, id, '3');
    await member.next('show.room', (data) => data.id === id);
    const said = await say(mary, id, 'hello');
    for (const stream of [owner, member]) await stream.next('message', (data) => data.id === said.id);

    await change(pablo, id, { name: `Renamed ${made}`, topic: 'x' });
    for (const stream of [owner, member]) {
      const { data } = await stream.next('room.updated', ({ topic }) => topic === 'x');
      assert.deepEqual([data.id, data.kind, data.name, data.owner, data.members], [id, kind, `Renamed ${made}`, '1', 2]);
    }
    await take(pablo, id, '3');
    await member.next('room.left', (data) => data.id === id);
    const after = await say(pablo, id, 'behind her back');
    await owner.next('message', (data) => data.id === after.id);
    const last = await say(pablo, '0', 'to all');
    for (const stream of [member, stranger]) await stream.next('message', (data) => data.id === last.id);
    assert.equal(saidOf(member, id).some(({ data }) => data.id === after.id), false);
    assert.deepEqual(saidOf(stranger, id), []);
    for (const stream of [owner, member, stranger]) stream.close();
  });

  test(`when a ${kind} room is deleted all who are in it are told, those who come back too`, async () => {
    const { id } = await make(pablo, kind);
    await put(pablo, id, '3');
    const [owner, member, stranger] = await Promise.all([pablo, mary, joe].map((client) => client.stream()));
    const cursor = member.events.find(({ type }) => type === 'ready').id;
    await say(mary, id, 'last words');
    await drop(pablo, id);
    for (const stream of [owner, member]) await stream.next('room.left', (data) => data.id === id);
    const back = await mary.stream('api/events', { 'last-event-id': cursor });
    await back.next('room.left', (data) => data.id === id);
    const last = await say(pablo, '0', 'to all');
    await stranger.next('message', (data) => data.id === last.id);
    assert.deepEqual(saidOf(stranger, id), []);
    for (const stream of [owner, member, stranger, back]) stream.close();
  });
}

test('in a closed room it is told who comes and goes, and who owns it then', async () => {
  const { id } = await make(pablo, 'private');
  await put(pablo, id, '3');
  const stream = await mary.stream();
  await put(mary, id, '2');
  assert.equal((await stream.next('room.updated')).data.members, 3);
  await take(pablo, id, 'me');
  const { data } = await stream.next('room.updated');
  assert.deepEqual([data.members, data.owner], [2, '2']);
  stream.close();
  await drop(joe, id);
});

test('an archived room is silent until it is archived no more', async () => {
  const { id } = await make(pablo, 'public');
  await change(pablo, id, { archived: true });
  const refused = await pablo.post(`api/messages/${id}`, { message: 'hello' });
  assert.deepEqual([refused.status, refused.json.code], [409, 'archived']);
  assert.equal((await pablo.get(`api/rooms/${id}`)).json.archived, true);
  await change(pablo, id, { archived: false });
  await say(pablo, id, 'hello');
  assert.equal((await pablo.get(`api/rooms/${id}`)).json.archived, undefined);
});

test('the public rooms are found page by page, each once, while others come and go', async () => {
  const everybody = people(snug, 1, { prefix: 'maker' });
  const maker = Object.assign(snug.client(), everybody[0]);
  const stay = [];
  for (let i = 0; i < 120; i += 1) stay.push((await make(maker, 'public')).id);
  const found = [];
  let target = 'api/rooms?public=1';
  while (target) {
    const { json, headers } = await joe.get(target);
    found.push(...json.rooms.map(({ id }) => id));
    await drop(maker, (await make(maker, 'public')).id);
    const next = /<([^>]*)>; rel="next"/.exec(headers.link ?? '')?.[1];
    assert.equal(Boolean(next), Boolean(json.next));
    target = next && `api/rooms${next}`;
  }
  assert.equal(new Set(found).size, found.length);
  for (const id of stay) assert.ok(found.includes(id), id);
  for (const id of stay) await drop(maker, id);
});

/** Where Redis still knows of a room: names of keys, and what is in those that hold ids of rooms. */
function traces(room) {
  const found = [];
  for (const key of snug.redis('--scan').split('\n')) {
    const ofRooms = /^(snug:)?user:\d+:rooms$/.test(key) ? snug.redis('SMEMBERS', key)
      : /^snug:user:\d+:reads$/.test(key) ? snug.redis('HKEYS', key)
        : key === 'snug:rooms:public' ? snug.redis('ZRANGE', key, '0', '-1').replace(/.*\t/g, '') : '';
    if (key.split(':').some((_, i, parts) => parts[i - 1] === 'room' && parts[i] === room) || ofRooms.split('\n').includes(room)) found.push(key);
    if (key.startsWith('snug:hook:') && snug.redis('HGET', key, 'room') === room) found.push(key);
  }
  return found;
}

for (const kind of ['public', 'private']) {
  test(`a ${kind} room that is deleted while everybody talks, comes, goes and reacts leaves nothing`, async () => {
    const crowd = people(snug, 8, { prefix: `crowd${kind}` }).map((one) => Object.assign(snug.client(), one));
    for (let round = 0; round < 3; round += 1) {
      const { id } = await make(pablo, kind);
      await Promise.all(crowd.map((one) => put(pablo, id, one.id)));
      assert.ok(traces(id).length > 3, 'the scan finds a room that is there');
      const statuses = new Set();
      let goOn = true;
      const act = async (client, method, target, body = '') => {
        const { status, text } = await client.send(method, target, { body });
        assert.ok(status < 300 || [403, 404].includes(status), `${method} ${target}: ${status} ${text}`);
        statuses.add(`${method} ${status}`);
      };
      const loops = crowd.flatMap((one) => [
        async () => {
          const { status, json } = await one.post(`api/messages/${id}`, { message: '@room hello' });
          assert.ok([201, 404].includes(status), `${status}`);
          statuses.add(`POST ${status}`);
          if (status === 201) {
            await act(one, 'PUT', `api/messages/${id}/${json.id}/reactions/${encodeURIComponent('👍')}`);
            await act(one, 'PUT', `api/rooms/${id}/read`, { id: json.id });
          }
        },
        async () => { await act(one, 'DELETE', `api/rooms/${id}/members/me`); },
        async () => { await act(pablo, 'PUT', `api/rooms/${id}/members/${one.id}`); },
      ]);
      const running = loops.map(async (loop) => { while (goOn) await loop(); });
      try {
        await until(() => ['POST 201', 'PUT 201', 'DELETE 204'].every((one) => statuses.has(one)), 'the room to be busy');
        await drop(pablo, id);
        statuses.clear();
        await until(() => ['POST 404', 'PUT 404', 'DELETE 404'].every((one) => statuses.has(one)), 'everybody to notice');
      } finally { goOn = false; }
      await Promise.all(running);
      assert.deepEqual(traces(id), []);
    }
  });
}

test('with a room its webhooks go', async () => {
  const { id } = await make(pablo, 'private');
  const { url } = await good(pablo.post(`api/rooms/${id}/hooks`, { name: 'Deploys' }));
  const post = () => snug.client().post(new URL(url, snug.url).pathname.slice(1), { text: 'hello' });
  assert.equal((await post()).status, 200);
  await drop(pablo, id);
  assert.deepEqual(traces(id), []);
  assert.equal((await post()).status, 404);
});

test('a room of a hundred thousand messages is freed beside the work of Redis', async () => {
  const { id } = await make(pablo, 'private');
  const fill = 'for i = 1, 100000 do redis.call("ZADD", KEYS[1], 1795000000 + i, "a message of some length, number " .. i) end';
  snug.redis('EVAL', fill, '1', `snug:room:${id}:messages`);
  const freed = () => Number(/lazyfreed_objects:(\d+)/.exec(snug.redis('INFO', 'memory'))[1]);
  const before = freed();
  await drop(pablo, id);
  assert.deepEqual(traces(id), []);
  await until(() => freed() > before, 'it to be freed');
});

test('demo servers see public rooms in their keys, and nothing of a closed one', async () => {
  const heard = [];
  const listener = spawn('redis-cli', ['-s', snug.socket, 'SUBSCRIBE', 'MESSAGES'], { stdio: ['ignore', 'pipe', 'ignore'] });
  listener.stdout.setEncoding('utf8').on('data', (text) => heard.push(text));
  await until(() => heard.join('').includes('subscribe'), 'the subscription');
  const secret = 'the secret of the closed room';
  const [open, closed] = [await make(pablo, 'public'), await make(pablo, 'private')];
  await change(pablo, closed.id, { name: secret });
  for (const { id } of [closed, open]) {
    await put(pablo, id, '3');
    await say(mary, id, `${secret} ${id}`);
    await change(pablo, id, { topic: secret });
    await take(pablo, id, '3');
  }
  await until(() => heard.join('').includes(`${secret} ${open.id}`), 'the message of the public room');
  listener.kill();
  assert.equal(heard.join('').includes(closed.id), false);
  assert.equal(snug.redis('GET', `room:${open.id}:name`), open.name);
  assert.equal(snug.redis('ZCARD', `room:${open.id}`), '1');
  assert.equal(snug.redis('SISMEMBER', 'user:1:rooms', open.id), '1');
  const read = { string: ['GET'], set: ['SMEMBERS'], hash: ['HGETALL'], zset: ['ZRANGE', '0', '-1'] };
  for (const key of snug.redis('--scan').split('\n').filter((one) => !one.startsWith('snug:'))) {
    const [command, ...rest] = read[snug.redis('TYPE', key)];
    const value = snug.redis(command, key, ...rest);
    assert.equal(`${key} ${value}`.split(/[\s"]+/).includes(closed.id), false, key);
    assert.equal(value.includes(secret) && key !== `room:${open.id}`, false, key);
  }
});
