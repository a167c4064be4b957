// The snug command of somebody who has no machine but their own: it logs in, sends, and reads over HTTP.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';
import { command, Terminal } from '../support/shell.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

let homes = 0;

/** A person at a machine of their own. */
class Person {
  constructor(name) {
    this.name = name;
    this.home = join(snug.dir, `home-${homes += 1}`);
    mkdirSync(this.home);
    this.env = { HOME: this.home, XDG_CONFIG_HOME: undefined, SNUG_REDIS: undefined, SNUG_CONFIG: undefined };
    this.file = join(this.home, '.config/snug/login');
  }

  run(args, input = '', env = {}) { return command(snug, args, { input, env: { ...this.env, ...env } }); }

  /** What it said, where it went well. */
  async does(args, input, env) {
    const { out, err, status } = await this.run(args, input, env);
    assert.equal(status, 0, `snug ${args.join(' ')}: ${err}`);
    assert.equal(err, '');
    return out;
  }

  async lines(args, input) { return (await this.does([args[0], '--json', ...args.slice(1)], input)).trimEnd().split('\n').map((line) => JSON.parse(line)); }

  async refused(args, status, why, input) {
    const said = await this.run(args, input);
    assert.equal(said.status, status, said.err);
    assert.match(said.err, /^snug: [^\n]*\n$/);
    assert.match(said.err, why);
    return said;
  }

  async login(url = snug.url) {
    await this.does(['login', url, '--user', this.name], 'password123\n');
    return this;
  }

  get token() { return /^token (.*)$/m.exec(readFileSync(this.file, 'utf8'))[1]; }
}

test('a login makes a token, which only its owner may read, and leaves no session', async () => {
  const pablo = new Person('pablo');
  await pablo.refused(['rooms'], 4, /not logged in/);
  assert.equal(await pablo.does(['login', snug.url, '--user', 'pablo'], 'password123\n'), `You are Pablo at ${snug.url}\n`);
  assert.equal(statSync(pablo.file).mode & 0o777, 0o600);
  assert.equal(statSync(join(pablo.home, '.config/snug')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(pablo.home, '.config/snug')), ['login']);
  assert.equal(snug.redis('keys', 'snug:session:*'), '');
  assert.equal(snug.redis('scard', 'snug:user:1:tokens'), '1');
  const browser = await snug.client().login('Pablo');
  const { tokens } = (await browser.get('api/tokens')).json;
  assert.match(tokens[0].name, /^snug on /);
  assert.equal(tokens[0].scope, 'read write');
  assert.ok((await pablo.lines(['rooms'])).some((room) => room.id === '0' && room.name === 'General'));
  assert.equal(await pablo.does(['logout']), '');
  assert.equal(snug.redis('keys', 'snug:token:*'), '');
  assert.equal(existsSync(pablo.file), false);
  await pablo.refused(['rooms'], 4, /not logged in/);
});

test('name and password are asked for at the terminal, the password once and unseen', async () => {
  const mary = new Person('Mary');
  const terminal = new Terminal(snug, `HOME=${mary.home} "$SNUG" login ${snug.url}; echo "status $?"`);
  await terminal.shows('User name: ');
  terminal.type('Mary\n');
  await terminal.shows('Password for Mary: ');
  terminal.type('password123\n');
  await terminal.shows('status 0');
  await terminal.ended;
  assert.ok(!terminal.text.includes('password123'), terminal.text);
  assert.equal((await mary.lines(['rooms']))[0].id, '0');
});

test('a token that somebody has is taken from standard input, and is never shown', async () => {
  const browser = await snug.client().login('Joe');
  const make = async (scope) => (await browser.post('api/tokens', { name: 'ci', scope })).json.token;
  const joe = new Person('Joe');
  const token = await make('read write');
  assert.equal(await joe.does(['login', snug.url, '--token'], `${token}\n`), `You are Joe at ${snug.url}\n`);
  assert.equal(joe.token, token);
  const slow = await stub(() => {}); // it does not answer, until what asks has been looked at
  writeFileSync(joe.file, `url ${slow.url}\nuser Joe\ntoken ${token}\n`);
  const child = spawn(join(snug.programs, 'snug'), ['rooms'], { env: { ...snug.environment(), ...joe.env }, stdio: 'ignore' });
  await until(() => slow.requests.length === 1, 'the question');
  assert.ok(!execFileSync('ps', ['-o', 'args', '-p', String(child.pid)], { encoding: 'utf8' }).includes(token));
  assert.equal(slow.requests[0].headers.authorization, `Bearer ${token}`);
  slow.close();
  // Who may only write is nobody that the server names.
  const writer = new Person('Joe');
  assert.match(await writer.does(['login', snug.url, '--token'], await make('write')), /^You are \? at/);
  await writer.does(['send', '0', 'by a writer']);
  await writer.refused(['history', '0'], 1, /not for that/);
  await writer.refused(['login', snug.url, '--token'], 4, /token/, 'not-a-token\n');
  await writer.refused(['login', snug.url, '--token'], 1, /no API token/, 'not a\ttoken\n');
});

