// Messages made of everything that has ever broken a reader of streams: each is refused with the right code, or
// comes out of every reader as it went in, and nothing in it is taken for a field. The readers: our strict one;
// fetch with a parser that breaks lines wherever some library does; curl; Chromium's EventSource.
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';
import { people, prove, Publisher, until } from './rig.mjs';
import { Reader } from './sse.mjs';

const textMax = 8000; // bytes
const pieces = ['\r', '\n', '\r\n', '\n\n', '\u2028', '\u2029', '\u0085', '\0', '\ufeff', '\t', '\u001f', '\u007f', '\u009f', '\u00a0', '\ud7ff', '\ue000',
  '\uffff', '\u{10ffff}', 'é', '€', '😀', 'e\u0301', '\u202e', '\u200d', '"', '\\', '\\u0000', '</script>', '&lt;', '%0a', ': beat', 'data: {}', 'data:x', 'id: 1.1', 'id:',
  'event: message', 'event: bye\ndata: {"reason":"logout"}\n\n', 'retry: 1', '\nretry: 1\n', '\n\nevent: message\nid: 9.9\ndata: {"id":"1"}\n\n', ' ', '   '];
const broken = [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]].map((bytes) => Buffer.from(bytes));

/** The bytes of one message. */
function fuzzed(t) {
  const parts = [];
  const count = t.pick([0, 1, 2, 3, 5, 8, 20, 60]);
  for (let i = 0; i < count; i += 1) {
    const kind = t.rand();
    if (kind < 0.5) parts.push(Buffer.from(t.pick(pieces)));
    else if (kind < 0.9) parts.push(Buffer.from(String.fromCodePoint(...Array.from({ length: 1 + t.int(12) }, () => t.pick([97 + t.int(26), 32 + t.int(95), 0xa0 + t.int(0x700), 0x4e00 + t.int(0x1000)])))));
    else if (kind < 0.91) parts.push(t.pick(broken));
    else if (kind < 0.93) parts.push(Buffer.from(t.pick(['x', 'é', '€', '😀', '"']).repeat(t.int(1200))));
    else parts.push(Buffer.from(' '));
  }
  const all = Buffer.concat(parts);
  // One in a hundred is of the greatest size, or a byte above.
  return t.rand() < 0.01 ? Buffer.concat([all.filter((b) => b >= 0x20 && b < 0x7f), Buffer.alloc(textMax, 0x61)]).subarray(0, textMax + t.int(2)) : all;
}

/** The text; undefined where it is no UTF-8. */
const decoded = (bytes) => {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return undefined; }
};

const form = (bytes) => `message=${[...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`;

/** JSON where it can be, else a form, which carries any byte. */
const body = (bytes) => {
  const text = decoded(bytes);
  return text === undefined ? [form(bytes), 'application/x-www-form-urlencoded'] : [JSON.stringify({ message: text }), 'application/json'];
};

/** What docs/API.md promises of these bytes: the text, or the statuses that may refuse them. */
function promised(bytes) {
  const plain = Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const text = decoded(plain);
  const isBad = plain.length === 0 || text === undefined || /[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(text);
  const isLong = plain.length > textMax;
  return isBad || isLong ? { statuses: [...(isBad ? [400] : []), ...(isLong ? [413] : [])] } : { statuses: [201], text };
}

/** Lines end wherever any library ends them; what is no field that we send is a fault. */
class Loose {
  constructor() {
    this.rest = '';
    this.events = [];
    this.event = {};
    this.forged = 0;
  }

  feed(text) {
    const lines = (this.rest + text).split(/\r\n|[\n\r\v\f\x1c-\x1e\u0085\u2028\u2029]/);
    this.rest = lines.pop();
    for (const line of lines) {
      const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (line === '') {
        if (this.event.data !== undefined) this.events.push(this.event);
        this.event = {};
      } else if (['event', 'id', 'data', 'retry'].includes(name) && this.event[name] === undefined) this.event[name] = value;
      else if (name !== '') this.forged += 1;
    }
  }

  messages() { return this.events.filter((e) => e.event === 'message').map((e) => e.data); }
}

async function overFetch(client, loose, signal) {
  const answer = await fetch(`${client.snug.url}api/events`, { headers: { cookie: client.cookie }, signal });
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) loose.feed(text);
}

