// Streams that open at a cursor of a moment ago, while five hundred messages a second come: where what is replayed
// ends and what is live begins, nothing is missing and nothing is twice.
import { load, pause, people, prove, until } from './rig.mjs';
import { Reader } from './sse.mjs';

const wanted = 20; // events that each stream takes

/** Opens a stream at a cursor, and says whether the events after it came one by one. */
async function isWhole(client, cursor) {
  const seqs = [];
  const reader = new Reader(client, { since: cursor, comeBack: false, take: ({ type, id }) => { if (id && type !== 'ready') seqs.push(Number(id.split('.')[1])); } });
  await until(() => seqs.length >= wanted || reader.ends || reader.faults.length, 'the events of a stream', 10000).catch(() => {});
  reader.close();
  const first = Number(cursor.split('.')[1]) + 1;
  return seqs.length >= wanted && !reader.counts.reset && reader.faults.length === 0 && seqs.slice(0, wanted).every((seq, i) => seq === first + i);
}

await prove({ number: 2, name: 'seam of replay and live', seconds: 300,
  peers: 'Mercure lost what came in between until 2019 (mercure#178) and queues it since; ntfy sends live and old ones in any order' }, async (t) => {
  const snug = await t.world({ fds: 4096 });
  const all = people(snug, 50);
  const newest = new Reader(all[0]);
  t.defer(() => newest.close());
  const run = load(t, snug, all.slice(1, 9), ['--streams', 1, '--rate', 500, '--publish', 280, '--seconds', 300]);
  await until(() => newest.messages.size > 100, 'messages', 10000);
  let opened = 0;
  let torn = 0;
  const count = t.size(10000, 500);
  const open = async (client) => {
    while (opened < count) {
      opened += 1;
      const [epoch, seq] = newest.cursor.split('.');
      if (!await isWhole(client, `${epoch}.${Number(seq) - t.int(wanted)}`)) torn += 1;
      await pause(t.int(4));
    }
  };
  await Promise.all(all.slice(10).map(open));
  run.child.kill('SIGTERM');
  const said = await run.done;
  t.tell('streams', opened);
  t.atMost('with a hole, a double or a swap', torn, 0);
  t.tell('messages a second', said.messages.acknowledged / said.rate.seconds);
  t.atMost('faults of the one that stayed', newest.faults.length, 0);
});
