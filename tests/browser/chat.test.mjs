// People's stories, in real browsers against a whole snug.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newName, passwordOf, post, roomLink, rowsWith, say, useSnug } from './page.mjs';

const world = useSnug();
const odd = '<b>x</b> & "q" \'s\' é 😀 &amp; <img src=x onerror=alert(1)>';

const signIn = async (page, username, password = passwordOf(username)) => {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
};

const title = (page) => page.locator('.titles h2');

const openTitle = (page, name) => page.waitForFunction(
  (text) => document.querySelector('.titles h2')?.textContent === text, name);

describe('what becomes of a message', () => {
  test('others see that it was edited, reacted to and deleted, as it happens and after a reload', async () => {
    const page = await world.visit({ as: 'Mary' });
    const joe = await world.snug.client().login('Joe');
    const { json: { id } } = await joe.post('api/messages/0', { message: 'the first wording' });
    const row = page.locator('article').last();
    await page.getByText('the first wording').first().waitFor();
    assert.equal(await row.locator('.edited').isVisible(), false);
    await joe.send('PATCH', `api/messages/0/${id}`, { body: { message: 'a better wording' } });
    await row.getByText('a better wording').waitFor();
    await row.locator('.edited').waitFor({ state: 'attached' });
    await joe.send('PUT', `api/messages/0/${id}/reactions/${encodeURIComponent('👍')}`);
    await row.getByText('👍 1').waitFor();
    await page.reload();
    await row.getByText('👍 1').waitFor();
    assert.equal(await row.locator('.text').textContent(), 'a better wording');
    await joe.send('DELETE', `api/messages/0/${id}`);
    await row.getByText('This message was deleted.').waitFor();
    assert.equal(await row.locator('.reactions').count(), 0);
    assert.equal(await row.locator('.edited').isVisible(), false);
    await page.locator('#rooms').getByText('This message was deleted.').waitFor();
  });

  test('a room that is called otherwise is so at once', async () => {
    const page = await world.visit({ as: 'Mary' });
    const pablo = await world.snug.client().login('Pablo');
    const name = newName('Den');
    const { json: room } = await pablo.post('api/rooms', { name, kind: 'private' });
    await pablo.send('PUT', `api/rooms/${room.id}/members/3`);
    await page.locator('#rooms').getByText(name).waitFor();
    await pablo.send('PATCH', `api/rooms/${room.id}`, { body: { name: `${name} two` } });
    await page.locator('#rooms').getByText(`${name} two`).waitFor();
    await pablo.send('DELETE', `api/rooms/${room.id}`);
    await page.locator('#rooms').getByText(`${name} two`).waitFor({ state: 'detached' });
  });
});

