// One stream that is never read among many that are, in one room: the hub's memory does not grow with it, and the
// others do not feel it; after half a minute without progress, which the short form does not wait for, it is ended.
import { load, people, pidOf, prove, sound, usage } from './rig.mjs';

await prove({ number: 8, name: 'slow reader', seconds: 300,
  peers: 'Centrifugo: 1 MB queued, then closed; Mercure: 1000 updates, then closed; Nchan documents no bound; ntfy has none' }, async (t) => {
  const count = t.size(500, 20);
  const run = async (stall) => {
    const snug = await t.world({ fds: 2048, env: { SNUG_LOG_LEVEL: 'info' } });
    const all = people(snug, count);
    const hub = pidOf(snug, 'events.fcgi');
    const kib = [];
    const watch = setInterval(() => kib.push(usage(hub).kib), 200);
    const said = await load(t, snug, all, ['--rate', t.size(100, 200), '--size', t.size(1024, 6000), '--publish', t.size(90, 4), '--stall', stall, '--rcvbuf', 4096,
      '--settle', 10, '--seconds', 130]).done;
    clearInterval(watch);
    return { said, kib: Math.max(...kib), slow: /event=stream_end [^\n]*reason=slow [^\n]*ms=(\d+)/.exec(snug.said()) };
  };
  const without = await run(0);
  const among = await run(1);
  sound(t, among.said);
  if (t.full) t.atLeast('slow ones ended', among.slow ? 1 : 0, 1);
  if (among.slow) t.tell('after', Number(among.slow[1]) / 1000, 's');
  t.figure('memory of the hub, more', among.kib - without.kib, t.isSanitized ? undefined : 2048, 'KiB', '<=', t.isSanitized || among.kib - without.kib <= 2048);
  t.tell('p99 without it', without.said.latency.p99_ms, 'ms');
  const isHeld = t.full && !t.isSanitized;
  t.figure('p99 of the others', among.said.latency.p99_ms, isHeld ? 1.5 * without.said.latency.p99_ms : undefined, 'ms', '<=',
    !isHeld || among.said.latency.p99_ms <= 1.5 * without.said.latency.p99_ms);
});
