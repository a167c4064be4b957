// Redis fills up: messages are refused while all else still works, admins hear of it, and it passes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

const token = 'a-token-for-metrics';
let snug;
before(async () => { snug = await start({ env: { SNUG_METRICS_TOKEN: token } }); });
after(() => snug?.stop());

const level = async (wanted) => until(async () => (await snug.client().get('api/health')).json.memory === wanted, `memory is ${wanted}`, 15000);
const metric = async (name) => Number(new RegExp(`^snug_${name} (\\d+)$`, 'm').exec((await snug.client().get('api/metrics', { headers: { authorization: `Bearer ${token}` } })).text)?.[1]);
const used = () => Number(/^used_memory:(\d+)/m.exec(snug.redis('INFO', 'memory'))[1]);

test('near the limit messages are 507, and logging in and out, reading and leaving go on', async () => {
  const [pablo, joe] = await Promise.all(['Pablo', 'Joe'].map((name) => snug.client().login(name)));
  snug.redis('SADD', 'snug:admins', '1');
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  const stream = await pablo.stream();
  await level('ok');
  snug.redis('SETRANGE', 'filler', '20000000', 'x'); // beside which what buffers take is nothing
  snug.redis('CONFIG', 'SET', 'maxmemory', String(Math.round(used() / 0.97)));
  await level('full');
  assert.equal((await stream.next('server.warning', (w) => w.level === 'full', 5000)).data.about, 'memory');
  assert.equal(await metric('redis_memory_level'), 2);
  assert.ok(await metric('redis_memory_max_bytes') > 0.9 * await metric('redis_memory_bytes'));

  const refused = await joe.post('api/messages/0', { message: 'hello' });
  assert.deepEqual([refused.status, refused.json.code], [507, 'storage_full']);
  assert.equal((await joe.get('api/messages/0')).status, 200);
  assert.equal((await joe.get('api/rooms')).status, 200);
  const again = await snug.client().login('Mary');
  assert.equal((await again.get('api/session')).json.username, 'Mary');
  assert.equal((await again.send('DELETE', 'api/session')).status, 204);
  assert.equal((await again.get('api/session')).status, 401);

  snug.redis('CONFIG', 'SET', 'maxmemory', '0');
  await level('ok');
  assert.equal((await stream.next('server.warning', (w) => w.level === 'ok', 5000)).data.max, 0);
  assert.equal((await joe.post('api/messages/0', { message: 'hello' })).status, 201);
  stream.close();
});
