// What an event costs for thousands of streams: snug behind lighttpd with the checkout's lighttpd.conf, next to the
// least that can stand there (tests/bench/ceiling.c) and to Nchan with Redis. `make bench-fanout` runs it;
// docs/BENCHMARKS.md says how to read what it prints.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table, writeDocs } from './fanout-report.mjs';
import { build, mostStreams, servers } from './servers.mjs';

const usage = `usage: fanout.mjs [option...]
  --streams LIST     how many, with commas (100,1000,5000,8900; no more than the descriptors allow)
  --servers LIST     of ${Object.keys(servers)} (all)
  --rounds N         (3)
  --seconds S        how long each load is sent (3)
  --minutes M        no round begins later (40)
  --quick            one round of one second, 1000 and 5000 streams: some three minutes
  --free             nothing is pinned; else all servers are on the first core, the load client on the second
  --json FILE        write all figures
  --from FILE        measure nothing, and take what --json wrote
  --docs FOLDER      write the table into its BENCHMARKS.md, the plot into its img/
`;

const { values: options } = parseArgs({
  options: {
    streams: { type: 'string' }, servers: { type: 'string' }, rounds: { type: 'string' }, seconds: { type: 'string' },
    minutes: { type: 'string' }, json: { type: 'string' }, from: { type: 'string' }, docs: { type: 'string' },
    quick: { type: 'boolean' }, free: { type: 'boolean' }, help: { type: 'boolean' },
  },
});
const defaults = options.quick ? { streams: '1000,5000', rounds: '1', seconds: '1' } : { streams: '100,1000,5000,8900', rounds: '3', seconds: '3' };
const wanted = { servers: Object.keys(servers).join(), minutes: '40', ...defaults, ...options };
const seconds = Number(wanted.seconds);
const sizes = [...new Set(wanted.streams.split(',').map((n) => Math.min(Number(n), mostStreams)))];
const names = wanted.servers.split(',');
const cores = availableParallelism();
const pinned = !options.free && cores > 1;

// Events in flight: so many are not everywhere yet. 10 a second: whatever happens.
const loads = [
  { name: '1 in flight', args: ['--window', '1'] },
  { name: '8 in flight', args: ['--window', '8'] },
  { name: '64 in flight', args: ['--window', '64'] },
  { name: '10 a second', rate: true, args: ['--rate', '10', '--publish', String(Math.max(2, seconds))] },
];

const total = (list) => list.reduce((a, b) => a + b, 0);

/** One load; what the client said. It is told to end after its seconds, and waits for what is under way. */
function send(server, people, streams, load) {
  const watch = Object.entries(server.watch).flatMap(([name, pids]) => pids.flatMap((pid, i) => ['--watch', `${name}${i || ''}=${pid}`]));
  const args = ['--port', server.port, '--people', people, '--streams', streams, '--settle', '15', '--seconds', '90',
    '--hold', load === loads[0] ? 4 : 1 + streams / 3000, // memory comes to rest, and what is said of who came
    ...(load.rate ? [] : ['--messages', Math.min(20000, Math.floor(1e8 / streams))]), ...load.args, ...server.args, ...watch].map(String);
  const client = join(build, 'load');
  return new Promise((resolve, reject) => {
    const child = pinned ? spawn('taskset', ['-c', '1', client, ...args]) : spawn(client, args);
    let [text, errors] = ['', ''];
    let timer;
    child.stdout.on('data', (some) => { text += some; });
    child.stderr.on('data', (some) => {
      errors += some;
      if (/^sending$/m.test(errors) && !load.rate) timer ??= setTimeout(() => child.kill('SIGTERM'), seconds * 1000);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      try { resolve(JSON.parse(text)); } catch { reject(new Error(`load ${args.join(' ')}: ${errors}`)); }
    });
  });
}

/** The figures that count of what the client said. */
function figures(server, streams, said) {
  const of = (pick) => Object.fromEntries(Object.entries(server.watch)
    .map(([name, pids]) => [name, total(pids.map((_, i) => pick(said.watch[`${name}${i || ''}`])))]));
  const { check } = said;
  return {
    per_second: said.rate.per_second,
    p50_ms: said.latency.p50_ms,
    p99_ms: said.latency.p99_ms,
    last_p99_ms: said.last_receiver.p99_ms,
    events: said.messages.acknowledged,
    lost: check.missing,
    wrong: check.out_of_order + check.duplicates + check.foreign + said.messages.unacknowledged + said.streams.wanted - said.streams.up,
    cut: said.cut,
    reads_per_delivery: said.rate.reads_per_delivery,
    cpu_us: of((w) => w.cpu_us_per_delivery),
    client_us: said.rate.deliveries ? (said.machine.load_cpu_s * 1e6) / said.rate.deliveries : 0,
    idle_kib: of((w) => (w.rss_kib[1] - w.rss_kib[0]) / streams),
    rss_kib: of((w) => w.rss_kib[2]),
    others: said.machine.others_cpu_s / said.machine.seconds,
  };
}

/** One load on one server. */
async function measure(name, server, people, streams, load) {
  const found = figures(server, streams, await send(server, people, streams, load));
  console.error(`${name}, ${streams} streams, ${load.name}: ${found.per_second.toFixed(0)}/s, p99 ${found.p99_ms.toFixed(1)} ms, `
    + `${total(Object.values(found.cpu_us)).toFixed(1)} us, lost ${found.lost}, wrong ${found.wrong}, others ${found.others.toFixed(2)}`);
  await server.rest();
  return found;
}

/** All loads at one size, each on one server after the other: { server: { load: figures } }. Only the first load finds them fresh. */
async function measureSize(streams, order, dir) {
  const [started, results] = [{}, Object.fromEntries(names.map((name) => [name, {}]))];
  const people = (name) => join(dir, `people-${name}`);
  try {
    for (const name of order) {
      started[name] = await servers[name]();
      started[name].people(streams, people(name));
    }
    for (const load of loads) {
      for (const name of order) results[name][load.name] = await measure(name, started[name], people(name), streams, load);
    }
  } finally {
    for (const server of Object.values(started)) await server.stop();
  }
  return results;
}

/** Rounds of all sizes; in each, the servers in an order of its own. done({ streams, round, results: { server: { load: figures } } }). */
async function measureAll(dir, done) {
  const end = Date.now() + Number(wanted.minutes) * 60000;
  for (let round = 0; round < Number(wanted.rounds); round += 1) {
    for (const streams of sizes) {
      if (Date.now() > end) return;
      const order = names.map((_, i) => names[(i + round) % names.length]);
      done({ streams, round, load: loadavg()[0], results: await measureSize(streams, order, dir) });
    }
  }
}

const write = (run) => {
  if (options.json) writeFileSync(options.json, `${JSON.stringify(run, null, 1)}\n`);
};

async function measured() {
  // What is started from here on is on the first core, too.
  if (pinned) execFileSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' });
  const dir = mkdtempSync(join(tmpdir(), 'fanout-'));
  const about = { date: new Date().toISOString().slice(0, 10), seconds, pinned, cores, load: loadavg()[0] };
  const run = { about, servers: names, loads: loads.map((load) => load.name), rounds: [] };
  try {
    await measureAll(dir, (one) => {
      run.rounds.push(one);
      write(run);
    });
    return run;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (options.help) {
  console.log(usage);
} else {
  const run = options.from ? JSON.parse(readFileSync(options.from, 'utf8')) : await measured();
  write(run);
  if (options.docs) writeDocs(options.docs, run);
  console.log(table(run));
}
