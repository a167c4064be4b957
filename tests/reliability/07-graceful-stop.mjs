// A hub that is told to stop, with two thousand streams on it, ends them one by one over ten seconds, each with a word
// and a time to come back at; then the next hub is there, and they come back to it. lighttpd's log tells of the end
// of the hub, and of nothing else.
import { readFileSync } from 'node:fs';
import { load, people, pidOf, prove, refused, streams, until } from './rig.mjs';

/** The times to come back at that came with a "bye", of the load client's log. */
function retriesOf(log, began) {
  const last = new Map();
  const all = [];
  for (const [at, stream, what, detail] of readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split(' '))) {
    if (what === 'retry') last.set(stream, Number(detail));
    if (what === 'bye' && Number(at) >= began) all.push(last.get(stream));
  }
  return all;
}

const now = () => Number(process.hrtime.bigint()) / 1e6;

await prove({ number: 7, name: 'graceful stop', seconds: 120,
  peers: 'Mercure spreads ends over its streams\' ages and needs a stop-timeout of minutes; Centrifugo ends all within 30 s; ntfy at once' }, async (t) => {
  const count = t.size(2000, 300);
  const drain = t.size(10, 5); // seconds
  const snug = await t.world({ fds: 8192, env: { SNUG_DRAIN: String(drain) } });
  const all = people(snug, count / 10);
  const log = `${snug.dir}/streams.log`;
  const run = load(t, snug, all, ['--streams', count, '--spread', t.size(5000, 1000), '--hold', 100, '--seconds', 110, '--log', log]);
  await until(() => run.told.includes('up '), 'the streams', 30000);
  const hub = pidOf(snug, 'events.fcgi');
  const before = snug.said().length;
  const began = now();
  process.kill(hub, 'SIGTERM');
  await until(() => { try { process.kill(hub, 0); return false; } catch { return true; } }, 'the end of the hub', 15000).catch(() => {});
  const took = now() - began;
  await until(async () => await streams(snug) >= count, 'all to be back', 40000).catch(() => {});
  const back = await streams(snug);
  run.child.kill('SIGTERM');
  const said = await run.done;
  const retries = retriesOf(log, began);
  const lines = snug.said().slice(before).split('\n').filter((line) => line && !line.startsWith('ts='));
  // lighttpd closes the socket with the hub it started, says that the first who comes finds nobody, starts the next, and asks that.
  const isExit = (line) => /child exited: 0 /.test(line);
  const web = lines.filter((line) => !isExit(line));
  const first = web.findIndex((line) => /connect \S+events.sock-0: Connection refused/.test(line));
  if (first >= 0) web.splice(first, 1);
  t.tell('streams', count);
  t.atMost('ended without a word', count - said.ends.planned, 0);
  t.atMost('all ended', took / 1000, drain + 0.5, 's');
  t.atMost('ends in the fullest 100 ms', (100 * said.ends.per_100ms_max) / count, 5, '%');
  t.atMost('without a time to come back', count - retries.filter(Boolean).length, 0);
  t.atLeast('longest by shortest retry', Math.max(...retries) / Math.min(...retries), 2);
  t.atMost('ends of the hub in another way than one exit(0)', Math.abs(1 - lines.filter(isExit).length), 0);
  t.atMost('not back', count - back, 0);
  t.atMost('answers to streams but 200', refused(said), 0);
  t.atMost('errors in the log of lighttpd', web.length, 0);
  if (web.length) throw new Error(web.slice(0, 5).join('\n  '));
});
