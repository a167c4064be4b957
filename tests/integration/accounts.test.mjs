// Whoever runs the server: who may come in, who may stay, and what is left of who goes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
let admin;
before(async () => {
  snug = await start({ env: { SNUG_REGISTRATION: 'invite' } });
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  snug.redis('SADD', 'snug:admins', '1');
  admin = await snug.client().login('Pablo');
});
after(() => snug?.stop());

const invite = async (uses = 1) => (await admin.post('api/invites', { uses })).json;

/** Somebody new, invited: a client that is logged in, and their id. */
async function newcomer(username, password = 'password of theirs') {
  const client = snug.client();
  const { status, text, json } = await client.post('api/users', { username, password, invite: (await invite()).code });
  assert.equal(status, 201, text);
  return { client, id: json.id, username, password };
}

test('two people with an invitation for one: one gets in, the other is told why', async () => {
  const { code, url } = await invite();
  assert.equal(url, `${snug.url}#invite/${code}`);
  const answers = await Promise.all(['Una', 'Duo'].map((username) => snug.client()
    .post('api/users', { username, password: 'password of theirs', invite: code })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 403]);
  assert.equal(answers.find(({ status }) => status === 403).json.code, 'bad_link');
  const none = await snug.client().post('api/users', { username: 'Trio', password: 'password of theirs' });
  assert.equal(none.json.code, 'forbidden');
});

test('who is deactivated is out within a second, and back when they may be', async () => {
  const { client, id, username, password } = await newcomer('Inge');
  const pablo = await admin.stream();
  const streams = [await client.stream(), await client.stream()];
  await pablo.next('user.connected', (user) => user.id === id);
  await client.post('api/messages/0', { message: 'before' });
  const began = Date.now();
  assert.equal((await admin.send('PATCH', `api/users/${id}`, { body: { active: false } })).json.active, false);
  for (const stream of streams) assert.equal((await stream.next('bye')).data.reason, 'logout');
  await until(() => streams.every((stream) => stream.ended), 'the streams to end');
  await pablo.next('user.disconnected', (user) => user.id === id);
  assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
  assert.equal((await client.get('api/session')).status, 401);
  const refused = await snug.client().post('api/session', { username, password });
  const wrong = await snug.client().post('api/session', { username, password: 'not theirs' });
  assert.equal(refused.status, 401);
  assert.equal(refused.text, wrong.text);
  assert.ok((await admin.get('api/messages/0')).json.messages.some(({ from }) => from === id));
  await admin.send('PATCH', `api/users/${id}`, { body: { active: true } });
  await snug.client().login(username, password);
  pablo.close();
});

test('who deletes their account leaves what they said, under nobody’s name', async () => {
  const { client, id, username, password } = await newcomer('Dora');
  const pablo = await admin.stream();
  const { json: room } = await client.post('api/rooms', { user: 'Pablo' });
  await client.post(`api/messages/${room.id}`, { message: 'remember me' });
  const own = await client.stream();
  assert.equal((await client.send('DELETE', 'api/users/me', { body: { password: 'not theirs' } })).json.code, 'bad_credentials');
  assert.equal((await client.send('DELETE', 'api/users/me', { body: { password } })).status, 204);
  assert.equal((await own.next('bye')).data.reason, 'logout');
  assert.deepEqual((await pablo.next('user.updated')).data, { id, username: 'deleted user', deleted: true });
  const page = (await admin.get(`api/messages/${room.id}`)).json;
  assert.equal(page.messages[0].message, 'remember me');
  assert.equal(page.users[id], 'deleted user');
  assert.deepEqual((await admin.get(`api/users?ids=${id}`)).json.users, [{ id, username: 'deleted user', online: false, deleted: true }]);
  const { id: next } = await newcomer(username);
  assert.notEqual(next, id);
  pablo.close();
});

test('a link resets a password once, and ends what the old one opened', async () => {
  const { client, id, username, password } = await newcomer('Rita');
  const stream = await client.stream();
  const { status, json: { code, url } } = await admin.post(`api/users/${id}/reset`);
  assert.equal(status, 201);
  assert.equal(url, `${snug.url}#reset/${code}`);
  const reset = () => snug.client().post('api/session/reset', { code, password: 'another of theirs' });
  const answers = await Promise.all([reset(), reset()]);
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 403]);
  assert.equal((await stream.next('bye')).data.reason, 'logout');
  assert.equal((await snug.client().post('api/session', { username, password })).status, 401);
  await snug.client().login(username, 'another of theirs');
});

test('the audit says who did what to whom, and no secret', async () => {
  const { client, id, password } = await newcomer('Audie');
  const { json: invited } = await admin.post('api/invites', {});
  await admin.send('DELETE', `api/invites/${invited.id}`);
  const { json: reset } = await admin.post(`api/users/${id}/reset`);
  const { json: { sessions: [here] } } = await client.get('api/sessions');
  await client.send('DELETE', 'api/sessions');
  await client.send('DELETE', `api/sessions/${here.id}`);
  await client.post('api/session/reset', { code: reset.code, password: 'another of theirs' });
  await client.post('api/session/reset', { code: reset.code, password: 'another of theirs' });
  await admin.send('PATCH', `api/users/${id}`, { body: { role: 'admin' } });
  await admin.send('PATCH', `api/users/${id}`, { body: { active: false } });
  await admin.send('DELETE', `api/users/${id}`);
  const lines = [
    /event=invite_created .*user=1 address=127\.0\.0\.1 invite=[0-9a-f]{64} uses=1$/m,
    /event=invite_revoked .*user=1 address=127\.0\.0\.1 invite=[0-9a-f]{64}$/m,
    new RegExp(`event=reset_created .*user=1 address=127\\.0\\.0\\.1 whom=${id}$`, 'm'),
    new RegExp(`event=sessions_ended .*user=${id} address=127\\.0\\.0\\.1 session=others$`, 'm'),
    new RegExp(`event=sessions_ended .*user=${id} address=127\\.0\\.0\\.1 session=${here.id.slice(0, 8)}$`, 'm'),
    new RegExp(`event=password_reset .*user=${id} address=127\\.0\\.0\\.1$`, 'm'),
    /event=reset_refused .*address=127\.0\.0\.1$/m,
    new RegExp(`event=user_changed .*user=1 address=127\\.0\\.0\\.1 whom=${id} role=admin active=-$`, 'm'),
    new RegExp(`event=user_changed .*user=1 address=127\\.0\\.0\\.1 whom=${id} role=- active=0$`, 'm'),
    new RegExp(`event=user_deleted .*user=1 address=127\\.0\\.0\\.1 whom=${id}$`, 'm'),
  ];
  await until(() => lines.every((line) => line.test(snug.said())), 'the audit');
  for (const secret of [invited.code, reset.code, password, 'another of theirs']) assert.ok(!snug.said().includes(secret));
});
