// What a browser is told of every answer, through lighttpd and as plain CGI, and which pages of other origins may ask.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';

const friend = 'https://friend.example:8443';
const enemy = 'https://evil.example';

let snug, listed, everybody;
before(async () => {
  snug = await start();
  listed = await start({ beside: snug, env: { SNUG_CORS: `http://other.example, ${friend}` } });
  everybody = await start({ beside: snug, env: { SNUG_CORS: '*' } });
});
after(async () => {
  await everybody?.stop();
  await listed?.stop();
  await snug?.stop();
});

/** A program as plain CGI; the head of its answer, names in lower case. */
function cgi(program, vars, input = '') {
  const out = execFileSync(join(snug.programs, program), { encoding: 'utf8', input, stdio: 'pipe', env: {
    ...snug.environment(), GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', PATH_INFO: '', CONTENT_LENGTH: String(input.length), ...vars,
  } });
  const lines = out.slice(0, out.indexOf('\r\n\r\n')).split('\r\n').map((line) => line.split(/: (.*)/s));
  return Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value]));
}

const guards = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};
const targets = [
  ['accounts.fcgi', 'api/session', 200], ['accounts.fcgi', 'api/users?online=1', 200], ['rooms.fcgi', 'api/rooms', 200],
  ['rooms.fcgi', 'api/nothing', 404], ['messages.fcgi', 'api/messages/0', 200], ['messages.fcgi', 'api/messages/99', 404],
  ['events.fcgi', 'api/health', 200], ['events.fcgi', 'api/events?rooms=x', 400], ['events.fcgi', 'api/metrics', 404],
];
for (const [name, value] of Object.entries(guards)) {
  test(`every answer of the API has ${name}`, async () => {
    const pablo = await snug.client().login('Pablo');
    for (const [program, target, status] of targets) {
      const answer = await pablo.get(target);
      assert.equal(answer.status, status, target);
      assert.equal(answer.headers[name], value, `${target} through lighttpd`);
      const [path, query = ''] = target.split('?');
      const head = cgi(program, { SCRIPT_NAME: `/${path.replace('/99', '').replace('/0', '')}`, PATH_INFO: /\/\d+$/.exec(path)?.[0] ?? '', QUERY_STRING: query, HTTP_COOKIE: pablo.cookie });
      assert.equal(Number(head.status.split(' ')[0]), status, `${target} as plain CGI`);
      assert.equal(head[name], value, `${target} as plain CGI`);
    }
    for (const method of ['POST', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND']) {
      assert.equal((await pablo.send(method, 'api/nothing')).headers[name], value, method);
    }
  });
}

const page = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
for (const [name, value] of Object.entries(page)) {
  test(`the page and its files have ${name}`, async () => {
    for (const target of ['', 'js/main.mjs', 'index.html', 'nothing/here']) {
      assert.equal((await snug.client().get(target)).headers[name], value, target);
    }
  });
}

test('the page has a policy that lets nothing in', async () => {
  for (const target of ['', 'js/main.mjs', 'nothing/here']) {
    const policy = (await snug.client().get(target)).headers['content-security-policy'];
    const rules = Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/s)));
    assert.equal(rules['default-src'], "'none'", 'and with it object-src');
    assert.equal(rules['object-src'] ?? "'none'", "'none'");
    assert.equal(rules['script-src'], "'self'");
    assert.equal(rules['base-uri'], "'none'");
    assert.equal(rules['form-action'], "'self'");
    assert.equal(rules['frame-ancestors'], "'none'");
    assert.equal(rules['require-trusted-types-for'], "'script'");
    assert.equal(rules['trusted-types'], "'none'");
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  }
});

test('where the line for HTTPS is turned on, the page says so', async () => {
  const conf = readFileSync(join(root, 'lighttpd.conf'), 'utf8');
  assert.match(conf, /^ {2}#setenv\.add-response-header = \("Strict-Transport-Security" => "max-age=\d+"\)$/m);
  assert.equal((await snug.client().get('')).headers['strict-transport-security'], undefined);
  const strict = await start({ beside: snug, conf: `$HTTP["url"] !~ "^/api/" {\n${/#(setenv\.add-response-header.*)/.exec(conf)[1]}\n}` });
  try {
    const { headers } = await strict.client().get('');
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  } finally {
    await strict.stop();
  }
});

test('a stream has no header that it does not need', async () => {
  const pablo = await snug.client().login('Pablo');
  for (const [server, origin, more] of [[snug, enemy, []], [listed, enemy, []],
    [listed, friend, ['access-control-allow-credentials', 'access-control-allow-origin']], [everybody, enemy, ['access-control-allow-origin']]]) {
    const client = server.client();
    client.cookie = pablo.cookie;
    const answer = await client.send('HEAD', 'api/events', { headers: { origin } });
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.headers).filter((name) => !['date', 'connection', 'content-length', 'accept-ranges'].includes(name)).sort(),
      [...more, 'cache-control', 'content-type', 'x-accel-buffering', 'x-content-type-options'].sort());
  }
});

