// The hub's subscriber hears nothing, and TCP says that all is well: its connection is a black hole; then every
// subscriber's is, for a while; then Redis is stopped. Each time the hub notices within ten seconds, says so in
// /api/health, does not spin, and loses nothing.
import { join } from 'node:path';
import { health, pause, people, pidOf, prove, Publisher, stored, until, usage } from './rig.mjs';
import { Relay } from './relay.mjs';
import { Reader } from './sse.mjs';

/** Watches /api/health; times of its changes. */
class Watch {
  constructor(snug) {
    this.changes = [];
    this.run = (async () => {
      while (!this.done) {
        const ok = (await health(snug))?.status === 200;
        if (ok !== this.ok) this.changes.push({ ok, at: performance.now() });
        this.ok = ok;
        await pause(50);
      }
    })();
  }

  /** Milliseconds from a moment until health is ok, or is not. */
  async after(began, ok, ms) {
    const find = () => this.changes.find((c) => c.at >= began && c.ok === ok);
    await until(find, `health to be ${ok ? 200 : 503}`, ms);
    return find().at - began;
  }

  async stop() {
    this.done = true;
    await this.run;
  }
}

await prove({ number: 5, name: 'deaf subscription', seconds: 400,
  peers: 'Centrifugo stayed deaf and green until restarted (centrifugo#1189), and probes every 30 s since; Nchan has open reports of it; the others do not look' }, async (t) => {
  let relay;
  const snug = await t.world({
    env: { SNUG_LOG_LEVEL: 'info' },
    redisSocket: (s) => { const path = join(s.dir, 'relay.sock'); relay ??= new Relay(path, s.socket); return path; },
  });
  t.defer(() => relay.close());
  const clients = people(snug, t.size(20, 6));
  const readers = clients.map((client) => new Reader(client));
  t.defer(() => readers.forEach((reader) => reader.close()));
  await until(() => readers.every((reader) => reader.isLive), 'the streams');
  const publisher = new Publisher(clients, { rate: 20 });
  const watch = new Watch(snug);
  const hub = pidOf(snug, 'events.fcgi');
  const detected = [];
  let busiest = 0;
  /** One fault of so many seconds, which ends by itself, with a new subscription; or by heal. */
  const fault = async (seconds, begin, heal) => {
    const began = performance.now();
    const cpu = usage(hub).cpu;
    begin();
    if (heal) {
      detected.push(await watch.after(began, false, 30000) / 1000);
    } else {
      // It is made anew within milliseconds: 503 may come and go between two looks at health.
      await until(() => relay.subscribed >= began, 'a new subscription', 30000);
      detected.push((relay.subscribed - began) / 1000);
      await until(() => watch.ok, 'health to be 200', 30000);
    }
    await pause(Math.max(0, seconds * 1000 - (performance.now() - began)));
    busiest = Math.max(busiest, (100 * (usage(hub).cpu - cpu)) / ((performance.now() - began) / 1000));
    const healed = performance.now();
    if (heal) {
      heal();
      detected.push(await watch.after(healed, true, 30000) / 1000);
    }
  };
  await pause(1000);
  await fault(t.size(60, 0), () => relay.deafen());
  if (t.full) await fault(20, () => relay.deafen({ all: true }), () => relay.heal());
  await fault(t.size(10, 3), () => snug.redisServer.kill('SIGSTOP'), () => snug.redisServer.kill('SIGCONT'));
  const acked = await publisher.stop();
  const missing = () => readers.reduce((n, reader) => n + acked.filter((m) => !reader.messages.has(m.id)).length, 0);
  await until(() => missing() === 0, 'every message at every stream', 15000).catch(() => {});
  await watch.stop();
  t.tell('acknowledged', acked.length);
  t.atMost('missing', missing(), 0);
  t.atMost('stored beyond what was acknowledged', stored(snug, '0').length - new Set(acked.map((m) => m.id)).size, 0);
  t.atMost('streams faulty', readers.filter((r) => r.faults.length).length, 0);
  t.atMost('told to reload', readers.reduce((n, r) => n + r.resets, 0), 0);
  t.cost('slowest to notice or to recover', Math.max(...detected), 10, 's');
  t.cost('CPU of the hub', busiest, 5, '%');
  if (readers.some((r) => r.faults.length)) throw new Error(readers.flatMap((r) => r.faults).slice(0, 5).join('\n  '));
});