describe('coming in', () => {
  test('a wrong password is told, the right one opens the chat, which a reload keeps', async () => {
    const page = await world.visit();
    await signIn(page, 'Pablo', 'wrong-password');
    await page.getByText('Unknown user name or wrong password.').waitFor();
    assert.equal(await page.locator('#username').inputValue(), 'Pablo');
    await signIn(page, 'Pablo');
    await openTitle(page, 'General');
    await page.reload();
    await openTitle(page, 'General');
    assert.equal(await page.locator('.me').textContent(), 'Pablo');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('#username').waitFor();
    assert.equal(await page.locator('#username').inputValue(), '');
    assert.equal(await page.locator('article').count(), 0);
    await page.reload();
    await page.locator('#username').waitFor();
  });

  test('signing up is the same form; a name that is taken is told', async () => {
    const page = await world.visit();
    await page.getByText('New here?').click();
    assert.equal(await page.locator('#password').getAttribute('autocomplete'), 'new-password');
    await signIn(page, 'pablo');
    await page.getByText('Somebody has this name already.').waitFor();
    const name = newName('Zoe');
    await signIn(page, name);
    await openTitle(page, 'General');
    assert.equal(await page.locator('.me').textContent(), name);
  });

  test('a name or a password against the rules is not sent', async () => {
    const page = await world.visit();
    const sent = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await page.getByText('New here?').click();
    await signIn(page, '12345');
    await signIn(page, newName('Short'), 'short');
    await signIn(page, 'with space');
    assert.deepEqual(sent, []);
    await page.locator('#username').waitFor();
  });

  test('logging out in one tab ends the others', async () => {
    const name = await world.register('Tabs');
    const page = await world.visit({ as: name });
    const tab = await page.context().newPage();
    await tab.goto(world.snug.url);
    await openTitle(tab, 'General');
    await tab.locator('.link[data-link="live"]').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await tab.getByText('You have logged out.').waitFor();
  });

  test('who leaves a room elsewhere does not see it any more, and is shown General', async () => {
    world.snug.redis('SET', 'room:77:name', 'Books');
    const name = await world.register('Leaver');
    const page = await world.visit({ as: name });
    const members = `${world.snug.url}api/rooms/77/members/me`;
    assert.equal((await page.context().request.put(members)).status(), 201);
    await page.getByRole('link', { name: 'Books' }).click();
    await openTitle(page, 'Books');
    await say(page, 'first edition');
    await rowsWith(page, 'first edition').waitFor();
    assert.equal((await page.context().request.delete(members)).status(), 204);
    await openTitle(page, 'General');
    await page.getByRole('link', { name: 'Books' }).waitFor({ state: 'detached' });
  });

  test('a session that ended asks to sign in again, and no word is lost', async () => {
    const name = await world.register('Late');
    const page = await world.visit({ as: name });
    await page.locator('#composer').fill('half a thought');
    const { snug } = world;
    const [, cookie] = /snug_session=([^;]+)/.exec((await page.context().cookies())
      .map((one) => `${one.name}=${one.value}`).join(';'));
    for (const key of snug.redis('--scan', '--pattern', 'snug:session:*').split('\n')) {
      if (snug.redis('hget', key, 'user') === snug.redis('get', `username:${name}`).replace('user:', '')) {
        snug.redis('del', key);
      }
    }
    assert.ok(cookie);
    await roomLink(page, 'General').click();
    await page.locator('#composer').press('Enter');
    await page.getByText('Your session has ended.').waitFor();
    await signIn(page, name);
    await openTitle(page, 'General');
    await page.locator('article.own', { hasText: 'half a thought' }).getByRole('button', { name: 'Retry' }).click();
    await page.locator('article.own:not(:has(.fate))', { hasText: 'half a thought' }).waitFor();
  });
});

