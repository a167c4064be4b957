// Clients that go: with a FIN, a RST, an HTTP/2 reset, an HTTP/2 connection that closes; one that is frozen and
// whose beat is missed; those of a hub that is killed. Who went is offline for everybody; who comes back within
// the grace never was.
import { spawn } from 'node:child_process';
import http2 from 'node:http2';
import { pause, people, pidOf, prove, sessionKey, streams, until } from './rig.mjs';
import { Reader } from './sse.mjs';

const grace = 5; // seconds that a user stays online after the last stream

/** A stream over HTTP/2, for a web server where that is switched on. */
async function overHttp2(client) {
  const session = http2.connect(client.snug.url);
  session.on('error', () => {});
  const request = session.request({ ':path': '/api/events', cookie: client.cookie });
  request.on('error', () => {});
  let text = '';
  request.setEncoding('utf8').on('data', (some) => { text += some; });
  await until(() => text.includes('event: ready'), 'a stream over HTTP/2');
  return { session, request };
}

/** A curl that streams, and beats as a page does until it is frozen. */
async function frozen(client) {
  const curl = spawn('curl', ['-sN', '-H', `cookie: ${client.cookie}`, `${client.snug.url}api/events`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  curl.stdout.setEncoding('utf8').on('data', (some) => { text += some; });
  await until(() => text.includes('event: ready'), 'the stream of curl');
  const { stream } = JSON.parse(/^event: ready\n(?:id: .*\n)?data: (.*)$/m.exec(text)[1]);
  const beat = await client.post('api/events', { stream });
  if (beat.status >= 300) throw new Error(`the beat: ${beat.status} ${beat.text}`);
  curl.kill('SIGSTOP');
  return curl;
}

await prove({ number: 9, name: 'gone client', seconds: 300,
  peers: 'Mercure: who drops off Wi-Fi stays online (mercure#645, closed); Centrifugo: presence entries expire after a minute; Nchan: hooks when TCP tells' }, async (t) => {
  const snug = await t.world({ conf: 'server.feature-flags := ("server.h2proto" => "enable", "server.h2c" => "enable")' });
  const [watcher, fin, rst, reset, closed, quick, stuck, stays, ghost] = people(snug, 9);
  const heard = []; // { id, online, at }
  const observer = new Reader(watcher, { take: ({ type, data }) => {
    if (type === 'user.connected' || type === 'user.disconnected') heard.push({ id: data.id, online: type === 'user.connected', at: performance.now() });
  } });
  const opened = [observer];
  t.defer(() => opened.forEach((reader) => reader.close()));
  const reader = async (client, options) => {
    const it = new Reader(client, options);
    opened.push(it);
    await until(() => it.isLive, 'a stream');
    return it;
  };
  await until(() => observer.isLive, 'the observer');
  const count = () => heard.filter((h) => h.id === quick.id).length;
  const offline = (client) => heard.find((h) => h.id === client.id && !h.online);
  const noticed = [];
  const went = [];
  /** Something that is done to a client: how long until the hub has a stream less. */
  const leave = async (client, act) => {
    const before = await streams(snug);
    const at = performance.now();
    act();
    await until(async () => await streams(snug) < before, 'the hub to notice');
    noticed.push(performance.now() - at);
    went.push({ client, at });
  };
  const one = await reader(fin, { comeBack: false });
  await leave(fin, () => one.drop('fin'));
  const two = await reader(rst, { comeBack: false });
  await leave(rst, () => two.drop('rst'));
  const three = await overHttp2(reset);
  await leave(reset, () => three.request.close(http2.constants.NGHTTP2_CANCEL));
  three.session.destroy();
  const four = await overHttp2(closed);
  await leave(closed, () => four.session.destroy());

  const five = await reader(quick);
  await until(() => count() === 1, 'the one who comes back to be online');
  five.drop('fin');
  await until(() => five.ends === 1 && five.isLive, 'the way back', 6000);

  const announced = [];
  for (const { client, at } of went) {
    await until(() => offline(client), 'somebody to be offline', (grace + 5) * 1000);
    announced.push((offline(client).at - at) / 1000);
  }
  t.cost('noticed by the hub', Math.max(...noticed), 1000, 'ms');
  t.cost('offline for others', Math.max(...announced), grace + 1.5, 's');
  t.atMost('offline and online again of who was back in time', count() - 1, 0);
  if (!t.full) return;

  const six = await frozen(stuck);
  t.defer(() => six.kill('SIGKILL'));
  const frozenAt = performance.now();
  await until(() => offline(stuck), 'the frozen one to be offline', 100000);
  t.atMost('a frozen one offline', (offline(stuck).at - frozenAt) / 1000, 75 + grace + 2, 's');

  await reader(stays);
  const last = await reader(ghost, { comeBack: false });
  await until(() => heard.some((h) => h.id === ghost.id), 'them to be online');
  const killedAt = performance.now();
  process.kill(pidOf(snug, 'events.fcgi'), 'SIGKILL');
  await until(() => last.ends === 1, 'the streams to be cut');
  await until(() => snug.redis('SISMEMBER', 'online_users', ghost.id) === '0', 'no ghost', 60000);
  t.atMost('a ghost of a killed hub', (performance.now() - killedAt) / 1000, 60, 's');
  await pause(2000);
  t.atMost('online ones taken offline by it', heard.filter((h) => h.id === stays.id && !h.online).length, 0);
  if (snug.redis('SISMEMBER', 'online_users', stays.id) !== '1' || snug.redis('EXISTS', sessionKey(stays)) !== '1') throw new Error('who stayed is not online');
});
