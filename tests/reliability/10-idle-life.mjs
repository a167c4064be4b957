// Three hundred streams on which nothing happens, behind lighttpd with a write-idle limit of a minute, for twenty
// minutes: none ends, and each gets its beat. In the short form the beat and the limit are shorter.
import { pause, people, prove, streams, until } from './rig.mjs';
import { Reader } from './sse.mjs';

await prove({ number: 10, name: 'idle life', seconds: 1500,
  peers: 'a beat every 40 s (Mercure), 25 s (Centrifugo), 45 s (ntfy), none unless asked for (Nchan)' }, async (t) => {
  const beat = t.size(15, 2); // seconds
  const slack = Math.max(1.25, beat / 5); // the hub looks once a second
  const snug = await t.world({ fds: 2048, env: { SNUG_HEARTBEAT: String(beat) },
    conf: `$HTTP["url"] =~ "^/api/events" { server.max-write-idle = ${4 * beat} }` });
  const readers = people(snug, t.size(60, 12)).flatMap((client) => Array.from({ length: 5 }, () => new Reader(client, { comeBack: false })));
  t.defer(() => readers.forEach((reader) => reader.close()));
  await until(() => readers.every((reader) => reader.isLive), 'the streams', 20000);
  await pause(1000); // all have heard who came
  for (const reader of readers) reader.beats.length = 0;
  await pause(t.size(20 * 60, 4 * beat + 1) * 1000);
  const gaps = readers.flatMap((r) => r.beats.slice(1).map((at, i) => (at - r.beats[i]) / 1000));
  t.tell('streams', await streams(snug));
  t.atMost('unplanned ends', readers.filter((r) => r.ends && !r.bye).length, 0);
  t.tell('planned ends', readers.filter((r) => r.ends && r.bye).length);
  t.atMost('without beats', readers.filter((r) => r.beats.length < 2).length, 0);
  t.atLeast('shortest time between beats', Math.min(...gaps), beat - slack, 's');
  t.cost('longest', Math.max(...gaps), beat + slack, 's');
  t.atMost('faults on the wire', readers.filter((r) => r.faults.length).length, 0);
});
