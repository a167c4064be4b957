// A thousand streams in one room, ten messages a second: ten thousand deliveries a second, and when the last of a
// thousand has its own.
import { load, people, prove, sound } from './rig.mjs';

await prove({ number: 12, name: 'fan-out', seconds: 150,
  peers: 'Centrifugo: 200 ms at the 99th of 100 with 12,500 deliveries a second and CPU, in its own words' }, async (t) => {
  const snug = await t.world({ fds: 8192 });
  const count = t.size(1000, 300);
  const all = people(snug, count);
  const said = await load(t, snug, all, ['--streams', count, '--spread', t.size(3000, 1000), '--hold', t.size(5, 2), '--rate', 10, '--size', 200,
    '--publish', t.size(60, 5), '--settle', 10, '--seconds', 120]).done;
  t.tell('streams', count);
  sound(t, said);
  t.tell('deliveries a second', said.rate.per_second);
  // How fast this is depends on the machine: the short form, which runs beside anything, only tells.
  const hold = (what, value, bound) => (t.full && !t.isSanitized ? t.atMost(what, value, bound, 'ms') : t.tell(what, value, 'ms'));
  hold('last receiver, p99', said.last_receiver.p99_ms, 100);
  hold('longest', said.last_receiver.max_ms, 500);
});
