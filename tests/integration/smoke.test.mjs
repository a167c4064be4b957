// The web server's part: the page and its headers, which program answers which path, and paths that are
// no paths.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';

let snug;
let anybody;
before(async () => {
  snug = await start();
  anybody = snug.client();
});
after(() => snug?.stop());

/** The status line's number for a target exactly as written. */
function status(method, target) {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = net.connect(snug.port, '127.0.0.1', () => {
      socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (some) => { got += some; });
    socket.on('close', () => resolve(Number(got.split(' ')[1])));
    socket.on('error', reject);
  });
}

/** What is answered to a header without a body. */
function spoken(method, target, headers) {
  return new Promise((resolve, reject) => {
    let got = '';
    const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = net.connect(snug.port, '127.0.0.1', () => { socket.write(`${method} /${target} HTTP/1.1\r\n${lines.join('')}\r\n`); });
    socket.on('data', (some) => { got += some; });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

test('the page is served as it is in www, under a strict policy', async () => {
  const page = await anybody.get('');
  assert.equal(page.status, 200);
  assert.equal(page.text, readFileSync(join(root, 'www/index.html'), 'utf8'));
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['cache-control'], 'no-cache');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin');
  const policy = page.headers['content-security-policy'].split('; ');
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.ok(!policy.join().includes('unsafe'), policy.join());
});

test('every file of www has its type and an ETag, and is not sent twice', async () => {
  const types = {
    html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', mjs: 'text/javascript; charset=utf-8',
    svg: 'image/svg+xml', png: 'image/png', webmanifest: 'application/manifest+json', ico: 'image/x-icon',
  };
  const files = readdirSync(join(root, 'www'), { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  assert.ok(files.length > 3);
  for (const file of files) {
    const target = join(file.parentPath ?? file.path, file.name).slice(join(root, 'www/').length);
    const first = await anybody.get(target);
    assert.equal(first.status, 200, target);
    assert.equal(first.headers['content-type'], types[target.split('.').pop()], target);
    const again = await anybody.get(target, { headers: { 'if-none-match': first.headers.etag } });
    assert.equal(again.status, 304, target);
  }
});

test('every script that the page loads is there', async () => {
  const page = await anybody.get('');
  const linked = [...page.text.matchAll(/(?:src|href)="([^":#]+)"/g)].map((m) => m[1]);
  assert.ok(linked.length > 1);
  for (const target of linked) {
    assert.equal((await anybody.get(target.replace(/^\.?\//, ''))).status, 200, target);
  }
});

test('what is not there is 404, and the page cannot be written', async () => {
  for (const target of ['/nothing', '/js/nothing.mjs', '/.git/config', '/lighttpd.conf', '/apiary', '/api', '/www/index.html']) {
    assert.equal(await status('GET', target), 404, target);
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS']) {
    assert.equal(await status(method, '/index.html'), 403, method);
  }
});

test('a path has one spelling', async () => {
  const targets = ['/..', '/../etc/passwd', '/%2e%2e/etc/passwd', '/js/../index.html', '/./index.html', '//index.html',
    '/js//main.mjs', '/%00', '/index.html%00', '/%0a', '/%ff', '/%c0%ae/', '/a%2fb', '/api//rooms', '/api/./rooms',
    '/api/rooms/..', '/api/messages/%2e%2e', '/api/messages/0%2f1', '/api/messages/%00', '/api/messages/%ff', '/api/../index.html'];
  for (const target of targets) assert.equal(await status('GET', target), 400, target);
  assert.equal(await status('GET', '/%69ndex.html'), 200, 'an encoded letter is that letter');
});

test('each path of the API reaches its program, and an unknown one is a problem too', async () => {
  const rows = [
    ['api/session', 401, 'accounts'], ['api/users?ids=1', 401, 'accounts'], ['api/rooms', 401, 'rooms'],
    ['api/messages/0', 401, 'messages'], ['api/nothing/here', 404, 'rooms'], ['api/sessionx', 404, 'rooms'],
    ['api/eventsx', 404, 'rooms'], ['api/', 404, 'rooms'],
  ];
  for (const [target, expected, program] of rows) {
    const answer = await anybody.get(target);
    assert.equal(answer.status, expected, target);
    assert.equal(answer.headers['content-type'], 'application/problem+json', target);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', target);
    assert.match(answer.headers['content-security-policy'], /default-src 'none'/, target);
    assert.match(snug.said(), new RegExp(`prog=${program} .*req=${answer.headers['x-request-id']} `), `${target} by ${program}`);
  }
  const health = await anybody.get('api/health');
  assert.equal(health.status, 200);
  assert.equal(health.json.status, 'ok');
  assert.equal(health.json.redis, true);
});

test('a body that no program would read is refused by the web server', async () => {
  const answer = await anybody.post('api/messages/0', Buffer.alloc(3 << 20), { 'content-type': 'text/plain' });
  assert.equal(answer.status, 413);
});

test('what the web server refuses is a problem too, with the headers that guard every answer', async () => {
  const rows = [
    [400, 'invalid', 'GET', 'api/%ff'], [400, 'invalid', 'GET', 'api//rooms'], [411, 'length_required', 'POST', 'api/invites'],
    [413, 'too_large', 'POST', 'api/messages/0', { 'content-length': String(3 << 20) }],
    [431, 'headers_too_large', 'GET', 'api/rooms', { 'x-long': 'x'.repeat(20000) }],
  ];
  for (const [expected, code, method, target, headers = {}] of rows) {
    const [head, body] = (await spoken(method, target, headers)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.[01] ${expected} `), target);
    for (const line of ['Content-Type: application/problem+json', 'X-Content-Type-Options: nosniff', 'Cache-Control: no-store']) assert.ok(head.includes(`\r\n${line}\r\n`), `${target}: ${head}`);
    assert.match(head, /\r\nContent-Security-Policy: default-src 'none'/);
    assert.deepEqual([JSON.parse(body).status, JSON.parse(body).code], [expected, code]);
  }
  const line = await spoken('POST', 'api/invites', { accept: 'text/plain' });
  assert.match(line, /\r\n\r\nlength_required: [^\n]+\n$/);
  assert.equal((await anybody.get('api/error')).status, 404, 'who asks for it themselves');
  assert.equal((await anybody.get('nothing.html')).headers['content-type'], 'text/html', 'the page has pages');
});

test('the processes are as many as lighttpd.conf says, and the hub is one', () => {
  const programs = {};
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!/^.*\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')).includes(String(snug.web.pid))) continue;
      const name = readlinkSync(`/proc/${pid}/exe`).split('/').pop();
      programs[name] = (programs[name] ?? 0) + 1;
    } catch { /* a process that has ended meanwhile */ }
  }
  assert.deepEqual(programs, { 'accounts.fcgi': 4, 'rooms.fcgi': 1, 'messages.fcgi': 4, 'events.fcgi': 1, hooks: 1 });
});
