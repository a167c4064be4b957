// A thousand streams in one room, ten messages a second: ten thousand deliveries a second, and when the last of a
// thousand has its own. Then eight thousand people who lost their streams come back within ten seconds: what the
// messages of others wait for it, and that a crowd is not announced one by one.
import { load, people, prove, sound, streams, until } from './rig.mjs';
import { Reader } from './sse.mjs';

async function fanOut(t) {
  const snug = await t.world({ fds: 8192 });
  const count = t.size(1000, 300);
  const all = people(snug, count);
  const said = await load(t, snug, all, ['--spread', t.size(3000, 1000), '--hold', t.size(5, 2), '--rate', 10, '--size', 200,
    '--publish', t.size(60, 5), '--settle', 10, '--seconds', 120]).done;
  t.tell('streams', count);
  sound(t, said);
  t.tell('deliveries a second', said.rate.per_second);
  // How fast this is depends on the machine: the short form, which runs beside anything, only tells.
  const held = (what, value, bound) => (t.full ? t.cost(what, value, bound, 'ms') : t.tell(what, value, 'ms'));
  held('last receiver, p99', said.last_receiver.p99_ms, 100);
  held('longest', said.last_receiver.max_ms, 500);
}

async function returning(t) {
  const [count, within] = t.size([8000, 10], [1000, 1]); // streams, seconds
  const snug = await t.world({ fds: t.size(20000, 4096), env: { SNUG_MAX_STREAMS: '10000' } });
  const crowd = people(snug, count);
  const others = people(snug, 50, () => ['7']);
  const come = async () => {
    const run = load(t, snug, crowd, ['--spread', within * 1000, '--once', '--hold', 200, '--seconds', 210]);
    await until(() => run.told.includes(`up ${count}`), 'the crowd', 60000);
    return run;
  };
  const first = await come();
  first.child.kill('SIGTERM');
  await first.done;
  await until(async () => await streams(snug) === 0 && snug.redis('SCARD', 'online_users') === '0', 'all to be offline', 30000);
  const heard = new Reader(others[0], { comeBack: false });
  t.defer(() => heard.close());
  const talk = load(t, snug, others, ['--hold', 1, '--rate', 10, '--publish', within + 5, '--seconds', 120], () => ['7']);
  await until(() => talk.told.includes('sending') && heard.isLive, 'the others');
  const announced = () => heard.counts['user.connected'] ?? 0;
  const before = announced();
  const began = performance.now();
  const second = await come();
  t.tell('came back', count);
  t.tell('in', (performance.now() - began) / 1000, 's');
  const said = await talk.done;
  second.child.kill('SIGTERM');
  t.atMost('missing among them', said.check.missing + said.check.out_of_order + said.check.duplicates, 0);
  t.atMost('announced one by one', (100 * (announced() - before)) / count, 60, '%');
  t.atLeast('told in one', heard.counts.presence ?? 0, 1);
  const longest = said.latency.max_ms;
  if (t.full) t.cost('longest among them', longest, 1000, 'ms');
  else t.tell('longest among them', longest, 'ms');
}

await prove({ number: 12, name: 'fan-out', seconds: 300,
  peers: 'Centrifugo: 200 ms at the 99th of 100 with 12,500 deliveries a second and CPU, in its own words' }, async (t) => {
  await fanOut(t);
  await returning(t);
});
