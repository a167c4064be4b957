// What a request costs: snug's hot requests next to a bare libfcgi program behind the same lighttpd with the
// checkout's lighttpd.conf. `make bench` runs it; docs/BENCHMARKS.md says how to read the table.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { root, start } from '../support/harness.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    out: { type: 'string' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const again = rounds; // rounds that may be repeated
const busyMost = 0.1; // cores that others may take in a round
const tick = 10000; // us of /proc/PID/stat's clock

const hello = `
$HTTP["url"] == "/bench/hello" {
  fastcgi.server = ("/bench/" => ((
    "bin-path" => "${root}/build/${process.env.BUILD || 'release'}/tests/bench/hello", "socket" => var.state + "/hello.sock",
    "max-procs" => 2, "check-local" => "disable", "listen-backlog" => 4096
  )))
}
`;

const cases = [
  { name: 'hello', path: 'bench/hello', handler: 'hello' },
  { name: 'send', path: 'api/messages/0', handler: 'messages.fcgi', method: ['POST', 'application/json', '{"message":"How about lunch at one?"}'] },
  { name: 'history 50', path: 'api/messages/1:3?limit=50', handler: 'messages.fcgi' },
  { name: 'session', path: 'api/session', handler: 'accounts.fcgi' },
  { name: 'rooms', path: 'api/rooms', handler: 'rooms.fcgi' },
];

const total = (numbers) => Object.values(numbers).reduce((a, b) => a + b, 0);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** The fields of /proc/PID/stat after the name. */
function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return { name: /\((.*)\)/.exec(text)[1], fields: text.slice(text.lastIndexOf(')') + 2).split(' ') };
}

/** Microseconds of CPU that a process has used. */
function used(pid) {
  const { fields } = stat(pid);
  return (Number(fields[11]) + Number(fields[12])) * tick;
}

/** The same of all processors. */
function usedByAll() {
  const [user, nice, system, , , irq, softirq] = /^cpu +(.*)/.exec(readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number);
  return (user + nice + system + irq + softirq) * tick;
}

/** lighttpd's programs, by name. */
function programs(parent) {
  const found = {};
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const { name, fields } = stat(pid);
      if (Number(fields[1]) === parent) (found[name] ??= []).push(Number(pid));
    } catch { /* it has ended */ }
  }
  return found;
}

/** One run of wrk; what it said, and the CPU that it used itself. */
function wrk(snug, cookie, one) {
  return new Promise((resolve, reject) => {
    const child = spawn('wrk', ['-t1', `-c${options.connections}`, `-d${seconds}s`, '-s', `${root}/tests/bench/request.lua`,
      '-H', `Cookie: ${cookie}`, snug.url + one.path, '--', ...(one.method ?? ['GET'])]);
    let text = '';
    let cpu = 0;
    const watch = setInterval(() => { try { cpu = used(child.pid); } catch { /* it has ended */ } }, 50);
    child.stdout.on('data', (some) => { text += some; });
    child.stderr.on('data', (some) => { text += some; });
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(watch);
      const line = /^\{.*\}$/m.exec(text);
      if (status !== 0 || !line) reject(new Error(`wrk: ${text}`));
      else resolve({ ...JSON.parse(line[0]), cpu });
    });
  });
}

/** One case of one round. */
async function measure(snug, cookie, one) {
  const pids = programs(snug.web.pid);
  const groups = {
    lighttpd: [snug.web.pid], handler: pids[one.handler], redis: [snug.redisServer.pid], hub: pids['events.fcgi'],
  };
  const sum = (group) => groups[group].reduce((total, pid) => total + used(pid), 0);
  const before = Object.fromEntries(Object.keys(groups).map((group) => [group, sum(group)]));
  const [all, mine] = [usedByAll(), used(process.pid)];
  const run = await wrk(snug, cookie, one);
  const others = usedByAll() - all - run.cpu - (used(process.pid) - mine);
  const cpu = Object.fromEntries(Object.keys(groups).map((group) => [group, sum(group) - before[group]]));
  if (run.failed) throw new Error(`${one.name}: ${run.failed} requests failed`);
  return {
    name: one.name,
    rate: run.requests / (run.us / 1e6),
    p50_us: run.p50_us,
    p99_us: run.p99_us,
    cpu_us: Object.fromEntries(Object.entries(cpu).map(([group, us]) => [group, us / run.requests])),
    others: Math.max(0, others - total(cpu)) / run.us,
  };
}