/** What the answer lets a page of the origin do. */
const allowed = ({ headers }) => ({ origin: headers['access-control-allow-origin'], credentials: headers['access-control-allow-credentials'] });
const nobody = { origin: undefined, credentials: undefined };

const paths = ['api/session', 'api/rooms', 'api/messages/0', 'api/events', 'api/health', 'api/nothing'];
const question = (origin) => ({ headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });

test('without SNUG_CORS no page of another origin is told that it may', async () => {
  for (const path of paths) {
    for (const origin of [enemy, friend, 'null', snug.url.slice(0, -1)]) {
      const before = await snug.client().send('OPTIONS', path, question(origin));
      assert.ok([404, 405].includes(before.status), `${path} ${before.status}`);
      const answer = await snug.client().get(path, { headers: { origin } });
      for (const { headers } of [before, answer]) assert.deepEqual(Object.keys(headers).filter((name) => /^access-control|^vary$/.test(name)), [], path);
    }
  }
});

test('a listed origin may, with what the browser sends by itself; others may not', async () => {
  for (const path of paths) {
    const before = await listed.client().send('OPTIONS', path, question(friend));
    assert.equal(before.status, 204, path);
    assert.deepEqual(allowed(before), { origin: friend, credentials: 'true' });
    assert.match(before.headers['access-control-allow-methods'], /\bPOST\b.*\bPATCH\b.*\bDELETE\b/);
    for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID']) {
      assert.match(before.headers['access-control-allow-headers'], new RegExp(name));
    }
    assert.equal(before.headers['access-control-max-age'], '7200');
    assert.equal(before.headers.vary, 'Origin');
    assert.equal(before.text, '');
    const answer = await listed.client().get(path, { headers: { origin: friend } });
    assert.deepEqual(allowed(answer), { origin: friend, credentials: 'true' }, path);
    assert.equal(answer.headers.vary, 'Origin');
    assert.match(answer.headers['access-control-expose-headers'], /ETag.*Location.*Retry-After/);
    for (const origin of [enemy, 'null', 'https://friend.example', `${friend}.evil`]) {
      assert.ok([404, 405].includes((await listed.client().send('OPTIONS', path, question(origin))).status), path);
      const refused = await listed.client().get(path, { headers: { origin } });
      assert.deepEqual(allowed(refused), nobody, `${path} ${origin}`);
      assert.equal(refused.headers.vary, 'Origin');
    }
  }
});

test('a listed origin changes what the person may change, another one nothing', async () => {
  const pablo = await listed.client().login('Pablo');
  const post = (origin) => pablo.post('api/messages/0', 'hello', { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', origin });
  assert.equal((await post(friend)).status, 201);
  assert.equal((await post(enemy)).json.code, 'cross_site');
  const beat = (origin) => pablo.post('api/events', { stream: 'none' }, { 'sec-fetch-site': 'cross-site', origin });
  assert.equal((await beat(friend)).status, 404);
  assert.equal((await beat(enemy)).json.code, 'cross_site');
});

test('with * everybody may ask, and never with what the browser sends by itself', async () => {
  const pablo = await everybody.client().login('Pablo');
  for (const path of paths) {
    const before = await everybody.client().send('OPTIONS', path, question(enemy));
    assert.equal(before.status, 204);
    assert.deepEqual(allowed(before), { origin: '*', credentials: undefined });
    const answer = await (path === 'api/events' ? everybody.client() : pablo).get(path, { headers: { origin: enemy } });
    assert.deepEqual(allowed(answer), { origin: '*', credentials: undefined });
  }
  const refused = await pablo.post('api/messages/0', 'hello', { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', origin: enemy });
  assert.equal(refused.json.code, 'cross_site');
  assert.equal(refused.headers['access-control-allow-origin'], '*', 'so that a script can read why');
});

test('who shows a token is not held to the rule, who shows a password is', async () => {
  const cross = { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', origin: enemy };
  for (const target of ['api/messages/0', 'api/rooms']) {
    const ask = (authorization) => snug.client().post(target, 'hello', { ...cross, authorization });
    assert.equal((await ask('Bearer nonsense')).json.code, 'unauthenticated');
    assert.equal((await ask(`Basic ${Buffer.from('Pablo:password123').toString('base64')}`)).json.code, 'cross_site');
  }
});
