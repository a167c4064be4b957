// Behind a proxy: whose address counts, and whether there is TLS, is what a trusted one says, and nobody else.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start } from '../support/harness.mjs';
import { command } from '../support/shell.mjs';

let snug, alone;
before(async () => {
  snug = await start({ env: { SNUG_TRUSTED_PROXY: '127.0.0.1, 10.0.0.0/8', SNUG_LOGIN_ADDRESS_LIMIT: '3' } });
  alone = await start({ beside: snug });
});
after(async () => {
  await alone?.stop();
  await snug?.stop();
});

const through = (address, proto = 'https') => ({ 'x-forwarded-for': address, 'x-forwarded-proto': proto });
const pablo = { username: 'Pablo', password: 'password123' };

/** Where the newest session was opened from. */
async function address(client) {
  const { json } = await client.get('api/sessions');
  return json.sessions.find((session) => session.current).address;
}

test('a trusted proxy says who asks, and that it is over TLS', async () => {
  const client = snug.client();
  const answer = await client.post('api/session', pablo, through('198.51.100.1, 203.0.113.5, 10.1.2.3'));
  assert.equal(answer.status, 200);
  assert.match(answer.headers['set-cookie'][0], /; Secure/);
  assert.equal(await address(client), '203.0.113.5');
  assert.match(snug.said(), /event=login .*address=203\.0\.113\.5/);
  const plain = await client.post('api/session', pablo, through('2001:db8::7', 'http'));
  assert.doesNotMatch(plain.headers['set-cookie'][0], /Secure/);
  assert.equal(await address(client), '2001:db8::7');
});

test('without the setting, or with nonsense, it is who connects', async () => {
  for (const [where, headers] of [[alone, through('203.0.113.5')], [snug, through('203.0.113.5, unknown', 'wss')]]) {
    const client = where.client();
    const answer = await client.post('api/session', pablo, headers);
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.headers['set-cookie'][0], /Secure/);
    assert.equal(await address(client), '127.0.0.1');
  }
});

test('limits count the client, not the proxy', async () => {
  const attempt = async (n, from) => (await snug.client().post('api/session', { username: `nobody${n}`, password: 'wrong-password' }, through(from))).status;
  for (let n = 0; n < 3; n++) assert.equal(await attempt(n, '203.0.113.77'), 401);
  assert.equal(await attempt(3, '203.0.113.77'), 429);
  assert.equal(await attempt(4, '198.51.100.1, 203.0.113.77'), 429, 'a forged hop is no way around');
  assert.equal(await attempt(5, '203.0.113.78'), 401);
});

test('the origin rule goes by what the client spoke, at the hub too', async () => {
  const secure = `https://127.0.0.1:${snug.port}`;
  for (const [target, good, body] of [['api/rooms', 404, { user: 'Nobody' }], ['api/events', 404, { stream: 'none' }]]) {
    const client = await snug.client().login('Mary');
    const ask = (origin, headers) => client.post(target, body, { origin, ...headers });
    assert.equal((await ask(secure, through('203.0.113.5'))).status, good, target);
    assert.equal((await ask(secure.replace('https', 'http'), through('203.0.113.5'))).json.code, 'cross_site', target);
    assert.equal((await ask(secure.replace('https', 'http'), through('203.0.113.5', 'http'))).status, good, target);
  }
});

test('as plain CGI it is the same', () => {
  const run = (program, vars, input) => execFileSync(join(snug.programs, program), { encoding: 'utf8', input, stdio: 'pipe', env: {
    ...snug.environment(), GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'POST', PATH_INFO: '', REMOTE_ADDR: '127.0.0.1',
    HTTP_HOST: 'chat.example', HTTP_X_FORWARDED_PROTO: 'https', CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(input.length), ...vars,
  } });
  const login = JSON.stringify(pablo);
  assert.match(run('accounts.fcgi', { SCRIPT_NAME: '/api/session' }, login), /^Set-Cookie: .*; Secure/m);
  assert.doesNotMatch(run('accounts.fcgi', { SCRIPT_NAME: '/api/session', REMOTE_ADDR: '127.0.0.2' }, login), /Secure/);
  const beat = (more) => run('events.fcgi', { SCRIPT_NAME: '/api/events', HTTP_ORIGIN: 'http://chat.example', ...more }, '{"stream":"a"}');
  assert.match(beat({}), /"code":"cross_site"/);
  assert.match(beat({ REMOTE_ADDR: '127.0.0.2' }), /"code":"unauthenticated"/);
});

test('behind a real proxy, what a client forges is worth nothing', async () => {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address();
  const file = join(snug.dir, 'proxy.conf');
  writeFileSync(file, `server.modules = ("mod_proxy")
server.document-root = "${snug.dir}"
server.systemd-socket-activation = "enable"
server.bind = "127.0.0.1"
server.port = ${port}
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${snug.port})))
`);
  const proxy = spawn('sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec lighttpd -D -f "$0"', file], {
    stdio: ['ignore', 'ignore', 'ignore', server._handle.fd], env: { PATH: snug.environment().PATH },
  });
  server.close();
  try {
    const answer = await new Promise((resolve, reject) => {
      const request = http.request({
        host: '127.0.0.1', port, localAddress: '127.0.0.5', method: 'POST', path: '/api/session', agent: false,
        headers: { 'content-type': 'application/json', ...through('198.51.100.1') },
      }, (got) => { got.resume(); got.on('end', () => resolve(got)); });
      request.on('error', reject);
      request.end(JSON.stringify(pablo));
    });
    assert.equal(answer.statusCode, 200);
    assert.doesNotMatch(answer.headers['set-cookie'][0], /Secure/);
    const client = snug.client();
    [client.cookie] = answer.headers['set-cookie'][0].split(';');
    assert.equal(await address(client), '127.0.0.5');
  } finally {
    proxy.kill('SIGTERM');
    if (proxy.exitCode === null) await once(proxy, 'exit');
  }
});

test('a ban ends the streams from there within a second, and nothing opens there until it is lifted', async () => {
  const mary = { username: 'Mary', password: 'password123' };
  const banned = snug.client();
  const other = snug.client();
  for (const [client, where] of [[banned, '198.51.100.9'], [other, '198.51.101.9']]) {
    assert.equal((await client.post('api/session', mary, through(where))).status, 200);
  }
  const stream = await banned.stream('api/events', through('198.51.100.9'));
  const safe = await other.stream('api/events', through('198.51.101.9'));
  const began = Date.now();
  assert.equal((await command(snug, ['ban', 'add', '198.51.100.0/24'])).status, 0);
  assert.deepEqual((await stream.next('bye')).data, { reason: 'banned' });
  assert.ok(Date.now() - began < 1000);
  const asks = () => banned.send('GET', 'api/events', { headers: through('198.51.100.9') });
  assert.equal((await asks()).json.code, 'banned');
  await other.post('api/messages/0', { message: 'still here' }, through('198.51.101.9'));
  await safe.next('message', ({ message }) => message === 'still here');
  assert.equal((await command(snug, ['ban', 'lift', '198.51.100.0/24'])).status, 0);
  (await banned.stream('api/events', through('198.51.100.9'))).close();
  safe.close();
});