/** Two people with a room of 200 messages; the cookie of one of them. */
async function prepare(snug) {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
  for (let i = 0; i < 200; i++) {
    const answer = await [pablo, mary][i % 2].post('api/messages/1:3', { message: `This is message ${i} of a talk between two people.` });
    if (answer.status !== 201) throw new Error(`preparing: ${answer.status} ${answer.text}`);
  }
  return pablo.cookie;
}

/** All cases once, and how many cores others took meanwhile, at most. */
async function round(snug, cookie) {
  const results = [];
  for (const one of cases) results.push(await measure(snug, cookie, one));
  return { results, others: Math.max(...results.map((result) => result.others)) };
}

/** The quietest rounds: as many as were asked for, of those and the repeated ones. */
async function measureAll(snug, cookie) {
  const done = [];
  const quiet = () => done.filter((one) => one.others <= busyMost).length;
  while (done.length < rounds || (quiet() < rounds && done.length < rounds + again)) done.push(await round(snug, cookie));
  return { run: done.length, kept: done.sort((a, b) => a.others - b.others).slice(0, rounds) };
}

function summarise(kept) {
  return cases.map((one, i) => {
    const all = kept.map(({ results }) => results[i]);
    const of = (pick) => median(all.map(pick));
    return {
      name: one.name,
      rate: of((r) => r.rate),
      ratio: median(kept.map(({ results }) => results[i].rate / results[0].rate)),
      p50_us: of((r) => r.p50_us),
      p99_us: of((r) => r.p99_us),
      cpu_ratio: median(kept.map(({ results }) => total(results[0].cpu_us) / total(results[i].cpu_us))),
      cpu_us: Object.fromEntries(Object.keys(all[0].cpu_us).map((group) => [group, of((r) => r.cpu_us[group])])),
    };
  });
}

function table(rows) {
  const head = ['request', 'per second', 'of hello', 'p50 ms', 'p99 ms', 'lighttpd us', 'handler us', 'redis us', 'hub us', 'in all', 'of hello'];
  const lines = rows.map((r) => [r.name, r.rate.toFixed(0), r.ratio.toFixed(2), (r.p50_us / 1000).toFixed(1), (r.p99_us / 1000).toFixed(1),
    ...['lighttpd', 'handler', 'redis', 'hub'].map((group) => r.cpu_us[group].toFixed(0)), total(r.cpu_us).toFixed(0), r.cpu_ratio.toFixed(2)]);
  return [head, head.map((_, i) => (i ? '---:' : '---')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const load = loadavg();
const snug = await start({ conf: hello, env: { SNUG_SEND_LIMIT: '1000000' } }); // counted, and never reached
try {
  const { run, kept } = await measureAll(snug, await prepare(snug));
  const rows = summarise(kept);
  const others = kept.map((one) => one.others);
  console.log(table(rows));
  console.log(`\nMedians of ${kept.length} rounds of ${run}, ${seconds} s each, ${options.connections} connections, ${availableParallelism()} cores; `
    + `load average before ${load[0].toFixed(1)}; others took up to ${Math.max(...others).toFixed(2)} cores.`);
  if (Math.max(...others) > busyMost) console.log('The machine was busy otherwise: the ratios are worth little.');
  if (options.out) writeFileSync(options.out, `${JSON.stringify({ options, load, run, others, rows, rounds: kept }, null, 1)}\n`);
} finally {
  await snug.stop();
}
