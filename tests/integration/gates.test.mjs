// What stands before an account: throttles, few hashes at a time, and that nobody learns which names there are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { root, start } from '../support/harness.mjs';
import { command } from '../support/shell.mjs';

const unlimited = { SNUG_LOGIN_LIMIT: '0', SNUG_LOGIN_ADDRESS_LIMIT: '0', SNUG_LOGIN_NAME_LIMIT: '0', SNUG_REGISTER_LIMIT: '0', SNUG_SEND_LIMIT: '1000000' };
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const ms = (n) => `${n.toFixed(1)} ms`;
const mib = (bytes) => `${(bytes / 1048576).toFixed(1)} MiB`;

async function withSnug(options, body) {
  const snug = await start(options);
  try { await body(snug); } finally { await snug.stop(); }
}

test('by default the eleventh guess waits, whatever it is, and the log says so without what was typed', async () => {
  await withSnug({ throttles: true }, async (snug) => {
    const pablo = await snug.client().login('Pablo');
    const guess = (username, password) => snug.client().post('api/session', { username, password });
    for (let i = 0; i < 10; i += 1) assert.equal((await guess('pablo', `guess number ${i}`)).status, 401);
    for (const password of ['guess number 10', 'password123']) {
      const refused = await guess('Pablo', password);
      assert.equal(refused.status, 429);
      assert.equal(refused.json.code, 'rate_limited');
      assert.match(refused.headers['retry-after'], /^([1-9]|[1-5]\d|60)$/);
      assert.equal(refused.headers['ratelimit-policy'], '"login";q=10;w=600');
      assert.match(refused.headers.ratelimit, /^"login";r=0;t=\d+$/);
      assert.equal(refused.headers['set-cookie'], undefined);
    }
    assert.equal((await guess('a secret typed as a name', 'guess number 11')).status, 401);
    assert.equal((await guess('Mary', 'password123')).status, 200);
    assert.equal((await pablo.get('api/session')).status, 200);
    assert.equal((await pablo.post('api/messages/0', { message: 'still here' })).status, 201);

    const said = snug.said();
    assert.match(said, /event=login_failed [^\n]*user=1 address=127\.0\.0\.1/);
    assert.match(said, /event=login_failed [^\n]*user=- address=127\.0\.0\.1/);
    assert.match(said, /event=throttled [^\n]*limit=login user=- address=127\.0\.0\.1/);
    assert.match(said, /event=login [^\n]*user=3 address=127\.0\.0\.1/);
    assert.doesNotMatch(said, /guess number|password123|secret typed/);
    assert.doesNotMatch(snug.redis('KEYS', '*'), /secret typed/);
  });
});

/** How far from chance the order of a and b is, in standard deviations (Mann-Whitney U). */
function rankTest(a, b) {
  const all = [...a.map((value) => ({ value, a: true })), ...b.map((value) => ({ value, a: false }))]
    .sort((x, y) => x.value - y.value);
  let ranks = 0;
  all.forEach((one, i) => { if (one.a) ranks += i + 1; });
  const u = ranks - (a.length * (a.length + 1)) / 2;
  return (u - (a.length * b.length) / 2) / Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
}

test('how long a failed login takes tells neither whether the name is known nor that somebody is kept out', async (t) => {
  await withSnug({ throttles: true, env: unlimited }, async (snug) => {
    for (const username of ['Somebody', 'Expelled']) {
      assert.equal((await snug.client().post('api/users', { username, password: 'a long password' })).status, 201);
    }
    assert.equal((await command(snug, ['user', 'deactivate', 'Expelled'])).status, 0);
    const times = { known: [], unknown: [], expelled: [] };
    const attempt = async (kind, username) => {
      const began = process.hrtime.bigint();
      const { status } = await snug.client().post('api/session', { username, password: 'another password' });
      times[kind].push(Number(process.hrtime.bigint() - began) / 1e6);
      assert.equal(status, 401);
    };
    const names = (i) => [['known', 'Somebody'], ['unknown', `Nobody${i % 10}${i % 7}`], ['expelled', 'Expelled']];
    for (let i = 0; i < 7; i += 1) for (const [kind, name] of names(i)) await attempt(kind, name);
    for (const list of Object.values(times)) list.length = 0;
    for (let i = 0; i < 200; i += 1) {
      const turn = names(i).map((one) => ({ one, at: Math.random() })).sort((a, b) => a.at - b.at);
      for (const { one: [kind, name] } of turn) await attempt(kind, name);
    }
    for (const kind of ['unknown', 'expelled']) {
      const z = rankTest(times.known, times[kind]);
      t.diagnostic(`200 tries each: known ${ms(median(times.known))}, ${kind} ${ms(median(times[kind]))}, z ${z.toFixed(2)}`);
      assert.ok(Math.abs(z) < 4, `${kind}: the ranks are ${z.toFixed(1)} standard deviations from chance`); // by chance once in 16,000 runs
    }
  });
});

test('twelve who register one name at once are one user', async () => {
  await withSnug({ throttles: true, env: { ...unlimited, SNUG_HASH_SLOTS: '0' } }, async (snug) => {
    await snug.client().login('Pablo');
    const before = Number(snug.redis('GET', 'total_users'));
    const names = Array.from({ length: 12 }, (_, i) => (i % 2 ? 'Twelve' : 'tWELVE'));
    const answers = await Promise.all(names.map((username) => snug.client().post('api/users', { username, password: 'a long password' })));
    const made = answers.filter((a) => a.status === 201);
    assert.equal(made.length, 1);
    assert.equal(answers.filter((a) => a.status === 409 && a.json.code === 'name_taken').length, 11);
    assert.equal(Number(snug.redis('GET', 'total_users')), before + 1);
    assert.equal(snug.redis('HGET', 'snug:names', 'twelve'), made[0].json.id);
  });
});

