// Sixty cursors that cannot be right, some that can, each on a stream of its own: every one is answered by
// "reset" or by a clean replay within a second, then by what is live. None gets silence or an error.
import * as fcgi from './fcgi.mjs';
import { health, hubAnew, pause, people, prove, until } from './rig.mjs';
import { Parser, Reader } from './sse.mjs';

const header = (value) => ({ headers: { 'last-event-id': value } });
const query = (value, name = 'since') => ({ target: `api/events?${name}=${value}` });
const both = (a, b) => ({ target: `api/events?since=${b}`, headers: { 'last-event-id': a } });

/** What is asked for. good: a replay is the right answer; any: it is as good as "reset"; else only "reset" is. direct: past lighttpd. */
function variants({ trimmed, kept, end, foreign }) {
  const [epoch, seq] = end.split('.');
  const future = `${epoch}.${Number(seq) + 1000}`;
  const garbage = ['.', '-', '+', '*', '$', '0', '0.0', '0-0', '5', '5.', '.5', '5.5.5', '-1.5', `${epoch}.-1`, `-${epoch}.${seq}`, `+${epoch}.${seq}`,
    `${epoch}.${seq}x`, `x${epoch}.${seq}`, `${epoch}:${seq}`, `${epoch},${seq}`, `0x10.0x10`, '1e3.1e3', 'NaN.NaN', 'null', 'earliest', '{}',
    '9223372036854775807.9223372036854775807', '9223372036854775808.1', '18446744073709551615.18446744073709551615', '18446744073709551616.1', `${epoch}.18446744073709551616`,
    `${epoch}.${'9'.repeat(40)}`, `${Number(epoch) + 1}.${seq}`, `${Number(epoch) - 1}.${seq}`, `1.${seq}`, future, trimmed];
  const escaped = ['%20', '%2e', '%c3%a9', '%f0%9f%98%80', `${epoch}%2e${seq}%20`, '%27%20OR%201%3d1', '%3cscript%3e', 'a'.repeat(4096), '9'.repeat(4096)];
  return [
    ...garbage.map((value) => header(value)),
    ...escaped.map((value) => query(value)),
    query(future, 'last_event_id'), query('garbage', 'lastEventId'),
    header('a'.repeat(4096)), header('é'), both('garbage', end), both(trimmed, end), both(future, kept),
    { ...query('a%00b'), direct: 'since=a%00b' }, { ...header('a'), direct: '', extra: { HTTP_LAST_EVENT_ID: 'a\0b' } },
    { ...header('a'), direct: '', extra: { HTTP_LAST_EVENT_ID: '\u00ff\u2028' } }, { ...header('a'), direct: '', extra: { HTTP_LAST_EVENT_ID: 'x'.repeat(30000) } },
    { ...header(end), good: true }, { ...header(kept), good: true }, { ...header(foreign), good: true }, { ...query(kept), good: true },
    { ...both(kept, 'garbage'), good: true }, { ...query(''), any: true }, { ...header(''), good: true },
  ];
}

/** The same interface as a Reader's, on the hub's own socket. */
function direct(client, { direct: text, extra }) {
  const stream = { counts: {}, statuses: {}, messages: new Map(), close() { this.socket.destroy(); } };
  let head = '';
  const parser = new Parser({ event: ({ type, data }) => {
    stream.counts[type] = (stream.counts[type] ?? 0) + 1;
    if (type === 'message') stream.messages.set(data.id, data);
  } });
  stream.socket = fcgi.connect(client.snug).on('error', () => {});
  stream.socket.on('data', fcgi.reader((bytes) => {
    if (head !== undefined) {
      head += bytes.toString('latin1');
      const at = head.indexOf('\r\n\r\n');
      if (at < 0) return;
      stream.statuses[/^Status: (\d+)/m.exec(head)?.[1]] = 1;
      bytes = Buffer.from(head.slice(at + 4), 'latin1');
      head = undefined;
    }
    parser.feed(bytes);
  }));
  stream.socket.write(fcgi.request(client.cookie, text, extra));
  return stream;
}

async function within(ms, fn) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (fn()) return true;
    await pause(5);
  }
  return Boolean(fn());
}

/** Asks one; says what was wrong, or nothing. */
async function ask(client, writer, variant) {
  const stream = variant.direct === undefined ? new Reader(client, { ...variant, comeBack: false }) : direct(client, variant);
  const answered = () => (variant.good || variant.any ? stream.counts.ready : stream.counts.reset);
  const began = performance.now();
  const wasAnswered = await within(1000, answered);
  const took = performance.now() - began;
  const sent = await writer.post('api/messages/0', { message: 'live' });
  const isLive = sent.status === 201 && await within(1000, () => stream.messages.has(sent.json.id));
  stream.close();
  const status = Object.keys(stream.statuses).join();
  const doubted = variant.good && stream.counts.reset;
  const fault = !wasAnswered || !isLive || doubted || status !== '200' || stream.faults?.length;
  return { took, fault: fault && `${JSON.stringify(variant).slice(0, 120)}: status ${status}, ${JSON.stringify(stream.counts)}, live ${isLive}, ${stream.faults ?? ''}` };
}

/** Sends something; the cursor after it. */
async function mark(snug, writer, room) {
  const sent = await writer.post(`api/messages/${room}`, { message: 'a mark' });
  if (sent.status !== 201) throw new Error(`a send: ${sent.status} ${sent.text}`);
  return snug.redis('XREVRANGE', 'snug:events', '+', '-', 'COUNT', '1').split('\n')[0].replace('-', '.');
}

await prove({ number: 3, name: 'bad cursor', peers: 'Mercure stays silent for ever (mercure#704, open); Nchan goes on from the oldest it kept; Centrifugo tells, by a flag of its own protocol', seconds: 180 }, async (t) => {
  const snug = await t.world({ env: { SNUG_EVENT_LOG: '1000' } });
  const faults = [];
  const took = [];
  let asked = 0;
  // lost: cursors of before, which nothing can be said about any more.
  const round = async (writer, reader, lost) => {
    const cursorOf = (room) => mark(snug, writer, room);
    const trimmed = await cursorOf('0');
    await cursorOf('0');
    snug.redis('XTRIM', 'snug:events', 'MAXLEN', '1');
    await hubAnew(snug);
    const kept = await cursorOf('0');
    const foreign = await cursorOf(`1:${writer.id}`);
    const end = await cursorOf('0');
    for (const variant of [...variants({ trimmed, kept, end, foreign }), ...lost.map((cursor) => header(cursor))]) {
      const { took: ms, fault } = await ask(reader, writer, variant);
      asked += 1;
      took.push(ms);
      if (fault) faults.push(fault);
    }
    return [trimmed, kept, end];
  };
  people(snug, 1);
  let [writer, reader] = people(snug, 2);
  const lost = await round(writer, reader, []);
  if (t.full) {
    await snug.killRedis();
    await snug.startRedis();
    await until(async () => (await health(snug))?.status === 200, 'the hub to be back');
    lost.push(...await round(writer, reader, lost));
    snug.redis('FLUSHALL');
    people(snug, 1);
    [writer, reader] = people(snug, 2);
    await round(writer, reader, lost);
  }
  t.atLeast('cursors', asked, 60);
  t.atMost('silent or refused', faults.length, 0);
  t.cost('slowest answer', Math.max(...took), 1000, 'ms');
  if (faults.length) throw new Error(faults.slice(0, 8).join('\n  '));
});
