// The hub's metrics: for nobody, or for who shows the token; in Prometheus' format; and they move as people do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

const token = 'a-token-of-enough-letters';
let snug;

before(async () => {
  snug = await start({ env: { SNUG_METRICS_TOKEN: token, SNUG_USER_STREAMS: '3', SNUG_MAX_STREAMS: '500' } });
});
after(() => snug.stop());

/**
 * The samples of a text in exposition format 0.0.4, by name and labels. Throws where it is none: each metric has one
 * HELP, one TYPE and its samples together; a counter, and nothing else, ends in _total; no sample is there twice.
 */
function parse(text) {
  assert.ok(text.endsWith('\n') && !text.includes('\r'));
  const samples = new Map();
  const types = new Map();
  let name;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\n]|\\\\|\\n)+)$/.exec(line);
    const type = /^# TYPE (\S+) (counter|gauge)$/.exec(line);
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN)$/.exec(line);
    if (help) {
      [, name] = help;
      assert.ok(!types.has(name), `${name} is there twice`);
      types.set(name, null);
    } else if (type) {
      assert.equal(type[1], name, line);
      assert.equal(types.get(name), null, line);
      assert.equal(type[2] === 'counter', name.endsWith('_total'), line);
      types.set(name, type[2]);
    } else {
      assert.ok(sample, `not a line of the format: ${line}`);
      assert.equal(sample[1], name, line);
      assert.ok(types.get(name), `no type before ${line}`);
      const key = sample[1] + (sample[2] ?? '');
      assert.ok(!samples.has(key), `${key} is there twice`);
      samples.set(key, Number(sample[3]));
    }
  }
  return samples;
}

const scrape = async () => {
  const answer = await snug.client().get('api/metrics', { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(answer.headers['cache-control'], 'no-store');
  return parse(answer.text);
};

test('they are for who shows the token', async () => {
  const pablo = await snug.client().login('Pablo');
  for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: `Basic ${token}` }, { authorization: token },
    { 'x-forwarded-for': '127.0.0.1' }]) {
    const answer = await pablo.get('api/metrics', { headers });
    assert.equal(answer.status, 401, JSON.stringify(headers));
    assert.equal(answer.json.code, 'unauthenticated');
    assert.ok(!answer.text.includes(token));
  }
  assert.equal((await snug.client().get(`api/metrics?token=${token}`)).status, 401);
  assert.equal((await snug.client().post('api/metrics', '', { authorization: `Bearer ${token}` })).status, 405);
});

test('the numbers move', async () => {
  const was = await scrape();
  assert.equal(was.get('snug_healthy'), 1);
  assert.equal(was.get('snug_streams'), 0);
  assert.equal(was.get('snug_streams_max'), 500);
  assert.ok(was.get('snug_probe_age_seconds') < 10);
  const [pablo, joe] = [await snug.client().login('Pablo'), await snug.client().login('Joe')];
  const stream = await pablo.stream();
  const cursor = stream.events[0].id;
  const streams = [stream, await pablo.stream(), await joe.stream()];
  await pablo.post('api/messages/0', 'one', { 'content-type': 'text/plain' });
  await Promise.all(streams.map((s) => s.next('message')));
  let now = await scrape();
  const more = (key) => now.get(key) - was.get(key);
  assert.equal(now.get('snug_streams'), 3);
  assert.equal(now.get('snug_users_online'), 2);
  assert.equal(now.get('snug_connections'), 4); // this one too
  assert.equal(now.get('snug_streams_behind'), 0);
  assert.equal(more('snug_streams_opened_total'), 3);
  assert.ok(more('snug_events_total') >= 1);
  assert.ok(more('snug_deliveries_total') >= 3);
  assert.ok(more('snug_written_bytes_total') > 300);
  assert.ok(more('snug_writes_total') >= 3);

  // What a stream missed comes from memory; a fourth stream of one person ends the first.
  streams.push(await pablo.stream(`api/events?since=${cursor}`));
  await streams.at(-1).next('message');
  streams.push(await pablo.stream());
  assert.equal((await stream.next('bye')).data.reason, 'replaced');
  streams.push(await joe.stream('api/events?since=1.1'));
  await streams.at(-1).next('reset');
  await joe.send('DELETE', 'api/session');
  await streams[2].next('bye');
  streams[1].close();
  await until(async () => {
    now = await scrape();
    return more('snug_streams_ended_total{reason="closed"}') === 1;
  }, 'the end of a stream');
  assert.ok(more('snug_replayed_events_total{from="ring"}') >= 1);
  assert.equal(more('snug_streams_ended_total{reason="replaced"}'), 1);
  assert.equal(more('snug_streams_ended_total{reason="logout"}'), 2);
  assert.equal(more('snug_resets_total'), 1);
  const ended = [...now].filter(([key]) => key.startsWith('snug_streams_ended_total')).reduce((sum, [, n]) => sum + n, 0);
  assert.equal(now.get('snug_streams_opened_total') - ended, now.get('snug_streams'));
  streams.forEach((s) => s.close());
});

test('each end of a stream is a line in the log', async () => {
  const joe = await snug.client().login('Joe');
  const stream = await joe.stream();
  const [{ data }] = stream.events;
  await joe.post('api/messages/0', 'said', { 'content-type': 'text/plain' });
  await stream.next('message');
  stream.close();
  const line = new RegExp(`^.* level=info prog=events pid=\\d+ event=stream_end at=\\S+ user=${data.user.id} stream=${data.stream} reason=closed `
    + 'ms=\\d+ events=[1-9]\\d* bytes=[1-9]\\d*$', 'gm');
  await until(() => line.test(snug.said()), 'the line');
  assert.equal(snug.said().match(line).length, 1);
});

test('what Redis does shows', async () => {
  const was = await scrape();
  await snug.killRedis();
  let now;
  await until(async () => (now = await scrape()).get('snug_healthy') === 0, 'the hub to notice');
  await snug.startRedis();
  await until(async () => (now = await scrape()).get('snug_healthy') === 1, 'the hub to be back', 10000);
  assert.ok(now.get('snug_redis_reconnects_total') >= was.get('snug_redis_reconnects_total') + 2);
});

test('without a token there are none', async () => {
  const other = await start();
  try {
    assert.equal((await other.client().get('api/metrics')).status, 404);
    assert.equal((await other.client().get('api/metrics', { headers: { authorization: 'Bearer ' } })).status, 404);
  } finally {
    await other.stop();
  }
});
