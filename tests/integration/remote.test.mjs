// People whom the web server logs in: lighttpd asks for a name and password, and snug believes it, and nobody else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { start, until } from '../support/harness.mjs';

const people = { PABLO: 'pablo-secret', anna: 'anna-secret', Ben: 'ben-secret', carl: 'carl-secret', 'dora@example.org': 'dora-secret' };
const basic = (name, password = people[name]) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });

const folder = mkdtempSync(join(tmpdir(), 'snug-people-'));

let snug;
before(async () => {
  writeFileSync(join(folder, 'people'), Object.entries(people).map((pair) => `${pair.join(':')}\n`).join(''));
  snug = await start({
    env: { SNUG_REMOTE_USER: '1' },
    conf: `server.modules += ("mod_auth", "mod_authn_file")
auth.backend = "plain"
auth.backend.plain.userfile = "${join(folder, 'people')}"
$HTTP["url"] !~ "^/api/(health|metrics)$" {
  $REQUEST_HEADER["Authorization"] !~ "^Bearer " {
    auth.require = ("" => ("method" => "basic", "realm" => "people", "require" => "valid-user"))
  }
}
`,
  });
  await until(() => snug.redis('EXISTS', 'total_users') === '1', 'the demo data');
});
after(async () => {
  await snug?.stop();
  rmSync(folder, { recursive: true });
});

/** A person whose browser, or curl, shows the web server's password with each request. */
function person(name, more = {}) {
  const client = snug.client();
  const headers = { ...basic(name), ...more };
  return {
    get: (target) => client.get(target, { headers }),
    post: (target, body, extra = {}) => client.post(target, body, { ...headers, ...extra }),
    send: (method, target) => client.send(method, target, { headers }),
    stream: () => client.stream('api/events', headers),
  };
}

test('who is new is somebody by their first request, whatever it is, the stream too', async () => {
  const stream = await person('anna').stream();
  const { json: me } = await person('anna').get('api/session');
  assert.equal(me.username, 'anna');
  const sent = await person('Ben').post('api/messages/0', { message: 'in by the front door' });
  assert.equal(sent.status, 201);
  const { data } = await stream.next('message');
  assert.equal(data.message, 'in by the front door');
  assert.equal(data.from, sent.json.from);
  assert.notEqual(sent.json.from, me.id);
  stream.close();
});

test('many first requests at once make one user', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => person('carl').get('api/session')));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
});

test('a name that is there is that account, in any case', async () => {
  assert.deepEqual((await person('PABLO').get('api/session')).json, { id: '1', username: 'Pablo' });
});

test('what a client says of itself is worth nothing', async () => {
  const forged = { 'remote-user': 'Pablo', 'x-remote-user': 'Pablo', remote_user: 'Pablo', 'x-forwarded-user': 'Pablo' };
  assert.equal((await person('anna', forged).get('api/session')).json.username, 'anna');
  assert.equal((await snug.client().get('api/session', { headers: forged })).status, 401);
  assert.equal((await snug.client().get('api/session', { headers: { ...forged, authorization: 'Bearer x' } })).status, 401);
  assert.equal((await person('anna', basic('anna', 'wrong')).get('api/session')).status, 401);
});

test('a name that nobody can have here is told so', async () => {
  const answer = await person('dora@example.org').get('api/session');
  assert.equal(answer.status, 403);
  assert.equal(answer.json.code, 'remote_name');
});

test('a page of another origin sends what it makes a browser send, and changes nothing', async () => {
  const refused = await person('anna').post('api/messages/0', { message: 'x' }, { 'sec-fetch-site': 'cross-site' });
  assert.equal(refused.json.code, 'cross_site');
});

test('there is no other login, and no logout here', async () => {
  const anna = person('anna');
  for (const [method, target] of [['POST', 'api/session'], ['DELETE', 'api/session'], ['POST', 'api/users'], ['POST', 'api/session/reset']]) {
    const answer = await anna.send(method, target);
    assert.ok(answer.status === 403 || answer.status === 411, `${method} ${target}: ${answer.status}`);
  }
  assert.deepEqual((await anna.get('api/server')).json, { login: 'server', registration: 'closed' });
});

test('a token is still one, and its stream too', async () => {
  const made = await person('anna').post('api/tokens', { name: 'bot', scope: 'read write' });
  assert.equal(made.status, 201);
  const client = snug.client();
  const headers = { authorization: `Bearer ${made.json.token}` };
  assert.equal((await client.get('api/session', { headers })).json.username, 'anna');
  const stream = await client.stream('api/events', headers);
  assert.equal((await client.get('api/session', { headers: { authorization: `Bearer ${made.json.token.slice(0, -1)}x` } })).status, 401);
  stream.close();
});

test('who is deactivated is out within a second, and stays out', async () => {
  const ben = person('Ben');
  const { json: { id } } = await ben.get('api/session');
  const stream = await ben.stream();
  await promisify(execFile)(join(snug.programs, 'snug'), ['user', 'deactivate', 'Ben'], { env: snug.environment() });
  await until(() => stream.ended, 'the end of the stream', 2000);
  const answer = await ben.get('api/session');
  assert.equal(answer.status, 403);
  assert.equal(answer.json.code, 'forbidden');
  assert.equal(snug.redis('SCARD', `snug:user:${id}:sessions`), '0');
  await promisify(execFile)(join(snug.programs, 'snug'), ['user', 'activate', 'Ben'], { env: snug.environment() });
  assert.equal((await ben.get('api/session')).json.id, id);
});
