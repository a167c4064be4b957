// The load client tells what is wrong: a server that loses, doubles, swaps, forges, and breaks off, and
// each of it is counted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/harness.mjs';

const program = join(root, 'build', process.env.BUILD || 'release', 'load');
let dir;
before(() => { dir = mkdtempSync(join(tmpdir(), 'load-')); });
after(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the client against a server whose send(streams, block, k) delivers message k; what it printed. */
async function run({ send = (streams, block) => streams.forEach((s) => s.write(block)), open, people = '\t0\n\t0\n', args = [] }) {
  const streams = [];
  let k = 0;
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') {
      if (open?.(request, response, streams)) return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 50\nevent: ready\nid: 1.0\ndata: {}\n\n');
      streams.push(response);
      return;
    }
    let body = '';
    request.on('data', (d) => { body += d; }).on('end', () => {
      const { message, nonce } = JSON.parse(body);
      const id = k;
      k += 1;
      const event = (seq, room = '0') => `event: message\nid: 1.${seq}\ndata: {"id":"m${id}","message":"${message}","roomId":"${room}"}\n\n`;
      response.writeHead(201).end(JSON.stringify({ id: `m${id}`, nonce }));
      send(streams, event(id + 1), id, event);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const file = join(dir, 'people');
  writeFileSync(file, people);
  const child = spawn(program, ['--port', server.address().port, '--people', file, '--messages', '4', '--settle', '0.5',
    '--conns', '1', '--seconds', '10', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (d) => { text += d; });
  const [status] = await once(child, 'close');
  server.closeAllConnections();
  server.close();
  return { status, ...JSON.parse(text) };
}

test('all is well', async () => {
  const said = await run({ args: ['--ledger', join(dir, 'ledger'), '--log', join(dir, 'log')] });
  assert.equal(said.status, 0, JSON.stringify(said));
  assert.equal(said.ok, true);
  assert.equal(said.check.expected, 8);
  assert.equal(said.check.received, 8);
  assert.equal(said.check.holes, 0);
  assert.deepEqual(said.messages.statuses, { 201: 4 });
  const lines = readFileSync(join(dir, 'ledger'), 'utf8').trim().split('\n').map((line) => line.split(' '));
  assert.deepEqual(lines.map((l) => [l[2], l[5], l[6], l[7]]), [0, 1, 2, 3].map((i) => [`m${i}`, '2', '2', `1.${i + 1}`]));
  assert.match(readFileSync(join(dir, 'log'), 'utf8'), / 0 open \n[^]* 0 status 200\n/);
});

test('a byte at a time', async () => {
  const said = await run({ send: (streams, block) => { for (const s of streams) for (const c of block) s.write(c); } });
  assert.equal(said.ok, true, JSON.stringify(said));
});

test('a lost one', async () => {
  const said = await run({ send: (streams, block, k) => streams.forEach((s, i) => (i === 1 && k === 2 ? null : s.write(block))) });
  assert.equal(said.status, 1);
  assert.equal(said.check.missing, 1);
  assert.equal(said.check.holes, 1);
});

test('doubled, by the same cursor and by another', async () => {
  const raw = await run({ send: (streams, block) => streams.forEach((s) => s.write(block + block)) });
  assert.equal(raw.check.duplicates_raw, 8);
  assert.equal(raw.check.duplicates, 0);
  assert.equal(raw.ok, true);
  const twice = await run({ send: (streams, block, k, event) => streams.forEach((s) => s.write(event(2 * k + 1) + event(2 * k + 2))) });
  assert.equal(twice.check.duplicates, 8);
  assert.equal(twice.ok, false);
});

test('out of order, of another room, an id that is another\'s', async () => {
  const swapped = await run({ send: (streams, block, k, event) => streams.forEach((s) => s.write(event(10 - k))) });
  assert.equal(swapped.check.out_of_order, 6);
  const people = '\t0,1\n\t0\n';
  const foreign = await run({ people });
  assert.equal(foreign.check.foreign, 2);
  const wrong = await run({ send: (streams, block) => streams.forEach((s) => s.write(block.replace('"id":"m', '"id":"x'))) });
  assert.equal(wrong.messages.wrong_ids, 4);
  assert.equal(wrong.ok, false);
});

test('refused, of the wrong type, broken off; it comes back', async () => {
  let asked = 0;
  const said = await run({
    args: ['--hold', '0.2'],
    open: (request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else if (asked === 2) response.writeHead(200, { 'content-type': 'text/plain' }).end('x');
      else if (asked === 3) response.destroy();
      else return false;
      return true;
    },
    people: '\t0\n',
  });
  assert.deepEqual(said.streams.statuses, { 200: 2, 503: 1 });
  assert.equal(said.streams.bad_types, 1);
  assert.equal(said.ends.eof + said.ends.reset, 1);
  assert.equal(said.check.missing, 0);
  assert.equal(said.ok, false);
});

test('dropped at random, it says where it was', async () => {
  const since = [];
  const said = await run({
    args: ['--drop', '0.1-0.2', '--rate', '10', '--messages', '12'],
    open: (request, response, streams) => {
      since.push(request.headers['last-event-id']);
      response.on('close', () => streams.splice(streams.indexOf(response), 1));
      return false;
    },
  });
  assert.ok(said.ends.dropped >= 4, JSON.stringify(said.ends));
  assert.ok(since.slice(2).every((id) => /^1\.\d+$/.test(id)), since.join());
  assert.ok(said.check.missing > 0);
  assert.equal(said.back.count > 0, true);
});

test('other machines are not for it', async () => {
  const child = spawn(program, ['--host', '192.0.2.1', '--port', '80', '--people', '/dev/null'], { stdio: 'ignore' });
  const [status] = await once(child, 'close');
  assert.equal(status, 2);
});
