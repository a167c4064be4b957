// What the fifteen programs share. Each is
//
//   await prove({ number, name, peers }, async (t) => { …; t.atMost('lost', lost, 0); … });
//
// and is run as `node tests/reliability/NN-name.mjs [--full] [--valgrind] [--seed=N] [--json=FILE]`. It prints one
// line, its figures beside their bounds, and fails when one is broken. What is random comes from the seed. Where it
// fails, the folder with the servers' logs stays, and is named. --valgrind runs our programs under it: what it says is
// a failure; all takes its time then, and less is sent.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bePatient, root, start, until } from '../support/harness.mjs';
import { people as makePeople, writePeople } from '../support/people.mjs';

export { pause, root, until };

const option = (name) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);

/** A small random generator with a seed (mulberry32): the same seed asks the same questions. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const isUnderValgrind = process.argv.includes('--valgrind');
const isSanitized = process.env.BUILD === 'asan';
const slower = isUnderValgrind ? 8 : isSanitized ? 2 : 1; // times that everything may take
bePatient(slower);

/** A folder of scripts that run our programs under valgrind. */
function underValgrind(snug) {
  const folder = join(snug.dir, 'valgrind');
  mkdirSync(folder);
  for (const name of readdirSync(snug.programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh
exec valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99 ${join(snug.programs, name)} "$@"
`, { mode: 0o755 });
  }
  return folder;
}

/** One run of one program. */
class Proof {
  constructor() {
    this.full = process.argv.includes('--full');
    this.seed = Number(option('seed') ?? randomBytes(4).readUInt32LE());
    this.rand = random(this.seed);
    this.isWatched = isSanitized || isUnderValgrind; // memory and time are not what they are
    this.figures = [];
    this.broken = [];
    this.endings = [];
  }

  int(n) { return Math.floor(this.rand() * n); }

  pick(list) { return list[this.int(list.length)]; }

  /** full in the full form, else short. */
  size(full, short) { return this.full ? full : short; }

  /** A figure with its bound: at most, or at least. */
  atMost(what, value, bound, unit = '') { this.figure(what, value, bound, unit, '<=', value <= bound); }

  atLeast(what, value, bound, unit = '') { this.figure(what, value, bound, unit, '>=', value >= bound); }

  /** The same of memory, or of a time that the machine has a part in: told only, where they are not what they are. */
  cost(what, value, bound, unit) {
    if (this.isWatched) this.tell(what, value, unit);
    else this.atMost(what, value, bound, unit);
  }

  /** A figure that nothing is held to. */
  tell(what, value, unit = '') { this.figure(what, value, undefined, unit, '', true); }

  figure(what, value, bound, unit, sign, holds) {
    const shown = (n) => (Number.isInteger(n) ? String(n) : Number(n.toPrecision(3)).toString());
    const right = bound === undefined ? '' : ` (${bound === 0 && sign === '<=' ? '= 0' : `${sign} ${shown(bound)}`})`;
    const text = `${what} ${shown(value)}${unit && ` ${unit}`}${right}`;
    this.figures.push(text);
    if (!holds) this.broken.push(text);
  }

  /** A whole snug that ends with the program. */
  async world(options = {}) {
    const snug = await start({ demo: false, ...(isUnderValgrind ? { wrap: underValgrind } : {}), ...options });
    this.worlds = [...(this.worlds ?? []), snug];
    return snug;
  }

  /** To be done at the end, the last first. */
  defer(fn) { this.endings.push(fn); }

  async end(keep) {
    for (const fn of this.endings.reverse()) await fn();
    for (const snug of this.worlds ?? []) await snug.stop({ keep });
  }
}

/** Runs one program. peers: what others promise, for docs/RELIABILITY.md. seconds: the longest it may take. */
export async function prove({ number, name, peers, seconds = 120 }, body) {
  const t = new Proof();
  let why;
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not done after ${seconds * slower} s`)), seconds * slower * 1000).unref();
  });
  try {
    await Promise.race([body(t), late]);
  } catch (error) {
    why = error.stack;
  }
  const keep = why !== undefined || t.broken.length > 0;
  try {
    await t.end(keep);
  } catch (error) {
    why ??= error.message;
  }
  const ok = why === undefined && t.broken.length === 0;
  console.log(`${ok ? 'ok' : 'not ok'} ${number} ${name}: ${t.figures.join(', ')}; seed ${t.seed}`);
  if (t.broken.length) console.log(`  broken: ${t.broken.join(', ')}`);
  if (why) console.log(`  ${why}`);
  if (!ok) for (const snug of t.worlds ?? []) console.log(`  logs: ${snug.dir}`);
  if (option('json')) {
    appendFileSync(option('json'), `${JSON.stringify({ number, name, peers, ok, full: t.full, figures: t.figures, seed: t.seed })}\n`);
  }
  process.exit(ok ? 0 : 1);
}

/** The q-quantile of numbers. */
export function quantile(numbers, q) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** n people who are logged in, as their clients; rooms(i) names the public rooms that the i-th is in. */
export const people = (snug, n, rooms) => makePeople(snug, n, { rooms, prefix: 'u' }).map((person) => Object.assign(snug.client(), person));

/** The Redis key of a client's session. */
export const sessionKey = (client) => `snug:session:${createHash('sha256').update(client.cookie.split('=')[1]).digest('hex')}`;

/**
 * The load client (tests/load/usage.txt) on these people. told: lines that it has said, "up 200"; done: what it
 * printed. rooms(person) are those that it sends to and expects.
 */
