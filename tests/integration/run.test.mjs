// `make run`, as far as it is contrib/run.sh: it comes up, its words are true, and it goes as a whole.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, until } from '../support/harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'snug-run-'));
let run;
let said = '';

/** A port that is free now; run.sh says so where somebody else was quicker. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The processes that know the folder, by their arguments or their environment. */
function processes() {
  const reads = (file) => {
    try { return readFileSync(file, 'utf8'); } catch { return ''; } // it has ended, or is not ours
  };
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)
    && ['cmdline', 'environ'].some((file) => reads(`/proc/${pid}/${file}`).includes(folder)));
}

/** Starts it on such a port; false where that was taken meanwhile. */
async function starts() {
  const env = { PATH: process.env.PATH, PORT: String(await freePort()), VAR: folder, BUILD: process.env.BUILD || 'release', SNUG_ARGON2_KIB: '1024' };
  said = '';
  run = spawn('bash', [join(root, 'contrib/run.sh')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text; });
  await until(() => said.includes('/bin/snug ') || run.exitCode !== null, 'the last line', 60000);
  return run.exitCode === null;
}

before(async () => {
  for (let tries = 0; tries < 3; tries += 1) if (await starts()) return;
  throw new Error(said);
});
after(async () => {
  if (run?.exitCode === null) {
    run.kill('SIGTERM');
    await once(run, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the curl lines that it prints work, one after the other', () => {
  const lines = said.split('\n').filter((line) => /^ {2}curl .*api\/(session|messages)/.test(line));
  assert.equal(lines.length, 2);
  const shown = lines.map((line) => JSON.parse(execFileSync('bash', ['-c', line], { cwd: folder, stdio: 'pipe' })));
  assert.equal(shown[0].username, 'Pablo');
  assert.equal(shown[1].message, 'hello');
});

test('the line for the shell makes an admin, and leads to a Redis that is in order', () => {
  const line = said.split('\n').find((text) => text.endsWith('/bin/snug user admin Pablo'));
  assert.ok(line, said);
  assert.match(execFileSync('bash', ['-c', line], { encoding: 'utf8', stdio: 'pipe' }), /^Pablo \(1\) is an admin\.\n$/);
  const check = line.replace(/user admin Pablo$/, 'check --json');
  const { checks } = JSON.parse(execFileSync('bash', ['-c', check], { encoding: 'utf8', stdio: 'pipe' }));
  for (const name of ['redis', 'persistence', 'memory', 'admins', 'slots', 'programs']) {
    assert.equal(checks.find((one) => one.name === name).state, 'ok', name);
  }
});

test('SIGTERM ends all of it', async () => {
  assert.ok(processes().length >= 10); // the script, lighttpd, redis-server, and the programs
  const ended = once(run, 'exit');
  run.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(processes(), []);
});
