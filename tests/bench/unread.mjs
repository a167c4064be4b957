// What a list of rooms costs somebody who is in very many, with very much unread: how long GET /api/rooms takes, and the
// script in it, by how many rooms there are and how many messages they have. docs/BENCHMARKS.md has the figures.
//     node tests/bench/unread.mjs
import { execFileSync } from 'node:child_process';
import { start } from '../support/harness.mjs';
import { people } from '../support/people.mjs';

const second = 1790000000;

/** Fills public rooms of these ids with so many messages each, every tenth of which mentions user 1. */
function fill(snug, ids, messages) {
  const script = `local json = ',"from":"2","date":${second},"message":"How about lunch at one?","roomId":"'
    for room = ARGV[1], ARGV[2] do
      for i = ARGV[3], ARGV[4] do
        local id = string.format('%d.%06d', ${second} + math.floor(i / 1000), (i % 1000) * 1000)
        local mentions = i % 10 == 0 and ',"mentions":["1"]' or ''
        redis.call('ZADD', 'room:' .. room, id, '{"id":"' .. id .. '"' .. json .. room .. '"' .. mentions .. '}')
        if i % 10 == 0 then redis.call('ZADD', 'snug:room:' .. room .. ':mentions', 0, '1 ' .. id .. ' 2') end
      end
    end`;
  for (const room of ids) {
    for (let from = 0; from < messages; from += 100000) {
      snug.redis('EVAL', script, '0', room, room, String(from), String(Math.min(from + 100000, messages) - 1));
    }
  }
}

/** The median of so many requests, in ms; and of Redis' part in them. */
async function measure(snug, client, rounds = 21) {
  const took = [];
  snug.redis('CONFIG', 'RESETSTAT');
  let answer;
  for (let i = 0; i < rounds; i += 1) {
    const began = performance.now();
    answer = await client.get('api/rooms');
    took.push(performance.now() - began);
  }
  const stat = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(snug.redis('INFO', 'commandstats'));
  const { rooms } = answer.json;
  const sum = (name) => rooms.reduce((n, room) => n + (room[name] ?? 0), 0);
  return { ms: took.sort((a, b) => a - b)[rounds >> 1], redis: stat[2] / stat[1] / 1000, rooms: rooms.length, unread: sum('unread'), mentions: sum('mentions'), bytes: answer.text.length };
}

const snug = await start({ demo: false });
try {
  const ids = Array.from({ length: 1000 }, (_, i) => String(100 + i));
  const [me] = people(snug, 2, { rooms: () => ids });
  const client = Object.assign(snug.client(), { cookie: me.cookie });
  const table = [];
  const row = async (what) => { table.push({ what, ...await measure(snug, client) }); };
  await row('1,000 empty rooms');
  fill(snug, ids.slice(0, 1), 1000);
  await row('one of 1,000 messages');
  fill(snug, ids.slice(0, 1), 1000000);
  await row('one of 1,000,000 messages');
  fill(snug, ids.slice(1), 1000);
  await row('the others of 1,000 each');
  const read = ids.flatMap((id) => [id, `${second + 999999}.000000`]);
  execFileSync('redis-cli', ['-s', snug.socket, 'HSET', `snug:user:${me.id}:reads`, ...read]);
  await row('all read');
  for (const { what, ms, redis, rooms, unread, mentions, bytes } of table) {
    console.log(`${what.padEnd(28)} ${ms.toFixed(1).padStart(7)} ms, of it Redis ${redis.toFixed(1).padStart(6)} ms; ${rooms} rooms, ${unread} unread, ${mentions} mentions, ${bytes} bytes`);
  }
} finally {
  await snug.stop();
}
