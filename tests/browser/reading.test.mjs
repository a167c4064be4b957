// Reading and going about: people's stories, in real browsers against a whole snug.
import assert from 'node:assert/strict';
import http from 'node:http';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { newName, passwordOf, post, roomLink, rowsWith, say, useSnug } from './page.mjs';

const world = useSnug();

const signIn = async (page, username, password = passwordOf(username)) => {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
};

const title = (page) => page.locator('.titles h2');

const openTitle = (page, name) => page.waitForFunction(
  (text) => document.querySelector('.titles h2')?.textContent === text, name);

describe('reading', () => {
  const TOTAL = 170;

  // A direct room with a long past: its id, and the pages of the two.
  const longRoom = async () => {
    const [left, right] = [await world.register('Left'), await world.register('Right')];
    const other = await world.visit({ as: right });
    const page = await world.visit({ as: left });
    const { body: room } = await post(page, 'api/rooms', { user: right });
    await page.evaluate(async ([target, total]) => {
      for (let i = 0; i < total; i += 1) {
        await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message: `line ${i}` }) });
      }
    }, [`api/messages/${room.id}`, TOTAL]);
    await page.reload();
    await roomLink(page, right).click();
    await rowsWith(page, `line ${TOTAL - 1}`).waitFor();
    return { page, other, room, right };
  };

  const log = (page) => page.locator('.log');
  const gap = (page) => log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);

  test('older messages come when scrolling up, and what is read stays where it is', async () => {
    const { page } = await longRoom();
    assert.ok(await gap(page) < 2);
    const count = () => page.locator('article').count();
    const before = await count();
    assert.ok(before < TOTAL);
    const place = () => rowsWith(page, `line ${TOTAL - 45}`).evaluate((row) => row.getBoundingClientRect().top);
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/api/messages/*before=*', async (route) => {
      await held;
      await route.continue();
    }, { times: 1 });
    await rowsWith(page, `line ${TOTAL - 45}`).evaluate((row) => row.scrollIntoView({ block: 'start' }));
    await page.locator('.head', { hasText: 'Loading' }).waitFor();
    const top = await place();
    release();
    await page.waitForFunction((n) => document.querySelectorAll('article').length > n, before);
    assert.ok(Math.abs(await place() - top) <= 1);
    for (;;) {
      const seen = await count();
      if (seen === TOTAL) {
        break;
      }
      await log(page).evaluate((box) => {
        box.scrollTop = 0;
      });
      await page.waitForFunction((n) => document.querySelectorAll('article').length > n, seen);
    }
    await page.getByText('This is the beginning of your conversation').waitFor();
    const all = await page.locator('article .text').allTextContents();
    assert.deepEqual(all, Array.from({ length: TOTAL }, (_, i) => `line ${i}`));
  });

  test('new messages do not move who reads; a button counts them and leads to the end', async () => {
    const { page, other, room } = await longRoom();
    await log(page).evaluate((box) => {
      box.scrollTop = box.scrollHeight / 2;
    });
    await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }));
    const where = await log(page).evaluate((box) => box.scrollTop);
    const row = page.locator('article').nth(20);
    const top = await row.evaluate((one) => one.getBoundingClientRect().top);
    for (const text of ['first', 'second']) {
      await post(other, `api/messages/${room.id}`, { message: text });
    }
    await page.getByRole('button', { name: '2 new messages' }).waitFor();
    assert.ok(where > 0);
    assert.ok(Math.abs(await row.evaluate((one) => one.getBoundingClientRect().top) - top) <= 1);
    await page.getByRole('button', { name: '2 new messages' }).click();
    assert.ok(await gap(page) < 2);
    await page.getByRole('button', { name: 'new message' }).waitFor({ state: 'hidden' });
    await post(other, `api/messages/${room.id}`, { message: 'third' });
    await rowsWith(page, 'third').waitFor();
    assert.ok(await gap(page) < 2);
  });

  test('who writes is led to the end', async () => {
    const { page } = await longRoom();
    await log(page).evaluate((box) => {
      box.scrollTop = box.scrollHeight / 2;
    });
    await say(page, 'my own');
    await rowsWith(page, 'my own').waitFor();
    assert.ok(await gap(page) < 2);
  });

  test('the log stays at the end while the composer grows', async () => {
    const { page } = await longRoom();
    const height = await page.locator('#composer').evaluate((area) => area.clientHeight);
    await page.locator('#composer').fill('one\ntwo\nthree\nfour');
    assert.ok(await page.locator('#composer').evaluate((area) => area.clientHeight) > height + 40);
    await page.waitForFunction(() => {
      const box = document.querySelector('.log');
      return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
    });
  });

  test('groups and days', async () => {
    const { page } = await longRoom();
    assert.equal(await page.locator('.day').count(), 1);
    assert.equal(await page.locator('.day').textContent(), 'Today');
    assert.equal(await page.locator('article.first').count(), 1);
  });
});

describe('going about', () => {
  test('the address names the room; going back works; a room that is not there is General', async () => {
    const page = await world.visit({ as: 'Pablo', at: '#room=1:2' });
    await openTitle(page, 'Joe');
    await roomLink(page, 'Mary').click();
    await openTitle(page, 'Mary');
    assert.match(page.url(), /#room=1:3$/);
    await page.goBack();
    await openTitle(page, 'Joe');
    await page.goForward();
    await openTitle(page, 'Mary');
    await page.reload();
    await openTitle(page, 'Mary');
    await page.evaluate(() => {
      location.hash = '#room=77:88';
    });
    await openTitle(page, 'General');
    assert.match(page.url(), /#room=0$/);
  });

  test('a draft belongs to its room, outlives a reload, and goes with logging out', async () => {
    const name = await world.register('Draft');
    const page = await world.visit({ as: name });
    await post(page, 'api/rooms', { user: 'Mary' });
    await page.reload();
    await roomLink(page, 'Mary').click();
    await openTitle(page, 'Mary');
    await page.locator('#composer').fill('for Mary');
    await roomLink(page, 'General').click();
    await openTitle(page, 'General');
    assert.equal(await page.locator('#composer').inputValue(), '');
    await page.locator('#composer').fill('for all');
    await page.reload();
    await openTitle(page, 'General');
    assert.equal(await page.locator('#composer').inputValue(), 'for all');
    await roomLink(page, 'Mary').click();
    await openTitle(page, 'Mary');
    assert.equal(await page.locator('#composer').inputValue(), 'for Mary');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('#username').waitFor();
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  });

  test('presence follows the other', async () => {
    const nina = await world.register('Nina');
    const page = await world.visit({ as: 'Pablo' });
    await post(page, 'api/rooms', { user: nina });
    await page.reload();
    await roomLink(page, nina).click();
    await page.locator('.below', { hasText: 'offline' }).waitFor();
    const other = await world.visit({ as: nina });
    await page.locator('.below', { hasText: 'online' }).waitFor();
    await other.context().close();
    await page.locator('.below', { hasText: 'offline' }).waitFor({ timeout: 20000 });
  });

  test('a message in the open room counts as unread while nobody looks', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const mary = await world.visit({ as: 'Mary' });
    const show = (state) => page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    await show('hidden');
    await say(mary, newName('are you there '));
    await page.waitForFunction(() => document.title === '(1) General · snug');
    await show('visible');
    await page.waitForFunction(() => document.title === 'General · snug');
  });

  test('the page works below a path', async () => {
    const proxy = http.createServer((request, response) => {
      if (!request.url.startsWith('/chat/')) {
        response.writeHead(404).end();
        return;
      }
      const onward = http.request(new URL(request.url.slice('/chat/'.length), world.snug.url),
        { method: request.method, headers: request.headers }, (answer) => {
          response.writeHead(answer.statusCode, answer.headers);
          answer.pipe(response);
        });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const page = await world.visit({ url: `http://127.0.0.1:${proxy.address().port}/chat/` });
    try {
      await signIn(page, 'Pablo');
      await openTitle(page, 'General');
      await page.locator('.link[data-link="live"]').waitFor();
      const text = newName('below ');
      await say(page, text);
      await rowsWith(page, text).locator('.fate').waitFor({ state: 'detached' });
      assert.equal(await title(page).textContent(), 'General');
    } finally {
      await page.context().close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
