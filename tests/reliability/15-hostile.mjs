// Five hundred connections to the hub's own socket that send what no web server would, while people talk; one
// person with fifty streams; a thousand streams that open within a second. In the full form also a million runs of
// the record parser's fuzzer.
import { execFileSync } from 'node:child_process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as fcgi from './fcgi.mjs';
import { pause, people, pidOf, prove, quantile, random, root, until, usage } from './rig.mjs';
import { Reader } from './sse.mjs';

/** What one bad peer sends, in pieces. */
function badness(rand) {
  const int = (n) => Math.floor(rand() * n);
  const pick = (list) => list[int(list.length)];
  const noise = (n) => Buffer.from(Array.from({ length: n }, () => int(256)));
  const whole = fcgi.request('snug_session=x');
  return pick([
    () => [],
    () => [whole.subarray(0, 1 + int(7))],
    () => [noise(8 + int(2000))],
    () => [fcgi.record(int(256), noise(int(300)), int(65536), { version: pick([0, 1, 2, 255]) })],
    () => [fcgi.record(fcgi.BEGIN, Buffer.from([0, 1, 0]), 1, { length: 65535 })],
    () => [fcgi.begin(), fcgi.record(fcgi.PARAMS, Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), noise(100)]))],
    () => [fcgi.begin(), ...Array.from({ length: 4 }, () => fcgi.record(fcgi.PARAMS, Buffer.alloc(65535, 0x41)))],
    () => [fcgi.begin(), fcgi.record(fcgi.PARAMS), ...Array.from({ length: 40 }, () => fcgi.record(fcgi.STDIN, Buffer.alloc(65535)))],
    () => [fcgi.begin(7), fcgi.record(fcgi.PARAMS, noise(50), 8), fcgi.record(fcgi.STDIN, noise(50), 9)],
    () => [fcgi.begin(0), whole.subarray(0, -8)],
    () => [fcgi.begin(), fcgi.begin(), fcgi.begin(2)],
    () => [fcgi.record(fcgi.END), fcgi.record(fcgi.STDOUT, noise(10)), fcgi.record(fcgi.ABORT)],
    () => Array.from({ length: 50 }, () => fcgi.record(9, fcgi.pair('FCGI_MAX_CONNS', ''), 0)),
    () => Array.from({ length: 50 }, () => fcgi.record(200 + int(50), noise(8), 0)),
    () => [whole.subarray(0, -8)],
    () => Array.from(whole.subarray(0, 40), (byte) => Buffer.from([byte])),
  ])();
}

/** Connects, and says it all, over a second or so; resolves to how long the hub kept it, in seconds. */
function badPeer(snug, rand) {
  const pieces = badness(rand);
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = fcgi.connect(snug).on('error', () => {}).on('data', () => {});
    let left = false;
    socket.on('close', () => { left = true; resolve((performance.now() - began) / 1000); });
    (async () => {
      for (const piece of pieces) {
        if (left) return;
        socket.write(piece);
        if (pieces.length > 20) await pause(1500 / pieces.length);
      }
    })();
    setTimeout(() => socket.destroy(), 15000).unref();
  });
}

/** The thread of the bad: five hundred within two seconds. It says how long each was kept. */
async function attack({ dir, seed }) {
  const rand = random(seed);
  const peers = [];
  for (let i = 0; i < 500; i += 1) {
    peers.push(badPeer({ dir }, rand));
    await pause(4);
  }
  parentPort.postMessage(await Promise.all(peers));
}

/** Milliseconds from sending until it is heard, for n messages. */
async function latencies(writer, reader, n) {
  const all = [];
  for (let i = 0; i < n; i += 1) {
    const began = performance.now();
    const sent = await writer.post('api/messages/0', { message: `honest ${i}` });
    if (sent.status !== 201) throw new Error(`a send: ${sent.status} ${sent.text}`);
    await until(() => reader.messages.has(sent.json.id), 'a message');
    all.push(reader.messages.get(sent.json.id).at - began);
    await pause(10);
  }
  return all;
}

