// A Redis that the demo family has written: its people log in, and every message is shown once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start({ demo: false, keys: `${root}/tests/support/family-keys.txt` }); });
after(() => snug?.stop());

test('Pablo and Nina log in with the passwords that the family stored', async () => {
  await snug.client().login('Pablo', 'password123');
  await snug.client().login('Nina', 'nina-pw');
});

test('every stored message is shown once, in order, over any page size', async () => {
  const pablo = await snug.client().login('Pablo');
  for (const room of ['0', '1:2', '1:5']) {
    const stored = Number(snug.redis('ZCARD', `room:${room}`));
    const whole = (await pablo.get(`api/messages/${room}?limit=200`)).json.messages.map((m) => m.id);
    assert.equal(whole.length, stored);
    assert.equal(new Set(whole).size, stored);
    for (let limit = 1; limit <= stored + 1; limit += 1) {
      const seen = [];
      let query = `?limit=${limit}`;
      while (query) {
        const page = await pablo.get(`api/messages/${room}${query}`);
        seen.unshift(...page.json.messages.map((m) => m.id));
        query = /<([^>]*)>/.exec(page.headers.link ?? '')?.[1];
      }
      assert.deepEqual(seen, whole, `limit ${limit}`);
    }
  }
  const texts = (await pablo.get('api/messages/0')).json.messages.map((m) => m.message);
  assert.ok(texts.includes('Hello from the Python server: <b>bold</b> & it\'s "quoted" é 😀'));
  assert.ok(texts.includes('Hello from the Node server: <b>bold</b> & it\'s "quoted" é 😀'));
});