function overCurl(client, loose) {
  const curl = spawn('curl', ['-sN', '-H', `cookie: ${client.cookie}`, `${client.snug.url}api/events`], { stdio: ['ignore', 'pipe', 'ignore'] });
  curl.stdout.setEncoding('latin1').on('data', (text) => loose.feed(text));
  return curl;
}

/** Chromium's EventSource on an empty page of the same origin. */
async function overChromium(client) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ...(process.getuid() === 0 ? ['--no-sandbox'] : [])] });
  const context = await browser.newContext({ bypassCSP: true });
  const [name, value] = client.cookie.split('=');
  await context.addCookies([{ name, value, url: client.snug.url }]);
  const page = await context.newPage();
  await page.goto(`${client.snug.url}api/health`);
  await page.evaluate(() => new Promise((resolve) => {
    globalThis.got = [];
    const source = new EventSource('events');
    source.addEventListener('message', (event) => globalThis.got.push(event.data));
    source.addEventListener('ready', resolve);
  }));
  return { browser, count: () => page.evaluate(() => globalThis.got.length), messages: () => page.evaluate(() => globalThis.got) };
}

await prove({ number: 13, name: 'stream integrity', seconds: 240,
  peers: 'Nchan splits data at LF only, so that a CR in a message begins a line in the browser; Mercure refuses control characters in ids and types' }, async (t) => {
  const snug = await t.world();
  const [writer, ...clients] = people(snug, 5);
  const strict = new Reader(clients[0], { comeBack: false });
  const [loose, curled] = [new Loose(), new Loose()];
  const stop = new AbortController();
  overFetch(clients[1], loose, stop.signal).catch(() => {});
  const curl = overCurl(clients[2], curled);
  const browser = await overChromium(clients[3]);
  t.defer(async () => { strict.close(); stop.abort(); curl.kill(); await browser.browser.close(); });
  await until(() => strict.isLive && [loose, curled].every((one) => one.events.some((e) => e.event === 'ready')), 'the streams');

  const publisher = new Publisher([writer], { rate: 0 });
  const expected = new Map(); // id -> text
  const wanted = t.size(10000, 500);
  let tried = 0;
  let wrong = 0;
  const send = async () => {
    while (expected.size < wanted) {
      tried += 1;
      const bytes = fuzzed(t);
      const { statuses, text } = promised(bytes);
      const answer = await publisher.post(writer, 'api/messages/0', ...body(bytes));
      if (answer.status === 201) expected.set(answer.json.id, text);
      if (!statuses.includes(answer.status) || (answer.status === 201 && answer.json.message !== text)) wrong += 1;
    }
  };
  await Promise.all([send(), send(), send(), send()]);
  await publisher.stop();
  await until(async () => strict.messages.size >= expected.size && loose.messages().length >= expected.size && curled.messages().length >= expected.size
    && await browser.count() >= expected.size, 'every reader', 20000).catch(() => {});

  const differing = (texts) => texts.map((text) => JSON.parse(text)).filter((m) => expected.get(m.id) !== m.message).length + Math.abs(expected.size - texts.length);
  t.tell('sent', tried);
  t.atLeast('taken', expected.size, wanted);
  t.atMost('taken or refused against the rules', wrong, 0);
  t.atMost('differing at the strict reader', [...strict.messages.values()].filter((m) => expected.get(m.id) !== m.message).length + Math.abs(expected.size - strict.messages.size), 0);
  t.atMost('at fetch', differing(loose.messages()), 0);
  t.atMost('at curl', differing(curled.messages()), 0);
  t.atMost('at Chromium', differing(await browser.messages()), 0);
  t.atMost('forged fields', loose.forged + curled.forged, 0);
  t.atMost('faults on the wire', strict.faults.length, 0);
  if (strict.faults.length) throw new Error(strict.faults[0]);
});
