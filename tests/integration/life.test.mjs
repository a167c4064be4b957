// A hub is told to stop while people listen, and the next one takes its place: whoever started them, nobody is
// refused, nobody sees a status other than 200, and nobody misses a message.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, start, until } from '../support/harness.mjs';

const STREAMS = 40;
const DRAIN_MS = 2000;
const env = { SNUG_DRAIN: String(DRAIN_MS / 1000), SNUG_USER_STREAMS: '100' };

const program = (snug) => join(root, 'build', snug.build, 'bin/events.fcgi');

/**
 * Instead of systemd: a shell that holds the listening socket and starts one hub after the other on it, until DIR/over
 * is there. The socket is the hub's descriptor 0 (StandardInput=socket), or passed on 3 as LISTEN_FDS says.
 */
async function hold(snug, { passed = false } = {}) {
  const server = net.createServer().listen({ path: join(snug.dir, 'bound.sock'), backlog: 4096 });
  await once(server, 'listening');
  // Node removes what it has bound; this name is ours.
  renameSync(join(snug.dir, 'bound.sock'), join(snug.dir, 'hub.sock'));
  const log = openSync(snug.log, 'a');
  const socket = server._handle.fd;
  const hub = passed ? 'sh -c \'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0"\' "$0"' : '"$0"';
  spawn('sh', ['-c', `while [ ! -e "$1/over" ]; do ${hub}; done`, program(snug), snug.dir], {
    stdio: passed ? ['ignore', log, log, socket] : [socket, log, log], env: snug.environment(),
  });
  closeSync(log);
  server.close();
}

/** A browser's EventSource, as far as it matters: it comes back when its stream has ended, and says where it was. */
class Listener {
  constructor(snug, cookie) {
    Object.assign(this, { snug, cookie, statuses: [], errors: [], byes: [], seen: [], retry: 1000 });
    this.connect();
  }

  connect() {
    const headers = { cookie: this.cookie, ...(this.last ? { 'last-event-id': this.last } : {}) };
    let rest = '';
    this.live = false;
    this.request = http.get({ host: '127.0.0.1', port: this.snug.port, path: '/api/events', headers, agent: false }, (answer) => {
      this.statuses.push(answer.statusCode);
      answer.setEncoding('utf8').on('data', (text) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop();
        blocks.forEach((block) => this.take(block));
      }).on('close', () => this.later());
    });
    this.request.on('error', (error) => { this.errors.push(error.code); this.later(); });
  }

  take(block) {
    const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    this.last = field('id') ?? this.last;
    this.retry = Number(field('retry') ?? this.retry);
    const type = field('event');
    if (type === 'ready') this.live = true;
    if (type === 'message') this.seen.push(JSON.parse(field('data')).message);
    if (type === 'bye') this.byes.push({ reason: JSON.parse(field('data')).reason, retry: this.retry, at: Date.now() });
  }

  later() {
    this.live = false;
    if (!this.over) this.timer = setTimeout(() => this.connect(), this.retry);
  }

  close() {
    this.over = true;
    clearTimeout(this.timer);
    this.request.destroy();
  }
}