test('a login that fails leaves everything as it was', async () => {
  const alex = await new Person('Alex').login();
  const kept = readFileSync(alex.file, 'utf8');
  const tokens = snug.redis('scard', 'snug:user:4:tokens');
  await alex.refused(['login', snug.url, '--user', 'Alex'], 4, /password is another/, 'wrong password\n');
  await alex.refused(['login', 'http://127.0.0.1:1/', '--user', 'Alex'], 3, /does not answer/, 'password123\n');
  for (const url of ['ftp://chat.example/', 'http://a:b@chat.example/', 'https://', 'https://x/?a=b', 'a b']) {
    await alex.refused(['login', url, '--user', 'Alex'], 2, /URL is where the chat is/, 'password123\n');
  }
  await alex.refused(['login', snug.url], 2, /--user/, 'password123\n');
  assert.equal(readFileSync(alex.file, 'utf8'), kept);
  assert.equal(snug.redis('scard', 'snug:user:4:tokens'), tokens);
  chmodSync(alex.file, 0o644);
  await alex.refused(['rooms'], 1, /may be read by others/);
  chmodSync(alex.file, 0o600);
  snug.redis('del', ...snug.redis('keys', 'snug:token:*').split('\n'));
  await alex.refused(['rooms'], 4, /good no more/);
  assert.equal((await alex.run(['logout'])).status, 0);
  assert.equal(existsSync(alex.file), false);
});

test('a message is an argument, each line of standard input, or all of it', async () => {
  const pablo = await new Person('Pablo').login();
  const browser = await snug.client().login('Pablo');
  const newest = async (room, n) => (await browser.get(`api/messages/${room}?limit=${n}`)).json.messages.map((m) => m.message);
  assert.equal(await pablo.does(['send', '0', 'an argument']), '');
  const [stored] = await pablo.lines(['send', 'general', '--', '--not an option']);
  assert.equal(stored.message, '--not an option');
  assert.match(stored.nonce, /^[\w-]{24}$/);
  await pablo.does(['send', '0'], 'line 1\r\n\nline 2\nline 3 without an end');
  await pablo.does(['send', '0', '--data'], 'two\n\n\tlines \u202e and é😀\n');
  assert.deepEqual(await newest('0', 6), ['an argument', '--not an option', 'line 1', 'line 2', 'line 3 without an end', 'two\n\n\tlines \u202e and é😀']);
  await pablo.does(['send', '@mary', 'between us']);
  assert.deepEqual(await newest('1:3', 1), ['between us']);
  // A room of two that is not there is opened.
  snug.redis('hset', 'user:5', 'username', 'Nina');
  snug.redis('set', 'username:Nina', 'user:5');
  await pablo.does(['send', '@Nina', 'hello, Nina']);
  assert.deepEqual(await newest('1:5', 1), ['hello, Nina']);
  await pablo.refused(['send', '@Nobody', 'x'], 1, /no such|not in/i);
  await pablo.refused(['send', 'Nowhere', 'x'], 1, /no such room/);
  await pablo.refused(['send', '99', 'x'], 1, /no such room/);
  await pablo.refused(['send', '0', ''], 1, /./);
  await pablo.refused(['send', '0', 'x'.repeat(8001)], 1, /8,?000/);
  await pablo.refused(['send', '0', '--data'], 1, /too long/, 'x'.repeat(70000));
  await pablo.refused(['send', '0', 'x', '--data'], 2, /Either TEXT/);
  await pablo.refused(['send', '0', '--nonce', 'n'], 2, /one message/);
  await pablo.does(['send', '0', 'once', '--nonce', 'n-1']);
  await pablo.does(['send', '0', 'once', '--nonce', 'n-1']);
  assert.equal((await newest('0', 10)).filter((text) => text === 'once').length, 1);
  await pablo.refused(['send', '0', 'another', '--nonce', 'n-1'], 1, /nonce/);
});

/** What a request shows, for another server. */
function onwardHeaders(request, body) {
  const { host, connection, ...rest } = request.headers;
  return { ...rest, 'content-length': Buffer.byteLength(body) };
}

