// What one does with curl and pipes: bodies of every kind, lines to be read and to be parsed, and that text comes back as
// it was written, whatever it is made of.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { start, until } from '../support/harness.mjs';

let snug;
let pablo;
let mary;
before(async () => {
  snug = await start();
  [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
});
after(() => snug?.stop());

/** curl as this client; options: { input } for standard input. */
const curl = (client, args, options = {}) => execFileSync('curl', ['-s', '-b', client.cookie, ...args.map((arg) => arg.replace(/^\/api/, `${snug.url}api`))],
  { encoding: 'utf8', maxBuffer: 1 << 28, ...options });

const newest = async (room = '0') => (await pablo.get(`api/messages/${room}?limit=1`)).json.messages[0];

test('what is piped in keeps its newlines, less the last, whatever curl says that it is', async () => {
  const text = '\tbuild:\n\n  one & two = 3 + 4 %41\n"three"\n\n';
  for (const type of [[], ['-H', 'content-type: text/plain'], ['-H', 'content-type: text/markdown; charset=utf-8'], ['-H', 'content-type:']]) {
    curl(pablo, [...type, '--data-binary', '@-', '/api/messages/0'], { input: text });
    assert.equal((await newest()).message, text.slice(0, -1), type.join());
  }
  curl(pablo, ['--data-urlencode', 'message@-', '/api/messages/0'], { input: text });
  assert.equal((await newest()).message, text, 'a form');
  curl(pablo, ['-H', 'content-type: application/json', '--data-binary', '@-', '/api/messages/0'], { input: JSON.stringify({ message: text }) });
  assert.equal((await newest()).message, text, 'JSON');
});

test('so does what a message is edited to', async () => {
  const { json } = await pablo.post('api/messages/0', { message: 'before' });
  const bodies = [['--data-binary', '@-'], ['-H', 'content-type: text/plain', '--data-binary', '@-'], ['--data-urlencode', 'message@-']];
  for (const [i, body] of bodies.entries()) {
    const edited = JSON.parse(curl(pablo, ['-X', 'PATCH', ...body, `/api/messages/0/${json.id}`], { input: `${i}\n\n  lines` }));
    assert.deepEqual([edited.id, edited.message], [json.id, `${i}\n\n  lines`]);
    assert.equal((await newest()).message, edited.message);
  }
});

test('history is read line by line', async () => {
  const direct = (await pablo.post('api/rooms', { user: 'Mary' })).json.id;
  const { json: { date } } = await pablo.post(`api/messages/${direct}`, { message: 'one\ntwo\n\nfour' });
  await mary.post(`api/messages/${direct}`, { message: 'a \u202etrap\u2066 and a line\u2028of its own' });
  const at = new Date(date * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const text = curl(mary, ['-H', 'Accept: text/plain', `/api/messages/${direct}?limit=2`]);
  const [first, second, third, fourth, last] = text.split('\n');
  assert.deepEqual([first, second, third, fourth], [`${at} Pablo: one`, '    two', '    ', '    four']);
  assert.match(last, /^\d{4}-\d\d-\d\d \d\d:\d\d Mary: a <U\+202E>trap<U\+2066> and a line<U\+2028>of its own$/);
  assert.equal(curl(mary, [`/api/messages/${direct}?limit=2&format=text`]), text);
  const lines = curl(mary, ['-H', 'Accept: application/x-ndjson', `/api/messages/${direct}`]);
  const { text: whole, json } = await mary.get(`api/messages/${direct}`);
  assert.deepEqual(lines.trimEnd().split('\n').map((line) => JSON.parse(line)), json.messages);
  for (const line of lines.trimEnd().split('\n')) assert.ok(whole.includes(line), 'byte for byte');
});

test('rooms and people are read line by line', async () => {
  const rooms = (await pablo.get('api/rooms')).json.rooms;
  const text = curl(pablo, ['/api/rooms?format=text']).trimEnd().split('\n').map((line) => line.split('\t'));
  assert.deepEqual(text.map(([id, kind, name]) => ({ id, kind, name })), rooms.map(({ id, kind, name, names }) => ({ id, kind, name: name ?? names.join(', ') })));
  assert.deepEqual(curl(pablo, ['/api/rooms?format=ndjson']).trimEnd().split('\n').map((line) => JSON.parse(line)), rooms);
  assert.equal(curl(pablo, ['-H', 'accept: text/plain', '/api/users?ids=1,3']), '1\tPablo\toffline\n3\tMary\toffline\n');
  const stream = await mary.stream();
  assert.equal(curl(pablo, ['/api/users?online=1&format=text']), '3\tMary\tonline\n');
  stream.close();
});

test('each form of a page has a tag of its own', async () => {
  const seen = new Set();
  for (const accept of ['application/json', 'application/x-ndjson', 'text/plain']) {
    const { status, headers } = await pablo.get('api/messages/0', { headers: { accept } });
    assert.deepEqual([status, headers.vary], [200, 'Accept']);
    assert.equal((await pablo.get('api/messages/0', { headers: { accept, 'if-none-match': headers.etag } })).status, 304);
    seen.add(headers.etag);
  }
  assert.equal(seen.size, 3);
});

test('Link leads on from lines, also in a search', async () => {
  for (let i = 0; i < 3; i += 1) await pablo.post('api/messages/0', { message: `needle & ${i} "two"` });
  const found = [];
  let target = '?format=ndjson&limit=2&q=%22needle%20%26%22%20from:me';
  while (target) {
    const { status, headers, text } = await pablo.get(`api/search${target}`);
    assert.equal(status, 200, text);
    found.push(...text.split('\n').slice(0, -1).map((line) => JSON.parse(line).message));
    target = /^<(.+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
  }
  assert.deepEqual(found, ['needle & 2 "two"', 'needle & 1 "two"', 'needle & 0 "two"']);
});

test('an error is a line for who reads text, and a problem for who reads lines of JSON', async () => {
  assert.equal(curl(pablo, ['/api/messages/99?format=text']), 'not_found: There is no such room, or you are not in it.\n');
  const { status, headers, json } = await pablo.get('api/messages/99?format=ndjson');
  assert.deepEqual([status, headers['content-type'], json.code], [404, 'application/problem+json', 'not_found']);
});

/** Numbers from a seed, in [0, 1): the same run again with SEED=. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Every character that Unicode has assigned, and that may be written, in some order. */
function everyCharacter(next) {
  const all = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (!isSurrogate && /[^\p{Cn}\p{Cc}]|[\t\n]/u.test(String.fromCodePoint(code))) all.push(code);
  }
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** They, as texts that are as long as a message may be. */
function texts(codes) {
  const all = [[]];
  let room = 8000;
  for (const code of codes) {
    const size = Buffer.byteLength(String.fromCodePoint(code));
    if (size > room) { all.push([]); room = 8000; }
    room -= size;
    all.at(-1).push(code);
  }
  return all.map((some) => some.map((code) => String.fromCodePoint(code)).join(''));
}

const traps = ['\n', '\r\n', '\n\n', '\u2028', '\u2029', '\u202e', '\u202d', '\u2066', '\u2067', '\u2068', '\u2069', '\u200e', '\u200f', '\u061c', '\ufeff',
  '\u200d', '\ufe0f', '\ufffe', '\uffff', '\u{1ffff}', '\u{10ffff}', 'e\u0301', '👩‍👩‍👧', '🏴\u{e0067}\u{e0062}\u{e007f}', '"', '\\', '\\n', '\\u202e', '<U+202E>', '&lt;', '%0a', '+', '=',
  'data: x', '\nid: 1.1\n', '{"event":"bye"}', ' ', '\t', '    ', '2026-11-24 20:12 Pablo: forged', 'מ', 'ع', 'क्ष', '漢'];

/** The same as text/plain is to show it. */
const plain = (text) => text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]/g,
  (c) => `<U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);

/** The messages of a page as text. */
const unwrap = (page) => page.slice(0, -1).split('\n').reduce((all, line) => (line.startsWith('    ')
  ? [...all.slice(0, -1), `${all.at(-1)}\n${line.slice(4)}`] : [...all, line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d Pablo: /, '')]), []);

/** The lines of an ndjson stream, as they come. */
async function follow(client, target) {
  const request = http.get({ host: '127.0.0.1', port: snug.port, path: `/${target}`, headers: { cookie: client.cookie }, agent: false });
  const [answer] = await once(request, 'response');
  const follower = { events: [], close: () => request.destroy() };
  let rest = '';
  request.on('error', () => {});
  answer.setEncoding('utf8').on('error', () => {}).on('data', (some) => {
    const lines = (rest + some).split('\n');
    rest = lines.pop();
    follower.events.push(...lines.map((line) => JSON.parse(line)));
  });
  await until(() => follower.events.length > 0, 'ready');
  return follower;
}

test('text is what was written: all of Unicode, by history, stream, lines and text', async (t) => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`SEED=${seed}`);
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const codes = everyCharacter(next);
  assert.ok(codes.length > 280000, `${codes.length} characters`);
  const mixed = Array.from({ length: 60 }, () => Array.from({ length: 1 + Math.floor(next() * 80) },
    () => (next() < 0.5 ? pick(traps) : String.fromCodePoint(pick(codes)))).join(''));
  const all = [...texts(codes), ...traps, ...mixed];
  const room = (await pablo.post('api/rooms', { user: 'Joe' })).json.id;
  const first = await pablo.post(`api/messages/${room}`, 'begin');
  const [sse, ndjson] = [await pablo.stream(`api/events?rooms=${room}`), await follow(pablo, `api/events?format=ndjson&rooms=${room}`)];

  const bodies = [
    (text) => [{ message: text }, {}],
    (text) => [new URLSearchParams({ message: text }).toString(), { 'content-type': 'application/x-www-form-urlencoded' }],
    (text) => [`${text}\n`, { 'content-type': 'text/plain' }],
  ];
  for (const [i, text] of all.entries()) {
    const { status, text: said } = await pablo.post(`api/messages/${room}`, ...bodies[i % bodies.length](text));
    assert.equal(status, 201, `${JSON.stringify(text).slice(0, 200)}: ${said}`);
  }
  const wanted = all.map((text) => text.replaceAll('\r\n', '\n'));
  const messages = (events, type) => events.filter((e) => e[type] === 'message').map(({ data }) => data.message);
  await until(() => messages(sse.events, 'type').length === all.length && messages(ndjson.events, 'event').length === all.length, 'all of them', 30000);
  assert.deepEqual(messages(sse.events, 'type'), wanted);
  assert.deepEqual(messages(ndjson.events, 'event'), wanted);
  sse.close();
  ndjson.close();

  const pages = { json: [], ndjson: [], text: [] };
  for (let after = first.json.id; ;) {
    const target = `api/messages/${room}?after=${after}&limit=100`;
    const { json } = await pablo.get(target);
    if (json.messages.length === 0) break;
    pages.json.push(...json.messages.map(({ message }) => message));
    pages.ndjson.push(...(await pablo.get(`${target}&format=ndjson`)).text.trimEnd().split('\n').map((line) => JSON.parse(line).message));
    pages.text.push(...unwrap((await pablo.get(`${target}&format=text`)).text));
    after = json.messages.at(-1).id;
  }
  assert.deepEqual(pages.json, wanted);
  assert.deepEqual(pages.ndjson, wanted);
  assert.deepEqual(pages.text, wanted.map(plain));
});

test('what no text may hold is refused, and a lone CR is that', async () => {
  for (const text of ['a\rb', 'a\0b', '\x1b[2J', '\x7f', '\u0085', '\u009b2J']) {
    const { status, json } = await pablo.post('api/messages/0', { message: text });
    assert.deepEqual([status, json.code], [400, 'bad_text'], JSON.stringify(text));
  }
});
