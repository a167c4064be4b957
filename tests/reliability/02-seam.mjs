// Streams that open at a cursor of a moment ago, while five hundred messages a second come: where what is replayed
// ends and what is live begins, nothing is missing and nothing is twice. Between rounds the hub is killed, so that some
// cursors are older than all that it remembers, and their events come from the log, while live ones wait.
import { hubAnew, load, pause, people, prove, until } from './rig.mjs';
import { Reader } from './sse.mjs';

const margin = 20; // events: as many are replayed at most, and live ones at least

const seqOf = (cursor) => Number(cursor.split('.')[1]);

/** Opens a stream at a cursor, and says whether the events after it came one by one, up to that number. */
async function isWhole(client, cursor, end) {
  const seqs = [];
  const reader = new Reader(client, { since: cursor, comeBack: false, take: ({ type, id }) => { if (id && type !== 'ready') seqs.push(seqOf(id)); } });
  await until(() => seqs.at(-1) >= end || reader.ends || reader.faults.length, 'the events of a stream', 30000).catch(() => {});
  reader.close();
  const first = seqOf(cursor) + 1;
  return seqs.at(-1) >= end && !reader.counts.reset && reader.faults.length === 0 && seqs.every((seq, i) => seq === first + i);
}

await prove({ number: 2, name: 'seam of replay and live', seconds: 300,
  peers: 'Mercure lost what came in between until 2019 (mercure#178) and queues it since; ntfy sends live and old ones in any order' }, async (t) => {
  const snug = await t.world({ fds: 4096 });
  const all = people(snug, 50);
  const newest = new Reader(all[0]);
  t.defer(() => newest.close());
  const run = load(t, snug, all.slice(1, 9), ['--streams', 1, '--rate', 500, '--publish', 280, '--seconds', 300]);
  await until(() => newest.messages.size > 100, 'messages');
  const [count, kills] = t.size([10000, 9], [500, 1]);
  const clients = all.slice(10);
  let opened = 0;
  let torn = 0;
  /** Opens a stream at this cursor, or at one of a moment ago. */
  const open = async (client, before) => {
    opened += 1;
    const [epoch, seq] = newest.cursor.split('.').map(Number);
    if (!await isWhole(client, before ?? `${epoch}.${seq - t.int(margin)}`, seq + margin)) torn += 1;
    await pause(t.int(4));
  };
  for (let round = 0; round <= kills; round += 1) {
    if (round > 0) {
      const before = newest.cursor;
      await hubAnew(snug);
      await until(() => newest.isLive, 'the way back');
      await Promise.all(clients.map((client) => open(client, before)));
    }
    const last = (count * (round + 1)) / (kills + 1);
    await Promise.all(clients.map(async (client) => { while (opened < last) await open(client); }));
  }
  run.child.kill('SIGTERM');
  const said = await run.done;
  t.tell('streams', opened);
  t.tell('of them from the log', kills * clients.length);
  t.atMost('with a hole, a double or a swap', torn, 0);
  t.tell('messages a second', said.messages.acknowledged / said.rate.seconds);
  t.atMost('faults of the one that stayed', newest.faults.length, 0);
});
