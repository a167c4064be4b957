// One Redis fails and its replica takes over, as Sentinel would have it: what the programs connect to is
// another server from one moment to the next. Here that is a link to a socket, which is set anew.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { start, until } from '../support/harness.mjs';

const point = (snug, socket) => {
  const link = join(snug.dir, 'primary.sock');
  symlinkSync(socket, `${link}.new`);
  renameSync(`${link}.new`, link);
  return link;
};

const cli = (socket, ...args) => execFileSync('redis-cli', ['-s', socket, ...args], { encoding: 'utf8' }).trim();

/** Replication speaks TCP: a port that was free a moment ago, and is taken at the first try or another. */
const listen = async (socket) => {
  for (;;) {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    if (cli(socket, 'config', 'set', 'port', String(port)) === 'OK') return String(port);
  }
};

class Replica {
  constructor(snug) {
    const dir = join(snug.dir, 'replica');
    mkdirSync(dir);
    this.socket = join(dir, 'redis.sock');
    this.server = spawn('redis-server', ['--port', '0', '--unixsocket', this.socket, '--dir', dir, '--appendonly', 'yes',
      '--save', '', '--repl-diskless-sync-delay', '0', '--logfile', join(dir, 'log')], { stdio: 'ignore' });
  }

  async follow(port) {
    await until(() => { try { return cli(this.socket, 'ping') === 'PONG'; } catch { return false; } }, 'the replica');
    cli(this.socket, 'replicaof', '127.0.0.1', port);
    await until(() => /master_link_status:up/.test(cli(this.socket, 'info', 'replication')), 'the replica to follow', 20000);
  }

  async stop() {
    this.server.kill('SIGTERM');
    if (this.server.exitCode === null) await once(this.server, 'exit');
  }
}

/** Sends until it is taken; one nonce, so that it is stored once. */
const insist = async (client, text, nonce) => {
  let answer;
  await until(async () => {
    answer = await client.post('api/messages/0', { message: text, nonce });
    return answer.status === 201;
  }, `somebody to take "${text}"`, 20000).catch((error) => { throw new Error(`${error.message}; last: ${answer?.status} ${answer?.text}`); });
  return answer.json;
};

const ways = {
  'the primary dies': (snug) => snug.killRedis(),
  'the primary is made a replica': (snug, replica) => listen(replica.socket)
    .then((port) => snug.redis('replicaof', '127.0.0.1', port)),
};

for (const [way, fail] of Object.entries(ways)) {
  test(`${way}: what was replicated is there, streams go on with what comes next`, async () => {
    const snug = await start({ redisSocket: (s) => point(s, s.socket) });
    const replica = new Replica(snug);
    try {
      await replica.follow(await listen(snug.socket));
      const pablo = await snug.client().login('Pablo');
      const mary = await snug.client().login('Mary');
      const stream = await mary.stream();
      const before = [];
      for (let i = 0; i < 20; i += 1) before.push(await insist(pablo, `before ${i}`, `b${i}`));
      assert.equal(snug.redis('wait', '1', '5000'), '1');

      cli(replica.socket, 'replicaof', 'no', 'one');
      point(snug, replica.socket);
      await fail(snug, replica);
      const after = [];
      for (let i = 0; i < 20; i += 1) after.push(await insist(pablo, `after ${i}`, `a${i}`));

      const sent = [...before, ...after].map(({ id }) => id);
      await stream.next('message', ({ id }) => id === sent.at(-1), 20000);
      const got = stream.events.filter(({ type }) => type === 'message').map(({ data }) => data.id);
      assert.deepEqual(got, sent);
      assert.equal(stream.ended, false);
      assert.ok(!stream.events.some(({ type }) => type === 'reset'), 'nothing was lost, and it was told to reload');

      const page = (await pablo.get('api/messages/0?limit=40')).json.messages.map(({ id }) => id);
      assert.deepEqual(page, sent);
      await until(() => cli(replica.socket, 'sismember', 'online_users', '3') === '1', 'Mary to be online');
      stream.close();
    } finally {
      await snug.stop();
      await replica.stop();
    }
  });
}
