// One stream that is never read among some that are, in one room: the hub's memory does not grow with it, though more
// is sent than the hub remembers for everybody. In the full form also: the one among five hundred, which do not feel
// it, is ended after half a minute without progress.
import { load, people, pidOf, prove, sound, usage } from './rig.mjs';

const short = { count: 6, rate: 400, size: 6000, publish: 6, settle: 10 }; // 14 MiB, of which the hub keeps 8
const long = { count: 500, rate: 100, size: 1024, publish: 60, settle: 20 };

/** One run, with so many streams that are not read. */
async function run(t, { count, rate, size, publish, settle }, stall) {
  const snug = await t.world({ fds: 2048, env: { SNUG_LOG_LEVEL: 'info' } });
  const hub = pidOf(snug, 'events.fcgi');
  const kib = [];
  const watch = setInterval(() => kib.push(usage(hub).kib), 100);
  const said = await load(t, snug, people(snug, count), ['--rate', rate, '--size', size, '--publish', publish, '--stall', stall, '--rcvbuf', 4096,
    '--settle', settle, '--seconds', publish + settle + 30]).done;
  clearInterval(watch);
  return { said, kib: Math.max(...kib), slow: /event=stream_end [^\n]*reason=slow [^\n]*ms=(\d+)/.exec(snug.said()) };
}

await prove({ number: 8, name: 'slow reader', seconds: 900,
  peers: 'Centrifugo: 1 MB queued, then closed; Mercure: 1000 updates, then closed; Nchan documents no bound; ntfy has none' }, async (t) => {
  const without = await run(t, short, 0);
  const among = await run(t, short, 1);
  sound(t, among.said);
  t.cost('memory of the hub, more', among.kib - without.kib, 2048, 'KiB');
  if (!t.full) return;
  // Twice, by turns: the quieter of two runs says more of us, and less of who else used the machine.
  const p99 = { quiet: Infinity, crowd: Infinity };
  let crowd;
  for (let i = 0; i < 2; i += 1) {
    p99.quiet = Math.min(p99.quiet, (await run(t, long, 0)).said.latency.p99_ms);
    crowd = await run(t, long, 1);
    p99.crowd = Math.min(p99.crowd, crowd.said.latency.p99_ms);
    sound(t, crowd.said);
  }
  t.atLeast('slow ones ended', crowd.slow ? 1 : 0, 1);
  // The kernel and lighttpd take some MiB before there is no progress any more.
  if (crowd.slow) t.tell('it lived', Number(crowd.slow[1]) / 1000, 's');
  t.tell('p99 without it', p99.quiet, 'ms');
  t.cost('p99 of the others', p99.crowd, 1.5 * p99.quiet, 'ms');
});
