// Incoming webhooks: what Slack's and Mattermost's senders send is heard, and their secret is in no log.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start, until } from '../support/harness.mjs';

let snug;
let pablo;
let mary;
before(async () => {
  // What docs/OPERATIONS.md advises for access logs is held to what it promises.
  const advice = /^server\.modules \+= \("mod_accesslog"\)$[^`]*/m.exec(readFileSync(join(root, 'docs/OPERATIONS.md'), 'utf8'))[0];
  snug = await start({ conf: advice.replace('"/var/log/lighttpd/access.log"', 'var.state + "/access.log"'), env: { SNUG_LOG_LEVEL: 'debug' } });
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map((name) => snug.client().login(name)));
});
after(() => snug?.stop());

/** A new webhook of General; its address relative to the server, and its id. */
async function hook(name) {
  const { status, text, json } = await pablo.post('api/rooms/0/hooks', { name });
  assert.equal(status, 201, text);
  return { id: json.id, url: json.url, path: json.url.replace(snug.url, '') };
}

test('who is in the room hears what is posted, under the bot and the name that came with it', async () => {
  const { id, path } = await hook('CI');
  const stream = await mary.stream();
  const { status, text, headers } = await snug.client().post(path, { text: 'build <https://ci.example/7|#7> is green', username: 'Jenkins' });
  assert.deepEqual([status, text, headers['content-type']], [200, 'ok', 'text/plain; charset=utf-8']);
  const heard = await stream.next('message', ({ from }) => from === id, 1000);
  assert.equal(heard.data.message, 'build #7 (https://ci.example/7) is green');
  assert.deepEqual([heard.data.as, heard.data.roomId], ['Jenkins', '0']);
  const page = await mary.get('api/messages/0?limit=1');
  assert.deepEqual(page.json.messages, [heard.data]);
  assert.equal(page.json.users[id], 'CI');
  stream.close();
});

test('with curl, as the documents of Slack and Mattermost have it', async () => {
  const { id, url } = await hook('Curl');
  const stream = await mary.stream();
  const post = (...args) => execFileSync('curl', ['-s', '-w', ' %{http_code}', ...args, url], { encoding: 'utf8' });
  assert.equal(post('-X', 'POST', '-H', 'Content-type: application/json', '--data', '{"text":"one"}'), 'ok 200');
  assert.equal(post('-X', 'POST', '--data-urlencode', 'payload={"text": "two & three", "icon_emoji": ":ghost:"}'), 'ok 200');
  assert.equal(post('-d', 'payload={"text":"four"}'), 'ok 200');
  assert.equal(post('-d', '{}'), 'no_text 400');
  assert.equal(post('-d', 'hello'), 'invalid_payload 400');
  const texts = [];
  for (let i = 0; i < 3; i += 1) texts.push((await stream.next('message', ({ from }) => from === id)).data.message);
  assert.deepEqual(texts, ['one', 'two & three', 'four']);
  stream.close();
});

test('a page of another origin may post too, for it knows the address; and nothing more is done for it', async () => {
  const { path } = await hook('Page');
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'content-type': 'text/plain' };
  assert.equal((await snug.client().post(path, '{"text":"from a page"}', foreign)).status, 200);
  assert.equal((await mary.post('api/messages/0', 'from a page', foreign)).status, 403);
});

test('64 KiB are taken, and no more', async () => {
  const { path } = await hook('Long');
  const payload = (len) => `{"text":"${'x'.repeat(len - '{"text":""}'.length)}"}`;
  assert.equal((await snug.client().post(path, payload(65536))).text, 'ok');
  const page = await mary.get('api/messages/0?limit=1');
  assert.match(page.json.messages[0].message, /^x{7997}…$/);
  assert.equal((await snug.client().post(path, payload(65537))).status, 413);
});

test('no secret is in a log, nor in Redis', async () => {
  const { path, id } = await hook('Secret');
  const secrets = [path.replace('api/hooks/', '')];
  await snug.client().post(path, { text: 'x' });
  await snug.client().get(path);
  await snug.client().get(`${path}/more?and=more`);
  await snug.client().post(path, 'broken');
  const { json } = await pablo.post(`api/rooms/0/hooks/${id}/rotate`, {});
  secrets.push(json.url.replace(`${snug.url}api/hooks/`, ''));
  assert.equal((await snug.client().post(path, { text: 'x' })).text, 'no_service');
  assert.equal((await snug.client().post(`api/hooks/${secrets[1]}`, { text: 'y' })).text, 'ok');
  assert.match(snug.said(), /path=\/hooks\/\.\.\. status=404/);
  const keys = snug.redis('KEYS', '*').split('\n');
  const access = join(snug.dir, 'access.log');
  await mary.get('api/rooms');
  // lighttpd writes the log when it likes, and when it is told to.
  process.kill(snug.web.pid, 'SIGHUP');
  await until(() => existsSync(access) && readFileSync(access, 'utf8').includes('/api/rooms'), 'the access log');
  assert.match(readFileSync(access, 'utf8'), /"POST \/api\/hooks\/\.\.\." 200 2$/m);
  for (const secret of secrets) {
    assert.equal(secret.length, 43);
    assert.equal(snug.said().includes(secret), false);
    assert.equal(readFileSync(access, 'utf8').includes(secret), false);
    assert.equal(keys.some((key) => key.includes(secret)), false);
    for (const key of keys.filter((name) => name.startsWith('snug:hook:') || name === 'snug:room:0:hooks')) {
      assert.equal(snug.redis('HGETALL', key).includes(secret), false);
    }
  }
});
