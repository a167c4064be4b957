// Idle streams, as many as 20,000 descriptors carry, all closed again, three times: what each costs the hub and
// lighttpd, and that nothing is left of them.
import { load, pause, people, pidOf, prove, streams, until, usage } from './rig.mjs';

await prove({ number: 11, name: 'memory and descriptors', seconds: 400,
  peers: 'Mercure about 10 KB a stream, Centrifuge about 30 KB; mercure#1136 (open) tells of 115,000 descriptors for 3,000 clients' }, async (t) => {
  const count = t.size(8900, 500);
  const snug = await t.world({ fds: 20000, env: { SNUG_MAX_STREAMS: '10000', SNUG_LOG_LEVEL: 'warn' } });
  const all = people(snug, Math.ceil(count / 10));
  const hub = pidOf(snug, 'events.fcgi');
  const look = () => ({ hub: usage(hub), web: usage(snug.web.pid) });
  const base = look();
  const peaks = [];
  const left = [];
  for (let round = 0; round < 3; round += 1) {
    const run = load(t, snug, all, ['--streams', count, '--spread', t.size(10000, 1000), '--once', '--hold', 120, '--seconds', 130]);
    await until(() => run.told.includes(`up ${count}`), 'the streams', 60000);
    await pause(t.size(5000, 1000));
    peaks.push(look());
    run.child.kill('SIGTERM');
    const said = await run.done;
    if (said.streams.up < count) throw new Error(`${said.streams.up} of ${count} streams`);
    await until(async () => await streams(snug) === 0 && usage(snug.web.pid).fds <= base.web.fds + 5, 'all to be closed', 20000).catch(() => {});
    left.push(Math.max(usage(hub).fds - base.hub.fds, usage(snug.web.pid).fds - base.web.fds));
  }
  const each = (part) => (peaks[0][part].kib - base[part].kib) / count;
  const growth = (part) => (100 * (peaks[2][part].kib - peaks[0][part].kib)) / peaks[0][part].kib;
  t.tell('streams', count);
  t.cost('hub, of each stream', each('hub'), 6, 'KiB');
  t.cost('lighttpd', each('web'), 7, 'KiB');
  t.tell('together', each('hub') + each('web'), 'KiB');
  t.cost('third peak above the first', Math.max(growth('hub'), growth('web')), 5, '%');
  t.atMost('descriptors left', Math.max(...left), 5);
});
