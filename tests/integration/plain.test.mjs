// The events program as plain CGI, where no hub can live: what was missed, a retry, and the end; who comes back goes on.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';

let snug, pablo, mary;

before(async () => {
  snug = await start();
  pablo = await snug.client().login('Pablo');
  mary = await snug.client().login('Mary');
});
after(() => snug.stop());

/** Runs the program as a web server would; its answer. */
function run(vars = {}, input = '') {
  const env = {
    ...snug.environment(), GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', SCRIPT_NAME: '/cgi-bin/events', PATH_INFO: '', ...vars,
  };
  const out = execFileSync(join(root, 'build', snug.build, 'bin/events.fcgi'), { encoding: 'utf8', env, input, stdio: ['pipe', 'pipe', 'pipe'] });
  const at = out.indexOf('\r\n\r\n');
  const head = out.slice(0, at);
  const body = out.slice(at + 4);
  assert.doesNotMatch(head, /\0/);
  return { status: Number(/^Status: (\d+)/.exec(head)[1]), head, body, events: blocks(body) };
}

function blocks(body) {
  return body.split('\n\n').slice(0, -1).map((block) => {
    const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    return { type: field('event'), id: field('id'), retry: field('retry'), data: field('data') && JSON.parse(field('data')) };
  });
}

const poll = (person, cursor, more = {}) => run({ HTTP_COOKIE: person.cookie, ...(cursor ? { HTTP_LAST_EVENT_ID: cursor } : {}), ...more });
const texts = (answer) => answer.events.filter((e) => e.type === 'message').map((e) => e.data.message);
const say = (person, room, text) => person.post(`api/messages/${room}`, text, { 'content-type': 'text/plain' });

test('without a cursor: ready with the log\'s end, a retry, and the end', () => {
  const answer = poll(pablo);
  assert.equal(answer.status, 200);
  assert.match(answer.head, /^Content-Type: text\/event-stream\r$/m);
  assert.match(answer.head, /^Cache-Control: no-cache, no-transform\r$/m);
  assert.deepEqual(answer.events.map((e) => e.type), ['ready', 'bye']);
  const [ready, bye] = answer.events;
  assert.equal(ready.data.user.username, 'Pablo');
  assert.deepEqual(bye.data, { reason: 'poll' });
  assert.equal(bye.id, ready.id);
  assert.ok(bye.retry >= 4000 && bye.retry < 5000, bye.retry);
});

test('what was missed, each once and in order, from poll to poll', async () => {
  let cursor = poll(mary).events.at(-1).id;
  const got = [];
  const sent = [];
  for (let n = 0; n < 300; n++) {
    if (n % 3 === 0) {
      await say(pablo, '1:2', `not for Mary ${n}`);
    } else {
      await say(pablo, '0', `n${n}`);
      sent.push(`n${n}`);
    }
    if (n % 100 === 99) {
      const answer = poll(mary, cursor);
      cursor = answer.events.at(-1).id;
      got.push(...texts(answer));
    }
  }
  assert.deepEqual(got, sent);
  assert.deepEqual(texts(poll(mary, cursor)), []);
});

test('the end carries the cursor: what is not for one is not read again', async () => {
  const cursor = poll(mary).events.at(-1).id;
  await say(pablo, '1:2', 'between two others');
  const answer = poll(mary, cursor);
  assert.deepEqual(texts(answer), []);
  assert.notEqual(answer.events.at(-1).id, cursor);
  // The same as the hub says of the log.
  assert.equal(answer.events.at(-1).id, (await snug.client().login('Mary').then((m) => m.get('api/rooms'))).json.cursor);
});

test('more than an answer holds comes in several', async () => {
  let cursor = poll(pablo).events.at(-1).id;
  const long = 'x'.repeat(7900);
  for (let n = 0; n < 120; n++) await say(mary, '0', `${n} ${long}`);
  const got = [];
  let answers = 0;
  do {
    const answer = poll(pablo, cursor);
    assert.ok(answer.body.length < 900 * 1024, `${answer.body.length} bytes`);
    assert.notEqual(answer.events.at(-1).id, cursor);
    cursor = answer.events.at(-1).id;
    got.push(...texts(answer));
    answers++;
  } while (got.length < 120);
  assert.deepEqual(got.map((text) => Number(text.split(' ')[0])), [...Array(120).keys()]);
  assert.ok(answers >= 2);
});

test('a cursor that is none gets reset', () => {
  for (const cursor of ['1.1', 'nonsense', '99999999999999.1']) {
    const answer = poll(pablo, cursor);
    assert.deepEqual(answer.events.map((e) => e.type), ['ready', 'reset', 'bye']);
    assert.deepEqual(poll(pablo, answer.events.at(-1).id).events.map((e) => e.type), ['ready', 'bye']);
  }
});