/** Sends until told to stop; every text that was acknowledged. */
function talk(person) {
  const sent = [];
  let over = false;
  const done = (async () => {
    for (let n = 0; !over; n++) {
      const answer = await person.post('api/messages/0', `n${n}`, { 'content-type': 'text/plain' });
      assert.equal(answer.status, 201);
      sent.push(`n${n}`);
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    return sent;
  })();
  done.catch(() => {}); // It is for who waits for it.
  return () => { over = true; return done; };
}

async function replaces(options) {
  const snug = await start({ env, ...options });
  const listeners = [];
  try {
    const people = await Promise.all(['Pablo', 'Joe'].map((name) => snug.client().login(name)));
    for (let i = 0; i < STREAMS; i++) listeners.push(new Listener(snug, people[i % 2].cookie));
    await until(() => listeners.every((l) => l.live), 'all streams');
    const quiet = talk(people[0]);
    const old = snug.processes('events.fcgi');
    assert.equal(old.length, 1);
    const began = Date.now();
    process.kill(old[0], 'SIGTERM');
    await until(() => listeners.some((l) => l.byes.length > 0), 'the first bye');
    // Who comes in the middle of it waits, and is answered.
    const health = people[1].get('api/health').catch((error) => ({ status: error.code }));
    await until(() => listeners.every((l) => l.byes.length > 0 && l.live), 'all streams to be back', 20000);
    assert.equal((await health).status, 200);
    const sent = await quiet();
    await until(() => listeners.every((l) => l.seen.length >= sent.length), 'all messages');
    assert.equal(snug.processes('events.fcgi').length, 1);
    assert.notEqual(snug.processes('events.fcgi')[0], old[0]);
    for (const l of listeners) {
      assert.deepEqual(l.errors, []);
      assert.deepEqual(l.statuses, [200, 200]);
      assert.deepEqual(l.byes.map((b) => b.reason), ['stopping']);
      assert.ok(l.byes[0].at + l.byes[0].retry >= began + DRAIN_MS + 1000);
      assert.deepEqual(l.seen, sent);
    }
    const retries = listeners.map((l) => l.byes[0].retry);
    assert.ok(Math.max(...retries) >= 2 * Math.min(...retries), retries.join());
    // Spread evenly: at no time have more ended than their share.
    listeners.map((l) => l.byes[0].at - began).sort((a, b) => a - b)
      .forEach((ms, i) => assert.ok(i <= STREAMS * ms / DRAIN_MS + 1, `${i} streams ended after ${ms} ms`));
  } finally {
    listeners.forEach((l) => l.close());
    writeFileSync(join(snug.dir, 'over'), '');
    snug.processes('events.fcgi').forEach((pid) => process.kill(pid, 'SIGTERM'));
    await snug.stop();
  }
}

test('under lighttpd, which binds a socket for each hub', () => replaces({}));

test('under another parent that holds the socket', () => replaces({ hub: hold }));

test('under one that passes it as LISTEN_FDS says', () => replaces({ hub: (snug) => hold(snug, { passed: true }) }));

/** Asks for health without a pause, each time by a new connection, and knocks at the hub's socket; what came of it. */
function knock(snug) {
  const seen = { answers: 0, connections: 0, bad: [] };
  let over = false;
  const ask = async () => {
    while (!over) {
      const { status } = await snug.client().get('api/health').catch((error) => ({ status: error.code }));
      if (status === 200) seen.answers += 1; else seen.bad.push(status);
    }
  };
  const connect = async () => {
    while (!over) {
      const socket = net.connect(join(snug.dir, 'hub.sock'));
      await once(socket, 'connect').then(() => { seen.connections += 1; }, (error) => seen.bad.push(error.code));
      socket.destroy();
    }
  };
  const all = Promise.all([ask(), ask(), ask(), ask(), connect()]);
  return async () => { over = true; await all; return seen; };
}

test('one hub after the other takes the same socket over, and nobody is refused', async () => {
  const snug = await start({ env: { SNUG_DRAIN: '0' }, hub: hold });
  try {
    const pids = new Set();
    const stop = knock(snug);
    for (let n = 0; n < 5; n++) {
      await until(() => snug.processes('events.fcgi').some((pid) => !pids.has(pid)), 'the next hub');
      const [pid] = snug.processes('events.fcgi');
      pids.add(pid);
      await snug.client().get('api/health'); // it serves, while four others ask
      process.kill(pid, 'SIGTERM');
      await until(() => !snug.processes('events.fcgi').includes(pid), 'its end', 10000);
    }
    const seen = await stop();
    assert.deepEqual(seen.bad, []);
    assert.equal(pids.size, 5);
    assert.ok(seen.answers > 20 && seen.connections > 20, JSON.stringify(seen));
  } finally {
    writeFileSync(join(snug.dir, 'over'), '');
    snug.processes('events.fcgi').forEach((pid) => process.kill(pid, 'SIGTERM'));
    await snug.stop();
  }
});

test('spawn-fcgi starts a hub, and SIGTERM ends it in order', async () => {
  let child;
  const snug = await start({
    env: { SNUG_DRAIN: '1' },
    async hub(snug) {
      child = spawn('spawn-fcgi', ['-n', '-s', join(snug.dir, 'hub.sock'), '--', program(snug)], { stdio: 'ignore', env: snug.environment() });
    },
  });
  try {
    const pablo = await snug.client().login('Pablo');
    const stream = await pablo.stream();
    await pablo.post('api/messages/0', 'by spawn-fcgi', { 'content-type': 'text/plain' });
    await stream.next('message', (m) => m.message === 'by spawn-fcgi');
    child.kill('SIGTERM');
    assert.equal((await stream.next('bye')).data.reason, 'stopping');
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(child.exitCode, 0);
  } finally {
    child.kill('SIGTERM');
    await snug.stop();
  }
});

test('when lighttpd stops, the hub does not drain', async () => {
  const snug = await start({ env: { SNUG_DRAIN: '60' } });
  const pablo = await snug.client().login('Pablo');
  for (let i = 0; i < 5; i++) await pablo.stream();
  // It fails where the hub takes longer than 15 s.
  await snug.stop();
});