describe('talking', () => {
  test('Pablo and Mary talk both ways without a reload', async () => {
    const pablo = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    const [question, answer] = [newName('Are you there? '), newName('I am. ')];
    await say(pablo, question);
    await rowsWith(mary, question).waitFor();
    assert.match(await rowsWith(mary, question).locator('.author').textContent(), /Pablo/);
    await say(mary, answer);
    await rowsWith(pablo, answer).waitFor();
    for (const page of [pablo, mary]) {
      assert.equal(await rowsWith(page, question).count(), 1);
      assert.equal(await rowsWith(page, answer).count(), 1);
      assert.equal(await page.locator('.fate').count(), 0);
    }
    await pablo.reload();
    await rowsWith(pablo, answer).waitFor();
    assert.equal(await rowsWith(pablo, question).count(), 1);
  });

  test('what is written is shown at once, and stays the same row when the server has it', async () => {
    const page = await world.visit({ as: 'Pablo' });
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/api/messages/0', async (route) => {
      if (route.request().method() === 'POST') {
        await held;
      }
      await route.continue();
    });
    const text = newName('at once ');
    await say(page, text);
    await rowsWith(page, text).locator('.fate').waitFor({ state: 'attached' });
    assert.equal(await page.locator('#composer').inputValue(), '');
    await rowsWith(page, text).evaluate((row) => {
      row.marked = true;
    });
    release();
    await rowsWith(page, text).locator('.fate').waitFor({ state: 'detached' });
    assert.equal(await rowsWith(page, text).evaluate((row) => row.marked), true);
    assert.equal(await rowsWith(page, text).count(), 1);
  });

  test('messages sent in one go arrive in their order', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    const mark = newName('burst');
    for (let i = 0; i < 8; i += 1) {
      await say(page, `${mark} ${i}`);
    }
    await rowsWith(mary, `${mark} 7`).waitFor();
    const seen = await mary.locator('article .text', { hasText: mark }).allTextContents();
    assert.deepEqual(seen, Array.from({ length: 8 }, (_, i) => `${mark} ${i}`));
  });

  test('text is shown as it was written', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    const text = `${newName('odd ')} ${odd}\n  second\tline`;
    await say(page, text);
    const row = mary.locator('article .text', { hasText: text.slice(0, 12) }).last();
    await row.waitFor();
    assert.equal(await row.textContent(), text);
    assert.equal(await row.locator('*').count(), 0);
    await page.reload();
    await page.locator('article .text', { hasText: text.slice(0, 12) }).last().waitFor();
    assert.equal(await page.locator('article .text', { hasText: text.slice(0, 12) }).last().textContent(), text);
  });

  test('a direct room by name appears at the other with its first message', async () => {
    const nina = await world.register('Nina');
    const page = await world.visit({ as: 'Pablo' });
    const other = await world.visit({ as: nina });
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.locator('#talk-to').fill('Nobody-of-this-name');
    await page.locator('#talk-to').press('Enter');
    await page.getByText('There is nobody called “Nobody-of-this-name”.').waitFor();
    await page.locator('#talk-to').fill('PABLO');
    await page.locator('#talk-to').press('Enter');
    await page.getByText('That is you.').waitFor();
    await page.locator('#talk-to').fill(nina);
    await page.locator('#talk-to').press('Enter');
    await openTitle(page, nina);
    assert.equal(await roomLink(other, 'Pablo').count(), 0);
    await say(page, 'Hello, Nina');
    await roomLink(other, 'Pablo').waitFor();
    await other.waitForFunction(() => document.title.startsWith('(1) '));
    assert.match(await roomLink(other, 'Pablo').textContent(), /Hello, Nina/);
    await roomLink(other, 'Pablo').click();
    await rowsWith(other, 'Hello, Nina').waitFor();
    await other.waitForFunction(() => document.title === 'Pablo · snug');
    await say(other, 'Hello, Pablo');
    await rowsWith(page, 'Hello, Pablo').waitFor();
  });

  test('rooms order themselves by their newest message, General stays first', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const alex = await world.visit({ as: 'Alex' });
    const first = () => page.locator('.list .name').allTextContents();
    for (const [from, name, room] of [[alex, 'Alex', '1:4'], [page, 'Joe', '1:2']]) {
      await post(from, `api/messages/${room}`, { message: newName('up ') });
      await page.waitForFunction((expected) => document.querySelectorAll('.list .name')[1]
        ?.textContent === expected, name);
      assert.equal((await first())[0], 'General');
    }
  });

  test('a message too long is told, not sent', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.locator('#composer').fill('é'.repeat(4001));
    await page.locator('#composer').press('Enter');
    await page.getByText('Too long by 2 bytes.').waitFor();
    assert.equal((await page.locator('#composer').inputValue()).length, 4001);
    await page.locator('#composer').fill('é'.repeat(4000));
    await page.locator('#composer').press('Enter');
    await page.waitForFunction(() => document.querySelector('#composer').value === '');
    await rowsWith(page, 'é'.repeat(4000)).locator('.fate').waitFor({ state: 'detached' });
    assert.equal(await page.locator('article.own .fate').count(), 0);
  });
});