test('narrowed, and as JSON lines', async () => {
  const cursor = poll(pablo).events.at(-1).id;
  await say(mary, '0', 'in General');
  await say(pablo, '1:2', 'to Joe');
  assert.deepEqual(texts(poll(pablo, null, { QUERY_STRING: `since=${cursor}&rooms=1:2` })), ['to Joe']);
  const lines = poll(pablo, null, { QUERY_STRING: `since=${cursor}&format=ndjson` }).body.trimEnd().split('\n').map((l) => JSON.parse(l));
  assert.deepEqual(lines.map((l) => l.event), ['ready', 'message', 'message', 'bye']);
});

test('what is no stream', async () => {
  assert.equal(run().status, 401);
  assert.equal(run({ HTTP_COOKIE: 'snug_session=nonsense' }).status, 401);
  assert.equal(poll(pablo, null, { QUERY_STRING: 'format=xml' }).status, 400);
  assert.equal(poll(pablo, null, { REQUEST_METHOD: 'DELETE' }).status, 405);
  assert.equal(poll(pablo, null, { SCRIPT_NAME: '/cgi-bin/elsewhere' }).status, 404);
  assert.equal(poll(pablo, null, { SCRIPT_NAME: '/cgi-bin/metrics', SNUG_METRICS_TOKEN: 'a'.repeat(20), HTTP_AUTHORIZATION: `Bearer ${'a'.repeat(20)}` }).status, 404);
  const head = poll(pablo, null, { REQUEST_METHOD: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.body, '');
  const health = run({ SCRIPT_NAME: '/cgi-bin/health' });
  assert.equal(health.status, 200);
  assert.equal(JSON.parse(health.body).status, 'ok');
  const body = '{"stream":"abc"}';
  const beat = run({ HTTP_COOKIE: pablo.cookie, REQUEST_METHOD: 'POST', CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(body.length), HTTP_SEC_FETCH_SITE: 'same-origin' }, body);
  assert.equal(beat.status, 404);
});

test('who polls leaves nothing behind, and is not online by it', () => {
  const before = snug.redis('keys', 'snug:hub:*').split('\n').sort();
  const online = snug.redis('smembers', 'online_users');
  poll(pablo);
  assert.deepEqual(snug.redis('keys', 'snug:hub:*').split('\n').sort(), before);
  assert.equal(snug.redis('smembers', 'online_users'), online);
});

test('without Redis: 503', () => {
  const answer = poll(pablo, null, { SNUG_REDIS: `unix:${snug.dir}/nothing` });
  assert.equal(answer.status, 503);
  assert.match(answer.head, /^Retry-After: /m);
});

test('a reader that goes ends it', () => {
  const env = { ...snug.environment(), REQUEST_METHOD: 'GET', SCRIPT_NAME: '/cgi-bin/events', HTTP_COOKIE: pablo.cookie, HTTP_LAST_EVENT_ID: poll(pablo).events[0].id };
  const { stdout, signal } = spawnSync('sh', ['-c', `{ "${join(root, 'build', snug.build, 'bin/events.fcgi')}" </dev/null; echo $? >&3; } 3>&1 >/dev/full 2>/dev/null`], { env, timeout: 8000, encoding: 'utf8' });
  assert.equal(signal, null);
  assert.equal(stdout, '1\n');
});

test('under a web server: whoever comes back, as browsers do, misses nothing', async () => {
  const lines = readFileSync(join(root, 'docs/OPERATIONS.md'), 'utf8').match(/^server\.modules \+= [^\n]*"mod_cgi"[^]*?\n}$/m)[0];
  // The lines of the document, behind a lighttpd.conf that has a hub; the settings are there instead of in /etc.
  const conf = lines.replace('{\n', `{
  fastcgi.server = ()
  setenv.set-environment = ("SNUG_CONFIG" => "/dev/null", "SNUG_REDIS" => "unix:${snug.socket}")
`);
  const other = await start({ beside: snug, conf });
  try {
    const [joe, writer] = [await other.client().login('Joe'), await other.client().login('Pablo')];
    let cursor;
    const got = [];
    for (let n = 0; n < 5; n++) {
      const answer = await joe.get('api/events', { headers: cursor ? { 'last-event-id': cursor } : {} });
      assert.equal(answer.status, 200);
      assert.match(answer.headers['content-type'], /^text\/event-stream/);
      const events = blocks(answer.text);
      assert.equal(events.at(-1).data.reason, 'poll');
      cursor = events.at(-1).id;
      got.push(...texts({ events }));
      await say(writer, '0', `n${n}`);
    }
    assert.deepEqual(got, ['n0', 'n1', 'n2', 'n3']);
  } finally {
    await other.stop();
  }
});