/** A server that is answered for by fn, and what it was asked. */
async function stub(fn) {
  const requests = [];
  const server = http.createServer((request, answer) => {
    let body = '';
    request.on('data', (some) => { body += some; });
    request.on('end', () => {
      requests.push({ method: request.method, url: request.url, headers: request.headers, body });
      fn(request, answer, body, requests.length);
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { requests, url: `http://127.0.0.1:${server.address().port}/`, close: () => { server.closeAllConnections(); server.close(); } };
}

test('answers that are lost, and a server that is away, send nothing twice and lose nothing', async () => {
  const pablo = await new Person('Pablo').login();
  // A proxy that hands everything on, and loses what it is told to lose.
  const losses = ['cut', '503', 'late', '429', 'html'];
  const proxy = await stub((request, answer, body) => {
    const onward = http.request(new URL(request.url, snug.url), { method: request.method, headers: onwardHeaders(request, body) }, (got) => {
      let text = '';
      got.on('data', (some) => { text += some; });
      got.on('end', () => {
        const loss = request.method === 'POST' ? losses.shift() : undefined;
        if (loss === 'cut') request.socket.destroy();
        else if (loss === 'late') answer.writeHead(201, { 'content-length': 1000 }).end(text.slice(0, 10), () => request.socket.destroy());
        else if (loss === '429') answer.writeHead(429, { 'retry-after': '1' }).end('{"detail":"too often"}');
        else if (loss === '503') answer.writeHead(503).end('{"detail":"away"}');
        else if (loss === 'html') answer.writeHead(502).end('<h1>Bad Gateway</h1>');
        else answer.writeHead(got.statusCode, got.headers).end(text);
      });
    });
    onward.end(body);
  });
  writeFileSync(pablo.file, `url ${proxy.url}\nuser Pablo\ntoken ${pablo.token}\n`);
  await pablo.does(['send', '0'], 'first\nsecond\n');
  proxy.close();
  assert.equal(losses.length, 0);
  const posts = proxy.requests.filter((request) => request.method === 'POST');
  assert.equal(posts.length, 7);
  assert.equal(new Set(posts.map((request) => request.headers['idempotency-key'])).size, 2);
  const texts = (await (await snug.client().login('Pablo')).get('api/messages/0?limit=200')).json.messages.map((m) => m.message);
  assert.deepEqual(texts.filter((text) => text === 'first' || text === 'second'), ['first', 'second']);
});

test('history is as long as it is asked for, over many pages, oldest first', async () => {
  const joe = await new Person('Joe').login();
  const lines = Array.from({ length: 450 }, (_, i) => `number ${i}`);
  await joe.does(['send', '2:4'], `${lines.join('\n')}\n`);
  const all = (await joe.lines(['history', '2:4', '-n', '10000'])).map((m) => m.message);
  assert.deepEqual(all.slice(-450), lines);
  assert.deepEqual((await joe.lines(['history', '@alex', '-n', '3'])).map((m) => m.message), lines.slice(-3));
  assert.equal((await joe.lines(['history', '2:4'])).length, 50);
  const at = (await joe.lines(['history', '2:4', '-n', '1']))[0];
  assert.deepEqual((await joe.lines(['history', '2:4', '--before', at.id, '-n', '250'])).map((m) => m.message), lines.slice(-251, -1));
  assert.match(await joe.does(['history', '2:4', '-n', '1']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}Joe: number 449\n$/);
  for (const wrong of [['-n', '0'], ['-n', '10001'], ['-n', 'x'], ['--before', 'x'], ['-x'], ['-n']]) {
    await joe.refused(['history', '0', ...wrong], 2, /./);
  }
  assert.match(await joe.does(['rooms']), /^ID +KIND +UNREAD +MENTIONS +LAST +NAME\n0 +public +\d+ +\d+ +\S+ +General\n/);
  assert.match(await joe.does(['rooms']), / @Alex\n/);
});

test('what others write does not steer the terminal, nor look like a message of somebody else', async () => {
  const mary = await new Person('Mary').login();
  const evil = '\u202egnirts\u2066 \u061c\u200f\u2028 end\n2026-11-24T16:20:05Z  Pablo: I owe you\ttab';
  await mary.does(['send', '0', '--data'], evil);
  snug.redis('zadd', 'room:0', '4000000000', '{"from":"3","date":4000000000,"message":"\\u001b]0;title\\u0007\\u009b31m\\r\\u0000","roomId":"0"}');
  const shown = await mary.does(['history', '0', '-n', '2']);
  snug.redis('zremrangebyscore', 'room:0', '4000000000', '4000000000');
  assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(shown), JSON.stringify(shown));
  const lines = shown.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.equal(lines[1], '    2026-11-24T16:20:05Z  Pablo: I owe you tab');
  const [exactly] = (await mary.lines(['history', '0', '-n', '1']));
  assert.equal(exactly.message, evil);
});
