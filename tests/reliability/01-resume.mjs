// Streams that are dropped at random, with a FIN, a RST, or in the middle of what came, every one to five seconds,
// while messages are sent: whoever comes back goes on where it was.
import { load, people, prove, sound } from './rig.mjs';

await prove({ number: 1, name: 'resume without loss', seconds: 200,
  peers: 'the same, best effort, in Mercure and Nchan while the history holds; Centrifugo and ntfy give a browser that comes back no resume' }, async (t) => {
  const snug = await t.world({ fds: 2048 });
  const all = people(snug, t.size(200, 60), (i) => [String(1 + (i % 20))]);
  const run = load(t, snug, all, ['--rate', 200, '--publish', t.size(60, 5), '--drop', '1-5', '--retry-cap', 500, '--settle', 15, '--seconds', 150],
    (person) => person.rooms.slice(1));
  const said = await run.done;
  t.tell('drops', said.ends.dropped);
  sound(t, said);
  t.atMost('raw doubles', (100 * said.check.duplicates_raw) / said.check.received, 1, '%');
});