export function load(t, snug, all, args, rooms) {
  const scaled = { '--rate': 1 / slower, '--spread': slower, '--settle': slower, '--hold': slower, '--seconds': slower };
  args = args.map((value, i) => (scaled[args[i - 1]] ? value * scaled[args[i - 1]] : value));
  const file = join(snug.dir, `people-${t.endings.length}`);
  writePeople(file, all, rooms);
  const child = spawn(join(root, 'build', snug.build, 'load'), ['--port', snug.port, '--people', file, '--seed', t.seed, ...args].map(String),
    { stdio: ['ignore', 'pipe', 'pipe'] });
  t.defer(() => child.kill('SIGKILL'));
  const run = { child, told: '', ledger: file.replace('people', 'ledger') };
  child.stderr.setEncoding('utf8').on('data', (some) => { run.told += some; });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some) => { text += some; });
  run.done = new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => {
      run.isOver = true;
      try { resolve(JSON.parse(text)); } catch { reject(new Error(`the load client: status ${status} ${run.told}`)); }
    });
  });
  run.done.catch(() => {});
  return run;
}

/** Of its streams, those that were answered by any status but 200, which ends an EventSource, or by nothing. */
export const refused = ({ streams: { statuses, connect_errors: broken } }) => broken
  + Object.entries(statuses).reduce((n, [status, count]) => n + (status === '200' ? 0 : count), 0);

/** Holds what every run of the load client must show. */
export function sound(t, said) {
  t.tell('deliveries', said.check.received);
  t.atMost('missing', said.check.missing, 0);
  t.atMost('out of order', said.check.out_of_order, 0);
  t.atMost('double', said.check.duplicates, 0);
  t.atMost('told to reload', said.check.resets, 0);
  t.atMost('not acknowledged', said.messages.unacknowledged, 0);
  t.atMost('faults on the wire', said.streams.protocol_errors + said.streams.bad_types + said.streams.unknown_fields + said.check.foreign + said.check.bad_ids, 0);
  t.atMost('answers to streams but 200', refused(said), 0);
}

/** The messages that Redis holds of a room, oldest first. */
export const stored = (snug, room) => snug.redis('ZRANGE', `room:${room}`, '0', '-1').split('\n').filter(Boolean).map((m) => JSON.parse(m));

/** What a process costs: resident KiB, CPU seconds, descriptors. */
export const usage = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return {
    kib: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]),
    cpu: (Number(stat[11]) + Number(stat[12])) / 100,
    fds: readdirSync(`/proc/${pid}/fd`).length,
  };
};

/** The process of a program of cgi-bin that this snug's lighttpd runs; undefined while there is none. */
export const pidOf = (snug, program) => readdirSync('/proc').filter((p) => /^\d+$/.test(p)).map(Number).find((pid) => {
  try {
    const [, state, parent] = /.*\) (.) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const words = () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return Number(parent) === snug.web.pid && state !== 'Z' && words().some((word) => basename(word) === program);
  } catch { return false; }
});

export const health = async (snug) => (await snug.client().get('api/health').catch(() => undefined));

/** Kills the hub; there is another one then, which remembers nothing. */
export async function hubAnew(snug) {
  const hub = pidOf(snug, 'events.fcgi');
  process.kill(hub, 'SIGKILL');
  await until(() => pidOf(snug, 'events.fcgi') !== hub, 'the end of the hub');
  await until(async () => (await health(snug))?.status === 200, 'the hub to be back', 20000);
}

/** How many streams the hub says it has. */
export const streams = async (snug) => (await health(snug))?.json?.streams;

/**
 * Sends as clients do: a nonce each, and again with the same one until it is acknowledged. acked holds
 * what was; failures counts the answers and broken connections in between.
 */
export class Publisher {
  constructor(clients, { rate, rooms = () => ['0'], text = (n) => `message ${n}`, wave = 64 }) {
    Object.assign(this, { clients, rate, rooms, text, wave, acked: [], sent: 0, failures: 0, waiting: 0, running: true });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: wave });
    this.run = this.loop();
  }

  async loop() {
    const began = performance.now();
    while (this.running) {
      const due = ((performance.now() - began) / 1000) * this.rate;
      while (this.running && this.sent < due && this.waiting < this.wave) this.one();
      await pause(2);
    }
  }

  async one() {
    const n = this.sent;
    const at = n % this.clients.length;
    const client = this.clients[at];
    const rooms = this.rooms(at);
    const room = rooms[n % rooms.length];
    const nonce = `n${process.pid}-${n}`;
    const body = JSON.stringify({ message: this.text(n), nonce });
    this.sent += 1;
    this.waiting += 1;
    for (;;) {
      const answer = await this.post(client, `api/messages/${room}`, body).catch(() => undefined);
      if (answer?.status === 201) {
        this.acked.push({ ...answer.json, at: performance.now() });
        break;
      }
      this.failures += 1;
      if (this.given) break;
      await pause(100);
    }
    this.waiting -= 1;
  }

  /** One POST on a connection that is kept. */
  post(client, target, body, type = 'application/json') {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: client.snug.port, method: 'POST', path: `/${target}`,
        agent: this.agent, timeout: 5000,
        headers: { cookie: client.cookie, 'content-type': type, 'content-length': Buffer.byteLength(body) } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (some) => { text += some; }).on('error', reject).on('end', () => {
          try { resolve({ status: answer.statusCode, json: JSON.parse(text) }); } catch (error) { reject(error); }
        });
      });
      request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer')));
      request.end(body);
    });
  }

  /** Sends no more, waits for what is under way, and gives what was acknowledged. */
  async stop(ms = 20000) {
    this.running = false;
    await this.run;
    const end = performance.now() + ms;
    while (this.waiting > 0) {
      if (performance.now() > end) {
        this.given = true;
        throw new Error(`${this.waiting} sends were not acknowledged in ${ms} ms`);
      }
      await pause(10);
    }
    this.agent.destroy();
    return this.acked;
  }
}