describe('when something fails', () => {
  test('a message that could not be sent keeps its text, over a reload too; Retry sends it once', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const [kept, dropped] = [newName('kept '), newName('dropped ')];
    await page.route('**/api/messages/0', (route) => (route.request().method() === 'POST'
      ? route.abort() : route.continue()));
    await say(page, kept);
    await rowsWith(page, kept).getByText('Not sent.').waitFor();
    await say(page, dropped);
    await rowsWith(page, dropped).getByRole('button', { name: 'Delete' }).click();
    await rowsWith(page, dropped).waitFor({ state: 'detached' });
    await page.unroute('**/api/messages/0');
    await page.reload();
    await rowsWith(page, kept).getByRole('button', { name: 'Retry' }).click();
    await rowsWith(page, kept).locator('.fate').waitFor({ state: 'detached' });
    await page.reload();
    await rowsWith(page, kept).waitFor();
    assert.equal(await rowsWith(page, kept).count(), 1);
    assert.equal(await rowsWith(page, dropped).count(), 0);
  });

  test('an answer that got lost does not store the message twice', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const text = newName('twice ');
    await page.route('**/api/events**', (route) => route.abort());
    await page.reload();
    await page.locator('article').first().waitFor();
    await page.route('**/api/messages/0', async (route) => {
      if (route.request().method() === 'POST') {
        await route.fetch({ maxRetries: 2 });
        await route.abort();
      } else {
        await route.continue();
      }
    }, { times: 1 });
    await say(page, text);
    await rowsWith(page, text).getByRole('button', { name: 'Retry' }).click();
    await rowsWith(page, text).locator('.fate').waitFor({ state: 'detached' });
    const { messages } = await page.evaluate(async () => (await fetch('api/messages/0')).json());
    assert.equal(messages.filter(({ message }) => message === text).length, 1);
  });

  test('a lost connection is told after a while; what was missed comes with its return', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    await page.route('**/api/events**', (route) => route.fulfill({ status: 503 }));
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.link[data-link="connecting"]').waitFor();
    assert.equal(await page.getByText('Not connected.').isVisible(), false);
    await page.getByText('Not connected.').waitFor();
    const missed = newName('missed ');
    await say(mary, missed);
    assert.equal(await rowsWith(page, missed).count(), 0);
    await page.unroute('**/api/events**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await rowsWith(page, missed).waitFor();
    await page.getByText('Connected again.').waitFor();
    assert.equal(await rowsWith(page, missed).count(), 1);
    await page.getByText('Connected again.').waitFor({ state: 'hidden' });
  });

  test('a stream that cannot go on makes the page load its rooms anew, in place', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    await page.locator('#composer').fill('a draft');
    await page.evaluate(() => {
      globalThis.stayed = true;
    });
    const me = { id: '1', username: 'Pablo' };
    let resets = 0;
    let asked = 0;
    page.on('request', (request) => {
      asked += request.url().endsWith('api/rooms') ? 1 : 0;
    });
    const missed = newName('before the reset ');
    await page.route('**/api/events**', async (route) => {
      resets += 1;
      await post(mary, 'api/messages/0', { message: missed });
      await route.fulfill({ contentType: 'text/event-stream', body: `event: ready\nid: 1.1\ndata: ${
        JSON.stringify({ user: me, stream: 's', heartbeat: 15, online: ['1', '3'] })}\n\nevent: reset\ndata: {}\n\n` });
    }, { times: 1 });
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await rowsWith(page, missed).waitFor();
    assert.equal(await rowsWith(page, missed).count(), 1);
    assert.ok(asked >= 1);
    assert.equal(resets, 1);
    const after = newName('after the reset ');
    await say(mary, after);
    await rowsWith(page, after).waitFor();
    assert.equal(await page.evaluate(() => globalThis.stayed), true);
    assert.equal(await page.locator('#composer').inputValue(), 'a draft');
  });

  test('a server that is away at the start is waited for', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.route('**/api/session', (route) => route.abort());
    await page.reload();
    await page.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/api/session');
    await page.getByRole('button', { name: 'Try now' }).click();
    await openTitle(page, 'General');
  });

  test('history that could not be loaded can be asked for again', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.route('**/api/messages/1:2', (route) => route.fulfill({ status: 503, body: 'busy' }));
    await roomLink(page, 'Joe').click();
    await page.getByText('The messages could not be loaded.').waitFor();
    await page.unroute('**/api/messages/1:2');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('article').first().waitFor();
  });
});
