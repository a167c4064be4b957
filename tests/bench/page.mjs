// What a page of history costs, wherever in a room it is: a room of a million messages, next to one of as many as the
// page has, and to an empty one. docs/BENCHMARKS.md has the figures.
//     node tests/bench/page.mjs
import { start } from '../support/harness.mjs';
import { people } from '../support/people.mjs';

const second = 1790000000;
const size = 50;
const rounds = 201;
const millions = 1000000;
const idOf = (i) => `${second + Math.floor(i / 1000)}.${String((i % 1000) * 1000).padStart(6, '0')}`;

/** Fills a public room with so many messages. */
function fill(snug, room, messages) {
  const script = `local json = ',"from":"1","date":${second},"message":"How about lunch at one?","roomId":"' .. ARGV[1] .. '"}'
    for i = ARGV[2], ARGV[3] do
      local id = string.format('%d.%06d', ${second} + math.floor(i / 1000), (i % 1000) * 1000)
      redis.call('ZADD', 'room:' .. ARGV[1], id, '{"id":"' .. id .. '"' .. json)
    end`;
  for (let from = 0; from < messages; from += 100000) {
    snug.redis('EVAL', script, '0', room, String(from), String(Math.min(from + 100000, messages) - 1));
  }
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

const snug = await start({ demo: false });
try {
  const [empty, small, huge] = ['101', '102', '103'];
  const [me] = people(snug, 1, { rooms: () => [empty, small, huge] });
  const client = Object.assign(snug.client(), { cookie: me.cookie });
  for (const room of [empty, small, huge]) snug.redis('SET', `room:${room}:name`, `Room ${room}`);
  fill(snug, small, size);
  fill(snug, huge, millions);
  const pages = [
    ['an empty room', empty, ''],
    [`a room of ${size}`, small, ''],
    ['a room of 1,000,000, the newest', huge, ''],
    ['before the middle', huge, `&before=${idOf(millions / 2)}`],
    ['after the middle', huge, `&after=${idOf(millions / 2)}`],
    ['around the middle', huge, `&around=${idOf(millions / 2)}`],
    ['the oldest', huge, `&before=${idOf(size)}`],
    ['the article\'s page, 900,000 messages back', huge, null],
  ].map(([what, room, place]) => ({ what, took: [],
    target: place === null ? `api/messages/${room}?offset=900000&size=${size}` : `api/messages/${room}?limit=${size}${place}` }));
  // In turns, so that what else the machine does meets all of them alike.
  for (let i = 0; i < rounds; i += 1) {
    for (const page of pages) {
      const began = performance.now();
      const { json } = await client.get(page.target);
      page.took.push(performance.now() - began);
      page.messages = json.messages.length;
    }
  }
  for (const page of pages) {
    snug.redis('CONFIG', 'RESETSTAT');
    for (let i = 0; i < 20; i += 1) await client.get(page.target);
    const stat = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(snug.redis('INFO', 'commandstats'));
    page.redis = stat[2] / stat[1];
  }
  console.table(pages.map(({ what, messages, took, redis }) => ({ what, messages, ms: Number(median(took).toFixed(2)), 'of them in Redis': Number((redis / 1000).toFixed(3)),
    'of a small room\'s': Number((median(took) / median(pages[1].took)).toFixed(2)) })));
} finally {
  await snug.stop();
}
