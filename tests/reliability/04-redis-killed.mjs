// Redis is killed with -9, again and again, while messages are sent, and comes back from its append-only file. Now and
// then it is only stopped, until who asked has given up: then it does what it was asked all the same, and is asked once
// more. Senders repeat with their nonces. What was acknowledged is there, once, and was heard; what was heard is there.
//
// appendfsync is always. With everysec Redis writes before it answers, too, so that a kill takes nothing, unless its last
// fsync is still under way: then it answers first, for up to two seconds, and a test would hang on the disk's speed.
import { readFileSync } from 'node:fs';
import { load, pause, people, prove, sound, stored, until } from './rig.mjs';

const now = () => Number(process.hrtime.bigint()) / 1e6;

await prove({ number: 4, name: 'Redis killed', seconds: 400,
  peers: 'nobody on Redis promises that no acknowledged write is lost; Nchan has open reports of streams that stay deaf after a restart' }, async (t) => {
  const snug = await t.world({ fds: 2048, fsync: 'always' });
  const all = people(snug, t.size(100, 30));
  const kills = t.size(20, 2);
  const run = load(t, snug, all, ['--rate', 200, '--publish', 300, '--settle', 15, '--seconds', 380, '--ledger', `${snug.dir}/ledger`]);
  await until(() => run.told.includes('sending'), 'the load');
  const outages = []; // [from, to]
  const stops = t.size(5, 1);
  for (let i = 0; i < kills + stops; i += 1) {
    await pause(1000 + t.int(2000));
    const from = now();
    if (i % 5 === 0 && i / 5 < stops) {
      snug.redisServer.kill('SIGSTOP');
      await pause(1500); // longer than anybody waits for an answer
      snug.redisServer.kill('SIGCONT');
    } else {
      await snug.killRedis();
      // Now and then it is away so long that who tries ever less often would come late.
      await pause(i % 4 === 2 ? 3000 : t.int(1000));
      await snug.startRedis();
    }
    outages.push([from, now()]);
  }
  await pause(2000);
  run.child.kill('SIGTERM');
  const said = await run.done;
  const rows = readFileSync(`${snug.dir}/ledger`, 'utf8').trim().split('\n').map((line) => line.split(' '))
    .map(([, , id, status, , expected, received, , , acked, last]) => ({ id, status, expected, received, acked: Number(acked), last: Number(last) }));
  const ids = new Set(stored(snug, '0').map((m) => m.id));
  // From its acknowledgement until the last has heard it, without the time that Redis was away.
  const late = rows.map(({ acked, last }) => outages.reduce((ms, [from, to]) => ms - Math.max(0, Math.min(last, to) - Math.max(acked, from)), last - acked));
  t.tell('kills', kills);
  t.tell('stops', stops);
  t.tell('acknowledged', said.messages.acknowledged);
  t.tell('sent again', said.messages.repeats);
  t.atMost('acknowledged and not stored', rows.filter((r) => !ids.has(r.id)).length, 0);
  t.atMost('stored twice', ids.size - rows.length, 0);
  t.atMost('heard and not stored', said.messages.wrong_ids + said.check.others, 0);
  sound(t, said);
  t.cost('longest until all had heard, with Redis there', late.reduce((a, b) => Math.max(a, b), 0) / 1000, 3, 's');
});
