// What was said is found again: by its words, by who said it and where, and never by others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from '../support/harness.mjs';

let snug;
before(async () => { snug = await start(); });
after(() => snug?.stop());

const login = (name) => snug.client().login(name);
const search = (who, q, more = {}) => who.get(`api/search?${new URLSearchParams({ q, ...more })}`);
const texts = (answer) => answer.json.messages.map((m) => m.message);

test('words, phrases and filters find what was just said, newest first over all rooms', async () => {
  const [pablo, joe, alex] = await Promise.all(['Pablo', 'Joe', 'Alex'].map(login));
  const said = [];
  for (const [who, room, message] of [
    [pablo, '0', 'Le café est PRÊT <&>'],
    [joe, '1:2', 'cafeteria or café?'],
    [joe, '0', 'ist der Kaffee schon pret?'],
  ]) said.unshift((await who.post(`api/messages/${room}`, { message })).json);
  const found = await search(pablo, 'cafe');
  assert.equal(found.status, 200);
  assert.deepEqual(found.json, { messages: [said[1], said[2]], users: { 1: 'Pablo', 2: 'Joe' }, more: false });
  assert.deepEqual(texts(await search(pablo, '"cafe"')), [said[1].message, said[2].message]);
  assert.deepEqual(texts(await search(pablo, '"est pret"')), [said[2].message]);
  assert.deepEqual(texts(await search(pablo, 'pret from:@JOE')), [said[0].message]);
  assert.deepEqual(texts(await search(pablo, 'cafe in:joe')), [said[1].message]);
  assert.deepEqual(texts(await search(pablo, 'cafe', { room: '0' })), [said[2].message]);
  assert.deepEqual(texts(await search(pablo, 'cafe before:2020-01-01')), []);
  assert.deepEqual(texts(await search(alex, 'cafe')), [said[2].message]);
  assert.equal((await search(alex, 'cafe', { room: '1:2' })).status, 404);
  assert.equal((await search(snug.client(), 'cafe')).status, 401);
  const nothing = await search(pablo, 'in:0');
  assert.equal(nothing.status, 400);
  assert.match(nothing.json.detail, /from:NAME/);
});

test('the cursor leads through all that is found', async () => {
  const [pablo, mary] = await Promise.all(['Pablo', 'Mary'].map(login));
  const rooms = ['0', '1:3'];
  const wanted = [];
  for (let i = 0; i < 12; i += 1) {
    const message = `needle ${i}`;
    await (i % 3 ? pablo : mary).post(`api/messages/${rooms[i % 2]}`, { message });
    wanted.unshift(message);
  }
  const got = [];
  let answer;
  do {
    answer = await search(pablo, 'needle', { limit: 5, ...(answer && { cursor: answer.json.cursor }) });
    got.push(...texts(answer));
  } while (answer.json.more);
  assert.deepEqual(got, wanted);
  assert.equal('cursor' in answer.json, false);
});

test('what was changed is found as it is by now, what was deleted not at all', async () => {
  const pablo = await login('Pablo');
  const { json: { id } } = await pablo.post('api/messages/0', { message: 'haystack one' });
  const { json: { id: other } } = await pablo.post('api/messages/0', { message: 'haystack two' });
  assert.equal((await pablo.send('PATCH', `api/messages/0/${id}`, { body: { message: 'haystack three' } })).status, 200);
  assert.deepEqual(texts(await search(pablo, 'haystack')), ['haystack two', 'haystack three']);
  assert.deepEqual(texts(await search(pablo, 'one in:0 haystack')), []);
  assert.ok((await pablo.send('DELETE', `api/messages/0/${other}`)).status < 300);
  assert.deepEqual(texts(await search(pablo, 'haystack from:me')), ['haystack three']);
  assert.ok(!texts(await search(pablo, 'from:me')).includes(''));
});
