// A reader of streams that forgives nothing: what docs/API.md says of the bytes is held to the letter, and
// what it says of the order, the cursor and the way back is done as a page does it.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const types = new Set(['ready', 'message', 'message.edited', 'message.deleted', 'reaction', 'show.room', 'room.updated', 'room.left',
  'user.connected', 'user.disconnected', 'user.updated', 'read', 'typing', 'presence', 'reset', 'bye']);
const longest = 60 * 1024; // bytes of a line

/** Takes bytes; calls on.event({ type, id, data }), on.beat() and on.retry(ms). Throws at the first fault. */
export class Parser {
  constructor(on) {
    this.on = on;
    this.rest = '';
    this.block = {};
    this.bytes = 0;
  }

  feed(bytes) {
    this.bytes += bytes.length;
    const text = bytes.toString('latin1');
    const at = text.search(/[^\n\x20-\x7e]/);
    if (at >= 0) throw new Error(`a byte ${bytes[at]} on the stream`);
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    for (const line of lines) this.line(line);
    if (this.rest.length > longest) throw new Error('a line that is too long');
  }

  line(line) {
    if (line.length > longest) throw new Error('a line that is too long');
    if (line === '') this.end();
    else if (line.startsWith(':')) this.on.beat?.();
    else this.field(line);
  }

  field(line) {
    const order = ['retry', 'event', 'id', 'data'];
    const [, name, value] = /^(retry|event|id|data): (.*)$/.exec(line) ?? [];
    const rank = order.indexOf(name);
    if (rank < 0 || rank <= (this.block.rank ?? -1)) throw new Error(`a line "${line.slice(0, 80)}" out of its place`);
    this.block.rank = rank;
    this.block[name] = value;
  }

  end() {
    const { rank, retry, event, id, data } = this.block;
    this.block = {};
    if (rank === undefined) return; // the blank line after a comment
    if (retry !== undefined) {
      if (!/^\d+$/.test(retry)) throw new Error(`retry: ${retry}`);
      this.on.retry?.(Number(retry));
    }
    if (data === undefined && event === undefined && id === undefined) return;
    if (!types.has(event)) throw new Error(`an event of type ${event}`);
    if (data === undefined) throw new Error(`a ${event} without data`);
    if (id !== undefined && !/^\d+\.\d+$/.test(id)) throw new Error(`id: ${id}`);
    this.on.event?.({ type: event, id, data: JSON.parse(data) });
  }
}

const compare = (a, b) => {
  const [[ae, as], [be, bs]] = [a, b].map((c) => c.split('.').map(BigInt));
  return ae === be ? Number(as - bs) : Number(ae - be);
};

const score = (id) => { const [s, u] = id.split('.'); return BigInt(s) * 1000000n + BigInt(u ?? 0); };

/**
 * One person's stream for as long as the test runs: comes back after every end when it was told to, goes on
 * from its cursor, and after a "reset" does what a page does: rooms, the stream from their cursor, history.
 */
export class Reader {
  constructor(client, { target = 'api/events', since, headers = {}, comeBack = true, take = () => {} } = {}) {
    Object.assign(this, { client, target, headers, comeBack, take, cursor: since });
    this.messages = new Map(); // id -> the message
    this.newest = new Map(); // room -> id
    this.counts = {}; // events by type
    this.statuses = {};
    this.beats = [];
    this.faults = [];
    this.retries = [];
    this.doubles = 0;
    this.resets = 0;
    this.ends = 0;
    this.retry = 2000;
    this.isLive = false;
    this.running = true;
    this.run = this.loop();
  }

  async loop() {
    while (this.running) {
      await this.open().catch((error) => { if (this.running && error.message.startsWith('stream:')) this.faults.push(error.message); });
      this.isLive = false;
      if (!this.comeBack) return;
      if (this.running && !this.mustReload) await this.rest(this.retry);
      if (this.running && this.mustReload) await this.reload().catch(() => this.rest(500));
    }
  }

  /** Waits, or less when it is closed. */
  async rest(ms) {
    await Promise.race([pause(ms), new Promise((resolve) => { this.wake = resolve; })]);
  }

  open() {
    return new Promise((resolve, reject) => {
      const headers = { cookie: this.client.cookie, ...this.headers };
      if (this.cursor !== undefined) headers['last-event-id'] = this.cursor;
      this.isReady = false;
      this.last = undefined;
      const parser = new Parser({
        event: (event) => this.event(event),
        beat: () => this.beats.push(performance.now()),
        retry: (ms) => { this.retry = ms; this.retries.push(ms); },
      });
      this.request = http.get({ host: '127.0.0.1', port: this.client.snug.port, path: `/${this.target}`, headers, agent: false }, (answer) => {
        this.statuses[answer.statusCode] = (this.statuses[answer.statusCode] ?? 0) + 1;
        this.answer = answer;
        answer.on('data', (bytes) => {
          if (answer.statusCode !== 200) return;
          try { parser.feed(bytes); } catch (error) { this.request.destroy(new Error(`stream: ${error.message}`)); }
        });
        answer.on('error', reject);
        answer.on('close', () => { this.ends += 1; this.endedAt = performance.now(); resolve(); });
      });
      this.request.on('error', reject);
    });
  }

  event(event) {
    const { type, id, data } = event;
    this.counts[type] = (this.counts[type] ?? 0) + 1;
    if (!this.isReady) {
      if (type !== 'ready') throw new Error(`a ${type} before ready`);
      this.isReady = true;
      this.isLive = true;
      this.stream = data.stream;
      this.ready = data;
      this.readyAt = performance.now();
    }
    if (id !== undefined) this.number(id);
    if (type === 'message') this.message(data);
    if (type === 'bye') this.bye = data.reason;
    if (type === 'reset') {
      this.resets += 1;
      this.mustReload = this.comeBack;
      if (this.comeBack) this.request.destroy();
    }
    this.take(event, this);
  }

  /** On one stream the numbers ascend. */
  number(id) {
    if (this.last !== undefined && compare(id, this.last) <= 0) throw new Error(`${id} after ${this.last}`);
    this.last = id;
    this.cursor = id;
  }

  message(data) {
    if (this.messages.has(data.id)) {
      this.doubles += 1;
      return;
    }
    const newest = this.newest.get(data.roomId);
    if (newest !== undefined && score(data.id) <= score(newest)) throw new Error(`message ${data.id} after ${newest} in ${data.roomId}`);
    this.newest.set(data.roomId, data.id);
    this.messages.set(data.id, { ...data, at: performance.now() });
  }

  /** What a page does when it is told that something cannot be continued. */
  async reload() {
    const rooms = await this.client.get('api/rooms');
    if (rooms.status !== 200) { await this.rest(200); return; }
    this.cursor = rooms.json.cursor;
    for (const { id } of rooms.json.rooms) await this.history(id);
    this.mustReload = false;
  }

  async history(room) {
    for (let more = true; more;) {
      const page = await this.client.get(`api/messages/${room}?limit=200&after=${this.newest.get(room) ?? '1.000000'}`);
      if (page.status !== 200) throw new Error(`history: ${page.status}`);
      for (const message of page.json.messages) if (!this.messages.has(message.id)) this.message(message);
      more = page.json.more;
    }
  }

  close() {
    this.running = false;
    this.request?.destroy();
    this.wake?.();
  }

  /** Loses its connection as a network does: with a FIN, or with a RST. */
  drop(how = 'fin') {
    const { socket } = this.request ?? {};
    if (how === 'rst') socket?.resetAndDestroy();
    else socket?.destroy();
  }
}
