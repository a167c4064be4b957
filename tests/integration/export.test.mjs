// What the shell exports comes back from an import: the same bytes, the same history and people over HTTP.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';
import { answer, command } from '../support/shell.mjs';

let snug;
before(async () => { snug = await start({ demo: false, keys: `${root}/tests/support/family-keys.txt` }); });
after(() => snug?.stop());

/** The export of all, or of one room. */
async function exported(...room) {
  const { out, err, status } = await command(snug, ['export', ...room]);
  assert.equal(status, 0, err);
  return out;
}

/** What somebody sees: their rooms, and the whole history of each, with who wrote it. */
async function seen(name, password) {
  const person = await snug.client().login(name, password);
  const { rooms } = (await person.get('api/rooms')).json;
  const histories = {};
  for (const { id } of rooms) {
    const { messages, users } = (await person.get(`api/messages/${id}?limit=200`)).json;
    histories[id] = { messages, users };
  }
  return { rooms: rooms.map(({ online, onlineCount, ...room }) => room), histories };
}

/** Something of everything that people do here. */
async function live() {
  const pablo = await snug.client().login('Pablo');
  const nina = await snug.client().login('Nina', 'nina-pw');
  for (let i = 0; i < 30; i += 1) {
    const sent = await pablo.post('api/messages/0', { message: `line ${i}\n\ttab, "quotes", \u2028 and 😀`, nonce: `n-${i}` });
    assert.equal(sent.status, 201);
  }
  assert.equal((await nina.post('api/rooms', { user: 'Mary' })).status, 201);
  assert.equal((await nina.post('api/messages/3:5', { message: 'between us' })).status, 201);
  await answer(snug, ['user', 'admin', 'Pablo']);
  await answer(snug, ['user', 'deactivate', 'Alex']);
  assert.equal((await nina.send('DELETE', 'api/users/me', { body: { password: 'nina-pw' } })).status, 204);
  snug.redis('HSET', 'snug:user:9', 'role', '\xff');
  await pablo.post('api/tokens', { name: 'never', scope: 'read' });
  await pablo.post('api/invites', {});
}

test('export, wipe, import: the same bytes, and the family sees the same', async () => {
  const was = await seen('Pablo');
  const before = await exported();
  assert.equal(before.split('\n')[0], '{"snug":1}');
  assert.ok(before.endsWith('\n{"end":true}\n'));
  assert.ok(!/sess|online_users/.test(before), before);
  snug.redis('flushall');
  const { records, added } = await answer(snug, ['import'], { input: before });
  assert.deepEqual([records, added], [before.split('\n').length - 3, records]);
  assert.equal(await exported(), before);
  assert.deepEqual(await seen('Pablo'), was);
});

test('the same of what people have done here, and a second import adds nothing', async () => {
  await live();
  const was = await seen('Pablo');
  const before = await exported();
  for (const never of ['never', '"session', '"token', '"invite', '"events', '"online', '"sent']) assert.ok(!before.includes(never), never);
  snug.redis('flushall');
  assert.equal((await command(snug, ['import'], { input: before })).status, 0);
  assert.equal(await exported(), before);
  const again = await command(snug, ['import'], { input: before });
  assert.match(again.out, /^\d+ records, of which 0 were not there\.\n$/);
  assert.equal(await exported(), before);
  assert.deepEqual(await seen('Pablo'), was);
  await assert.rejects(snug.client().login('Alex'), /401/);
  // What comes after it goes on where it was: ids of users and messages are new ones.
  const pablo = await snug.client().login('Pablo');
  assert.equal((await pablo.get('api/session')).json.role, 'admin');
  const sent = (await pablo.post('api/messages/0', { message: 'after' })).json;
  assert.ok(was.histories[0].messages.every((m) => Number(m.id.split('~')[0]) < Number(sent.id)));
  assert.equal((await answer(snug, ['user', 'add', 'New', '--generate'])).id, '6');
});

test('an open stream is told to reload when something is imported, and goes on', async () => {
  const pablo = await snug.client().login('Pablo');
  const stream = await pablo.stream();
  const whole = await exported();
  const lost = whole.split('\n').find((line) => line.includes('line 17'));
  const [, score] = /"score":"([\d.]+)"/.exec(lost);
  assert.equal(snug.redis('ZREMRANGEBYSCORE', 'room:0', score, score), '1');
  assert.equal((await answer(snug, ['import'], { input: whole })).added, 1);
  await stream.next('reset');
  assert.equal(await exported(), whole);
  await pablo.post('api/messages/0', { message: 'live again' });
  await stream.next('message', (m) => m.message === 'live again');
  assert.equal((await answer(snug, ['import'], { input: whole })).added, 0);
  await pablo.post('api/messages/0', { message: 'and nobody is told of nothing' });
  await stream.next('message', (m) => m.message === 'and nobody is told of nothing');
  assert.ok(!stream.events.some((event) => event.type === 'reset' && !event.given));
  stream.close();
});

test('one room goes and comes back', async () => {
  const was = await seen('Pablo');
  const room = await exported('1:2');
  assert.ok(room.startsWith('{"snug":1,"room":"1:2"}\n'));
  assert.ok(!room.includes('password'));
  snug.redis('DEL', 'room:1:2');
  snug.redis('SREM', 'user:1:rooms', '1:2');
  assert.notDeepEqual(await seen('Pablo'), was);
  assert.equal((await command(snug, ['import'], { input: room })).status, 0);
  assert.deepEqual(await seen('Pablo'), was);
  assert.equal(await exported('1:2'), room);
});

test('what is no whole export is said, with its line, and what it had is there', async () => {
  const whole = await exported();
  const lines = whole.split('\n').slice(0, -1);
  const refusals = [
    ['', /no export to read/],
    ['hello\n', /Line 1 is no line/],
    [lines[1], /Line 1 is not the first/],
    ['{"snug":2}\n', /Line 1 is of another version/],
    [`${lines.slice(0, 5).join('\n')}\n`, /cut off/],
    [`${lines.slice(0, 5).join('\n')}\n${lines[5].slice(0, 20)}`, /Line 6 is no line/],
    [`${lines[0]}\n{"key":"session","of":["a"],"field":"user","value":"1"}\n`, /Line 2 is no record that is imported/],
    [`${whole}${whole}`, /is not of this export/],
    [whole.replace('"username","value":"Pablo"', '"username","value":"Eve"'), /user:1 is somebody else here/],
  ];
  for (const [input, why] of refusals) {
    const { out, err, status } = await command(snug, ['import'], { input });
    assert.equal(status, 1, `${why}`);
    assert.equal(out, '');
    assert.match(err, /^snug: [^\n]*\n$/);
    assert.match(err, why);
  }
  assert.equal(await exported(), whole);
  for (const room of ['x', '2:1', '@Joe', '']) assert.equal((await command(snug, ['export', room])).status, 2, room);
  assert.equal((await command(snug, ['export', '99'])).status, 1);
});

test('a reader that goes away ends an export, and a full disk is told', () => {
  const run = (line) => spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8', timeout: 20000,
    env: { ...snug.environment(), SNUG: join(snug.programs, 'snug') } });
  const head = run('"$SNUG" export | head -n 1');
  assert.deepEqual([head.stdout, head.stderr], ['{"snug":1}\n', '']);
  const full = run('"$SNUG" export >/dev/full');
  assert.deepEqual([full.status, full.stderr], [1, 'snug: standard output: No space left on device\n']);
});