const main = () => prove({ number: 15, name: 'hostile and crowded', seconds: 900,
  peers: 'ntfy: 30 streams a visitor, then 429; Centrifugo: limits per user and per second, then 503; the others leave it to a proxy' }, async (t) => {
  const snug = await t.world({ fds: 4096 });
  const [writer, listener, crowd, ...many] = people(snug, 3 + t.size(200, 60));
  const reader = new Reader(listener);
  const opened = [reader];
  t.defer(() => opened.forEach((one) => one.close()));
  await until(() => reader.isLive, 'a stream');

  const samples = t.size(150, 60);
  await latencies(writer, reader, 20);
  const quiet = quantile(await latencies(writer, reader, samples), 0.99);
  const hub = pidOf(snug, 'events.fcgi');
  const before = usage(hub);
  const attackers = new Worker(new URL(import.meta.url), { workerData: { dir: snug.dir, seed: t.seed } });
  const attacked = new Promise((resolve, reject) => { attackers.once('message', resolve).once('error', reject); });
  let most = 0;
  const look = setInterval(() => { most = Math.max(most, usage(hub).kib); }, 50);
  const loud = quantile(await latencies(writer, reader, samples), 0.99);
  const kept = await attacked;
  clearInterval(look);
  t.cost('a bad peer kept', Math.max(...kept), 6, 's');
  t.cost('memory of each', Math.max(0, most - before.kib) / 500, 64, 'KiB');
  t.atMost('descriptors left of them', usage(hub).fds - before.fds, 1);
  t.tell('p99 without them', quiet, 'ms');
  if (t.full) t.cost('p99 among them', loud, quiet + 20, 'ms');
  else t.tell('p99 among them', loud, 'ms');
  t.atMost('hubs that died of it', pidOf(snug, 'events.fcgi') === hub ? 0 : 1, 0);

  const fifty = [];
  for (let i = 0; i < 50; i += 1) {
    fifty.push(new Reader(crowd, { comeBack: false }));
    await until(() => fifty.at(-1).counts.ready || fifty.at(-1).ends, 'a stream of many');
  }
  opened.push(...fifty);
  await until(() => fifty.filter((one) => one.isLive).length <= 10, 'the oldest to be replaced', 3000).catch(() => {});
  const refused = fifty.filter((one) => one.statuses[200] !== 1).length;
  const wrong = fifty.slice(0, 40).filter((one) => one.bye !== 'replaced').length + fifty.slice(40).filter((one) => !one.isLive).length;
  t.atMost('of 50 streams refused', refused, 0);
  t.atMost('replaced that were not the oldest, or kept above ten', wrong, 0);
  for (const one of fifty) one.close();

  const wanted = t.size(1000, 300);
  const burst = [];
  const began = performance.now();
  while (burst.length < wanted) {
    const due = Math.min(wanted, ((performance.now() - began) / 1000) * wanted);
    while (burst.length < due) burst.push(new Reader(many[burst.length % many.length], { comeBack: false }));
    await pause(1);
  }
  opened.push(...burst);
  await until(() => burst.every((one) => one.isLive || one.ends || one.faults.length), 'the burst', 20000).catch(() => {});
  t.atMost(`of ${wanted} streams in a second not there`, burst.filter((one) => !one.isLive).length, 0);
  t.tell('the last was ready after', (Math.max(...burst.map((one) => one.readyAt ?? Infinity)) - began) / 1000, 's');
  t.atMost('answers but 200', burst.filter((one) => Object.keys(one.statuses).join() !== '200').length, 0);
  if (!t.full) return;
  execFileSync('make', ['-s', '-j2', 'BUILD=fuzz', 'build/fuzz/tests/fuzz/fuzz_fcgi'], { cwd: root, stdio: 'pipe' });
  execFileSync(`${root}/build/fuzz/tests/fuzz/fuzz_fcgi`, ['-runs=1000000', `-seed=${t.seed % 2 ** 31 || 1}`, '-verbosity=0', '-artifact_prefix=build/fuzz/fcgi-',
    'tests/fuzz/corpus/fcgi'], { cwd: root, stdio: 'pipe', timeout: 600000 });
  t.tell('runs of the fuzzer without a finding', 1000000);
});

if (isMainThread) await main();
else await attack(workerData);
