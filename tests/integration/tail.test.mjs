// `snug tail`: what is said, as it is said, over everything that happens to a stream.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';
import { command } from '../support/shell.mjs';

let snug, pablo;
before(async () => {
  snug = await start();
  pablo = await snug.client().login('Pablo');
});
after(() => snug?.stop());

let homes = 0;

/** A person at a machine of their own, who is logged in. */
async function person(name) {
  const home = join(snug.dir, `tail-${homes += 1}`);
  mkdirSync(home);
  const env = { HOME: home, XDG_CONFIG_HOME: undefined, SNUG_REDIS: undefined, SNUG_CONFIG: undefined };
  const run = (args, input = '') => command(snug, args, { input, env });
  const { status, err } = await run(['login', snug.url, '--user', name], 'password123\n');
  assert.equal(status, 0, err);
  return { env, run, file: join(home, '.config/snug/login') };
}

/** A command that goes on; what it has said so far. */
class Tail {
  constructor(who, ...args) {
    this.out = '';
    this.err = '';
    this.child = spawn(join(snug.programs, 'snug'), ['tail', '-f', ...args], { env: { ...snug.environment(), ...who.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.setEncoding('utf8').on('data', (text) => { this.out += text; });
    this.child.stderr.setEncoding('utf8').on('data', (text) => { this.err += text; });
    this.ended = new Promise((resolve) => { this.child.on('close', (status) => { this.status = status; resolve(status); }); });
  }

  shows(text, ms) { return until(() => this.out.includes(text), `"${text}" in ${JSON.stringify(this.out)} ${this.err}`, ms); }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

const say = async (message, room = '0') => {
  const { status, json } = await pablo.post(`api/messages/${room}`, { message });
  assert.equal(status, 201);
  return json;
};

const count = (text, part) => text.split(part).length - 1;

test('without -f it shows the newest of all rooms, or of those that are named, and ends', async () => {
  const mary = await person('Mary');
  await say('to all');
  await say('to Mary', '1:3');
  const all = await mary.run(['tail', '-n', '2']);
  assert.equal(all.status, 0, all.err);
  assert.match(all.out, /^\S+ {2}General {2}Pablo: to all\n\S+ {2}@Pablo {2}Pablo: to Mary\n$/);
  const one = await mary.run(['tail', '-n', '1', 'general']);
  assert.match(one.out, /^\S+ {2}General {2}Pablo: to all\n$/);
  assert.deepEqual((await mary.run(['tail', '-n', '0'])).out, '');
  const json = (await mary.run(['tail', '--json', '-n', '1', '@Pablo'])).out.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(json.map(({ event, data }) => [event, data.message, data.roomId]), [['message', 'to Mary', '1:3']]);
});

test('it goes on with what is said, edited and deleted, in new rooms too, and in none that is not named', async () => {
  const mary = await person('Mary');
  const everything = new Tail(mary, '-n', '0');
  const general = new Tail(mary, '-n', '0', 'General');
  try {
    await until(async () => (await pablo.get('api/health')).json.streams >= 2, 'both streams');
    const { id } = await say('a first word');
    await everything.shows('a first word');
    await general.shows('a first word');
    await pablo.send('PATCH', `api/messages/0/${id}`, { body: { message: 'another word' } });
    await everything.shows('Pablo: (edited) another word');
    await pablo.send('DELETE', `api/messages/0/${id}`);
    await everything.shows('(deleted)');
    const room = (await pablo.post('api/rooms', { name: 'Den', kind: 'private' })).json;
    await pablo.send('PUT', `api/rooms/${room.id}/members/3`);
    await say('among few', room.id);
    await everything.shows('Den  Pablo: among few');
    await say('the last for now');
    await general.shows('the last for now');
    assert.ok(!general.out.includes('among few'), general.out);
  } finally {
    await everything.stop();
    await general.stop();
  }
});

test('over a hub that is killed, again and again, each message is shown once, in order', async () => {
  const mary = await person('Mary');
  const tail = new Tail(mary, '-n', '0', '--json');
  try {
    await until(async () => (await pablo.get('api/health')).json?.streams >= 1, 'the stream');
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 10; i += 1) await say(`round ${round}.${i}`);
      for (const pid of snug.processes('events.fcgi')) process.kill(pid, 'SIGKILL');
      for (let i = 10; i < 20; i += 1) await say(`round ${round}.${i}`);
    }
    await tail.shows('round 2.19', 20000);
    const texts = tail.out.trimEnd().split('\n').map((line) => JSON.parse(line).data.message).filter((text) => text.startsWith('round'));
    assert.deepEqual(texts, Array.from({ length: 60 }, (_, i) => `round ${Math.floor(i / 20)}.${i % 20}`));
  } finally {
    await tail.stop();
  }
});

test('what the server cannot tell any more is read from history', async () => {
  const mary = await person('Mary');
  const [, token] = /^token (.*)$/m.exec(readFileSync(mary.file, 'utf8'));
  // A server in between that ends the stream, and lets nobody come back until it may.
  let open = true;
  const streams = new Set();
  // While history is read somebody says something, which the stream tells too.
  let overlaps = 1;
  const between = http.createServer(async (request, answer) => {
    if (request.url.includes('after=') && overlaps > 0) { overlaps -= 1; await say('in both'); }
    if (request.url.startsWith('/api/events') && !open) { answer.writeHead(503, { 'retry-after': '1' }).end('{"detail":"away"}'); return; }
    const onward = http.request(new URL(request.url, snug.url), { method: request.method, headers: { ...request.headers, host: 'x' } }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      if (request.url.startsWith('/api/events')) streams.add(answer.socket);
      got.on('error', () => answer.destroy());
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => { between.listen(0, '127.0.0.1', resolve); });
  writeFileSync(mary.file, `url http://127.0.0.1:${between.address().port}/\nuser Mary\ntoken ${token}\n`);
  const tail = new Tail(mary, '-n', '0', '--json');
  try {
    await until(() => streams.size === 1, 'the stream');
    await say('heard live');
    await tail.shows('heard live');
    open = false;
    for (const socket of streams) socket.destroy();
    for (let i = 0; i < 5; i += 1) await say(`missed ${i}`);
    await say('missed 5', '1:3');
    snug.redis('xtrim', 'snug:events', 'MAXLEN', '1');
    for (const pid of snug.processes('events.fcgi')) process.kill(pid, 'SIGKILL');
    open = true;
    await tail.shows('missed 5', 20000);
    await tail.shows('missed 4');
    await say('heard again');
    await tail.shows('heard again');
    for (const text of ['heard live', 'missed 0', 'missed 4', 'missed 5', 'in both', 'heard again']) assert.equal(count(tail.out, `"${text}"`), 1, text);
  } finally {
    await tail.stop();
    between.closeAllConnections();
    between.close();
  }
});

test('it ends when it is read no more, and says so when the token is good no more', async () => {
  const mary = await person('Mary');
  const unread = new Tail(mary, '-n', '1');
  await unread.shows('\n');
  unread.child.stdout.destroy();
  await say('to nobody');
  await say('and to nobody again');
  await unread.ended;
  assert.equal(unread.err, '');

  const tail = new Tail(mary, '-n', '1');
  await tail.shows('\n');
  await until(async () => (await pablo.get('api/health')).json.streams >= 1, 'the stream');
  snug.redis('del', ...snug.redis('keys', 'snug:token:*').split('\n'));
  for (const pid of snug.processes('events.fcgi')) process.kill(pid, 'SIGKILL');
  assert.equal(await tail.ended, 4);
  assert.match(tail.err, /^snug: [^\n]*good no more[^\n]*\n$/);
});

test('what cannot be followed is said', async () => {
  const mary = await person('Mary');
  for (const [args, status, why] of [
    [['tail', 'Nowhere'], 1, /no such room/], [['tail', '2:4'], 1, /no such room/],
    [['tail', '-n', '201'], 2, /0 to 200/], [['tail', '-n', 'x'], 2, /0 to 200/], [['tail', '-x'], 2, /./],
  ]) {
    const said = await mary.run(args);
    assert.equal(said.status, status, `${args}: ${said.err}`);
    assert.match(said.err, why);
  }
});
