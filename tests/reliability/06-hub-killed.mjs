// The hub is killed with -9, again and again, with two thousand streams on it. lighttpd starts it anew, and
// nobody who comes back sees anything but 200, or misses a message.
import { load, pause, people, pidOf, prove, sound, streams, until } from './rig.mjs';

await prove({ number: 6, name: 'hub killed', seconds: 400, peers: 'nobody publishes such a test' }, async (t) => {
  const count = t.size(2000, 200);
  const snug = await t.world({ fds: 8192 });
  const all = people(snug, count / 10);
  const run = load(t, snug, all, ['--streams', count, '--spread', t.size(5000, 500), '--rate', 10, '--publish', 380, '--settle', 15, '--seconds', 395]);
  await until(() => run.told.includes('sending'), 'the load', 30000);
  const kills = t.size(10, 1);
  for (let i = 0; i < kills; i += 1) {
    await pause(1000);
    const hub = pidOf(snug, 'events.fcgi');
    process.kill(hub, 'SIGKILL');
    await until(async () => { const now = pidOf(snug, 'events.fcgi'); return now && now !== hub && await streams(snug) >= count; }, 'all to be back', 20000);
  }
  await pause(1000);
  run.child.kill('SIGTERM');
  const said = await run.done;
  t.tell('kills', kills);
  t.tell('streams', count);
  sound(t, said);
  t.atLeast('ways back', said.back.count, kills * count);
  const p95 = said.back.p95_ms / 1000; // four are what they are told to wait
  if (t.full) t.cost('95 of 100 back', p95, 5, 's');
  else t.tell('95 of 100 back', p95, 's');
  t.cost('all back', said.back.max_ms / 1000, 15, 's');
});
