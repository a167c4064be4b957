// Who is not in a room hears nothing of it, live or replayed, whatever cursor is shown; who has logged out hears
// nothing at all; another site's page gets no answer that it may read; and no log holds a token.
import http from 'node:http';
import { pause, people, prove, sessionKey, until } from './rig.mjs';
import { Reader } from './sse.mjs';

const ofRoom = (room) => (event) => event.data?.roomId === room || event.data?.id === room;

/** Opens a stream at a cursor, and reads until it has heard what is said after it was opened; say() gives its id. */
async function replay(client, cursor, say) {
  const events = [];
  const reader = new Reader(client, { since: cursor, comeBack: false, take: (event) => events.push(event) });
  await until(() => reader.isLive, 'a stream');
  const last = await say();
  await until(() => reader.messages.has(last), 'the end of the replay');
  reader.close();
  return events;
}

/** A request as a page of another origin makes it; the answer's headers. */
const foreign = (client, method, target) => new Promise((resolve, reject) => {
  const request = http.request({ host: '127.0.0.1', port: client.snug.port, method, path: `/${target}`, agent: false,
    headers: { cookie: client.cookie, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site', 'content-length': 0 } }, (answer) => {
    resolve({ status: answer.statusCode, headers: answer.headers });
    answer.destroy();
  });
  request.on('error', reject).end();
});

await prove({ number: 14, name: 'authorisation', seconds: 300,
  peers: 'Mercure re-checks at replay and ends a stream with its token; Nchan asks once, at the start; ntfy and Pushpin leave it to others' }, async (t) => {
  const snug = await t.world();
  const persons = people(snug, 7, (i) => (i < 2 || i === 3 ? ['7'] : []));
  const [writer, member, outsider, leaver, gone, expired, abroad] = persons;
  const tokens = persons.map((one) => one.cookie.split('=')[1]);
  const rooms = ['7', `${writer.id}:${member.id}`];
  const say = async (room, message) => {
    const answer = await writer.post(`api/messages/${room}`, { message });
    if (answer.status !== 201) throw new Error(`a send: ${answer.status} ${answer.text}`);
    return answer.json.id;
  };
  const leaked = [];
  const hears = (client) => new Reader(client, { comeBack: false, take: (event) => { if (rooms.some((r) => ofRoom(r)(event))) leaked.push([client.id, event]); } });
  const outside = hears(outsider);
  const inside = new Reader(member, { comeBack: false });
  t.defer(() => [outside, inside].forEach((reader) => reader.close()));
  await until(() => outside.isLive && inside.isLive, 'the streams');
  let secrets = 0;
  for (let i = 0; i < t.size(300, 60); i += 1) {
    const room = t.pick([...rooms, '0']);
    await say(room, `secret ${i}`);
    secrets += room === '0' ? 0 : 1;
  }
  const cursors = snug.redis('XRANGE', 'snug:events', '-', '+').split('\n').filter((line) => /^\d+-\d+$/.test(line)).map((id) => id.replace('-', '.'));
  snug.redis('SREM', `user:${leaver.id}:rooms`, '7');
  const last = await say('0', 'the last');
  await until(() => outside.messages.has(last) && inside.messages.has(last), 'the last message');
  const heard = [...inside.messages.values()].filter((m) => m.roomId !== '0').length;
  t.tell('secrets', secrets);
  t.atMost('heard live by a non-member', leaked.length, 0);
  t.atMost('not heard by a member', secrets - heard, 0);

  const forged = () => {
    const [epoch, seq] = t.pick(cursors).split('.');
    return t.pick([t.pick(cursors), t.pick(cursors), t.pick(cursors), `${epoch}.${Number(seq) + t.int(10)}`, `${epoch - t.int(3)}.${seq}`, `${epoch}.${t.int(2 ** 31)}`]);
  };
  let shown = 0;
  for (let i = 0; i < t.size(1000, 60); i += 1) {
    const client = t.pick([outsider, leaver]);
    const events = await replay(client, forged(), () => say('0', `after it ${i}`));
    shown += events.filter((event) => ofRoom('7')(event) || (client === outsider && ofRoom(rooms[1])(event))).length;
  }
  t.atMost('shown by forged cursors, or after leaving', shown, 0);
  for (const room of rooms) if ((await outsider.get(`api/messages/${room}`)).status !== 404) throw new Error(`${room} is there for an outsider`);

  const own = new Reader(gone, { comeBack: false });
  await until(() => own.isLive, 'a stream');
  const began = performance.now();
  await gone.send('DELETE', 'api/session');
  await until(() => own.ends, 'the end of the stream', 5000).catch(() => {});
  t.cost('a stream after logout', (performance.now() - began) / 1000, 2, 's');
  snug.redis('DEL', sessionKey(expired));
  const statuses = await Promise.all(['api/events', 'api/rooms'].map(async (target) => (await expired.get(target)).status));
  t.atMost('answers to an expired session that are not 401', statuses.filter((s) => s !== 401).length, 0);

  let allowed = 0;
  for (const [method, target] of [['GET', 'api/events'], ['GET', 'api/rooms'], ['OPTIONS', 'api/events'], ['POST', 'api/messages/0'], ['DELETE', 'api/session']]) {
    const { status, headers } = await foreign(abroad, method, target);
    if (Object.keys(headers).some((name) => name.startsWith('access-control-'))) allowed += 1;
    if (method !== 'GET' && status < 400) allowed += 1;
  }
  t.atMost('answers that another origin may use', allowed, 0);

  const password = 'a password that is nowhere';
  const person = snug.client();
  await person.post('api/users', { username: 'Somebody', password });
  await snug.client().post('api/session', { username: 'Somebody', password: `${password}!` });
  await pause(100);
  const texts = [password, ...tokens, person.cookie.split('=')[1]];
  t.atMost('tokens and passwords in logs', texts.filter((text) => snug.said().includes(text)).length, 0);
});