/** n logins that are all sent at once, from a thread of their own; how many had which status. */
function storm(snug, n) {
  const worker = new Worker(`
    const http = require('node:http');
    const { workerData: { port, n }, parentPort } = require('node:worker_threads');
    const counts = { right: {}, wrong: {} };
    let open = n;
    const count = (kind, what) => {
      counts[kind][what] = (counts[kind][what] ?? 0) + 1;
      open -= 1;
      if (open === 0) parentPort.postMessage(counts);
    };
    for (let i = 0; i < n; i += 1) {
      const kind = i % 2 ? 'right' : 'wrong';
      const body = JSON.stringify({ username: 'Storm', password: kind === 'right' ? 'a long password' : 'another password' });
      const request = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/api/session', agent: false,
        headers: { 'content-type': 'application/json', 'content-length': body.length } }, (answer) => {
        answer.resume();
        answer.on('end', () => count(kind, answer.statusCode));
      });
      request.on('error', (error) => count(kind, error.code));
      request.end(body);
    }`, { eval: true, workerData: { port: snug.port, n } });
  return new Promise((resolve, reject) => { worker.on('message', resolve).on('error', reject); });
}

/** Resident bytes of processes, together. */
const resident = (pids) => pids.reduce((sum, pid) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), 0);

test('a thousand logins at once hold up neither messages nor the session, nor do they take the memory', async (t) => {
  const hash = 19456 * 1024;
  const slots = 2;
  const slack = (process.env.BUILD === 'asan' ? 160 : 12) * 1048576;
  await withSnug({ throttles: true, fds: 8192, env: { ...unlimited, SNUG_ARGON2_KIB: '19456', SNUG_ARGON2_OPS: '1' } }, async (snug) => {
    await snug.client().post('api/users', { username: 'Storm', password: 'a long password' });
    const pablo = await snug.client().login('Pablo');
    const programs = snug.processes('accounts.fcgi');
    let most = 0;
    const measure = async (until) => {
      const took = { message: [], session: [] };
      while (!until(took)) {
        for (const [kind, ask, status] of [['message', () => pablo.post('api/messages/0', { message: 'hello' }), 201], ['session', () => pablo.get('api/session'), 200]]) {
          const began = performance.now();
          assert.equal((await ask()).status, status);
          took[kind].push(performance.now() - began);
        }
        most = Math.max(most, resident(programs));
      }
      return { message: median(took.message), session: median(took.session), n: took.message.length };
    };
    await measure((took) => took.message.length >= 50);
    const calm = await measure((took) => took.message.length >= 200);
    const before = resident(programs);
    let counts;
    most = 0;
    const answered = storm(snug, 1000).then((all) => { counts = all; });
    const during = await measure(() => counts);
    await answered;
    const after = resident(programs);

    t.diagnostic(`answers: ${JSON.stringify(counts)}`);
    t.diagnostic(`a message takes ${ms(calm.message)}, during the storm ${ms(during.message)}; GET api/session ${ms(calm.session)}, ${ms(during.session)} (${during.n} of each)`);
    t.diagnostic(`accounts.fcgi together: ${mib(before)} before, at most ${mib(most)}, ${mib(after)} after`);
    const { right, wrong } = counts;
    assert.equal((right[200] ?? 0) + (right[429] ?? 0), 500, 'the right password is let in, or told to come back');
    assert.equal((wrong[401] ?? 0) + (wrong[429] ?? 0), 500, 'a wrong one is refused, or told to come back');
    assert.ok(right[200] > 0 && wrong[401] > 0 && right[429] + wrong[429] > 0);
    assert.ok(during.n >= 20, 'there was a storm to measure in');
    assert.ok(most < before + slots * hash + slack, 'only as many hash as there are slots');
    assert.ok(after < before + slack, 'the memory of a hash is given back');
    assert.ok(during.message < 10 * calm.message, 'messages go on');
    assert.ok(during.session < 20 * calm.session, 'so does the session');
  });
});

test('as plain CGI, where each login is a process, the slots are as few', async () => {
  await withSnug({ throttles: true, env: { ...unlimited, SNUG_HASH_SLOTS: '1', SNUG_ARGON2_OPS: '16', SNUG_ARGON2_KIB: '65536' } }, async (snug) => {
    const body = JSON.stringify({ username: 'Pablo', password: 'password123' });
    const run = () => new Promise((resolve) => {
      const child = spawn(join(root, 'build', snug.build, 'bin/accounts.fcgi'), {
        env: {
          ...snug.environment(), GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'POST', SCRIPT_NAME: '/cgi-bin/session', PATH_INFO: '',
          CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(body.length), REMOTE_ADDR: '192.0.2.7',
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      let out = '';
      child.stdout.on('data', (some) => { out += some; });
      child.on('close', () => resolve({ status: Number(/^Status: (\d+)/.exec(out)?.[1]), out }));
      child.stdin.end(body);
    });
    const answers = await Promise.all(Array.from({ length: 8 }, run));
    const busy = answers.filter((a) => a.status === 429);
    assert.equal(answers.filter((a) => a.status === 200).length + busy.length, 8);
    assert.ok(busy.length > 0 && busy.length < 8, `${busy.length} of 8 were told to come back`);
    for (const { out } of busy) {
      assert.match(out, /^Retry-After: 1\r$/m);
      assert.match(out, /"code":"busy"/);
    }
  });
});
