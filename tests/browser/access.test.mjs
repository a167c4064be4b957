// The page for everybody: keyboard, screen reader, small screens, both colour schemes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { narrow, newName, post, roomLink, rowsWith, say, useSnug, violations, wide } from './page.mjs';

const world = useSnug();
const www = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'www');
const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

describe('WCAG 2.2 A and AA', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries({ wide, narrow })) {
      test(`signing in, ${colorScheme}, ${size}`, async () => {
        const page = await world.visit({ viewport, colorScheme });
        await page.locator('#username').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.getByText('New here?').click();
        await page.locator('#username').fill('Pablo');
        await page.locator('#password').fill('a long password');
        await page.locator('#password').press('Enter');
        await page.getByText('Somebody has this name already.').waitFor();
        assert.deepEqual(await violations(page), []);
      });

      test(`chatting, ${colorScheme}, ${size}`, async () => {
        const page = await world.visit({ as: 'Pablo', viewport, colorScheme });
        await page.route('**/api/messages/0', (route) => (route.request().method() === 'POST'
          ? route.abort() : route.continue()));
        await say(page, 'lost on the way');
        await page.getByRole('button', { name: 'Retry' }).waitFor();
        assert.deepEqual(await violations(page), []);
        if (size === 'narrow') {
          await page.locator('.menu').click();
          await page.locator('.rooms').evaluate((drawer) => Promise.all(drawer.getAnimations()
            .map(({ finished }) => finished)));
        }
        await page.getByRole('button', { name: 'New conversation' }).click();
        await page.locator('#talk-to').fill('Nobody-of-this-name');
        await page.locator('#talk-to').press('Enter');
        await page.getByText('There is nobody called').waitFor();
        assert.deepEqual(await violations(page), []);
      });
    }
  }
});

describe('keyboard', () => {
  test('from signing in to talking and logging out', async () => {
    const page = await world.visit();
    await page.locator('#username').waitFor();
    assert.ok(await isFocused(page.locator('#username')));
    await page.keyboard.type('Joe');
    await page.keyboard.press('Tab');
    await page.keyboard.type('password123');
    await page.keyboard.press('Enter');
    // It is there before it is of a room, and has the focus when it is.
    await page.locator('#composer:focus').waitFor();
    const text = newName('typed ');
    await page.keyboard.type(text);
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');
    await page.locator('article.own .text', { hasText: text }).waitFor();
    assert.equal(await page.locator('article.own .text', { hasText: text }).textContent(), `${text}\nsecond line`);
    assert.ok(await isFocused(page.locator('#composer')));
    await page.locator('.skip').focus();
    assert.ok(await page.locator('.skip').evaluate((skip) => getComputedStyle(skip).clipPath === 'none'));
    await page.keyboard.press('Enter');
    assert.ok(await isFocused(page.locator('#composer')));
    await page.locator('.rooms > header button').focus();
    await page.keyboard.press('Tab');
    assert.ok(await isFocused(roomLink(page, 'General')));
    await page.keyboard.press('Tab');
    assert.ok(await isFocused(page.locator('.list a').nth(1)));
    await page.keyboard.press('Enter');
    await page.locator('.list li:nth-child(2) a[aria-current]').waitFor();
    await page.locator('#composer:focus').waitFor();
    await page.getByRole('button', { name: 'Log out' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#username').waitFor();
    assert.ok(await isFocused(page.locator('#username')));
  });

  test('a new conversation: Escape closes the form and gives the focus back', async () => {
    const page = await world.visit({ as: 'Pablo' });
    const toggle = page.getByRole('button', { name: 'New conversation' });
    await toggle.press('Enter');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
    assert.ok(await isFocused(page.locator('#talk-to')));
    await page.keyboard.press('Escape');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    assert.ok(await isFocused(toggle));
  });

  test('Enter belongs to the input method while it composes', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.locator('#composer').fill('こん');
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      await page.locator('#composer').evaluate((area, more) => area.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Enter', bubbles: true, cancelable: true, ...more })), init);
    }
    assert.equal(await page.locator('#composer').inputValue(), 'こん');
    assert.equal(await rowsWith(page, 'こん').count(), 0);
  });

  test('every stop of Tab can be seen', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.locator('article').first().waitFor();
    for (let stop = 0; stop < 12; stop += 1) {
      await page.keyboard.press('Tab');
      const shown = await page.evaluate(() => {
        const element = document.activeElement;
        const seen = [element, element.closest('.box')].filter(Boolean).map(getComputedStyle);
        return element === document.body || seen.some((style) => (style.outlineStyle !== 'none'
          && Number.parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none');
      });
      assert.ok(shown, await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)));
    }
  });
});

describe('screen reader', () => {
  test('landmarks, one heading of the page, and a named log', async () => {
    const page = await world.visit({ as: 'Pablo' });
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    await page.getByRole('main').waitFor();
    await page.getByRole('log', { name: 'Messages in General' }).waitFor();
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    await page.getByRole('textbox', { name: 'Message to General' }).waitFor();
    const time = page.locator('article time').first();
    assert.match(await time.getAttribute('datetime'), /^\d{4}-\d\d-\d\dT/);
    assert.match(await time.getAttribute('title'), /20\d\d/);
  });

  test('history is not announced; what somebody says is, once; our own is not', async () => {
    const mary = await world.visit({ as: 'Mary' });
    const page = await world.visit({ as: 'Pablo' });
    await page.locator('article').first().waitFor();
    const lines = await page.evaluate(() => {
      globalThis.spoken = [];
      const region = document.querySelector('.announcer');
      new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes
        .forEach((node) => globalThis.spoken.push(node.textContent)))).observe(region, { childList: true });
      return region.childElementCount;
    });
    assert.equal(lines, 0);
    assert.equal(await page.getByRole('log').getAttribute('aria-live'), 'off');
    assert.equal(await page.locator('.announcer').getAttribute('aria-live'), 'polite');
    const text = newName('listen ');
    await say(page, newName('mine '));
    await roomLink(page, 'Mary').click();
    await roomLink(page, 'General').click();
    await say(mary, text);
    await page.waitForFunction(() => globalThis.spoken.length > 0);
    const last = newName('and ');
    await say(mary, last);
    await page.waitForFunction(() => globalThis.spoken.length > 1);
    assert.deepEqual(await page.evaluate(() => globalThis.spoken), [`Mary: ${text}`, `Mary: ${last}`]);
  });

  test('presence and unread messages have words, not only colours', async () => {
    const nina = await world.register('Nina');
    const page = await world.visit({ as: 'Pablo' });
    const { body: room } = await post(page, 'api/rooms', { user: nina });
    const other = await world.visit({ as: nina });
    await post(other, `api/messages/${room.id}`, { message: 'for your ears' });
    const link = page.getByRole('link', { name: nina });
    await link.waitFor();
    await page.waitForFunction((name) => [...document.querySelectorAll('.list a')].some((a) =>
      a.textContent.includes(`${name}, online`) && a.textContent.includes('1 unread')), nina);
    const shape = () => link.locator('.presence').evaluate((dot) => {
      const style = getComputedStyle(dot);
      return style.backgroundColor === style.borderTopColor;
    });
    assert.equal(await shape(), true);
    await other.context().close();
    await page.waitForFunction((name) => [...document.querySelectorAll('.list a')].some((a) =>
      a.textContent.includes(`${name}, offline`)), nina, { timeout: 20000 });
    assert.equal(await shape(), false);
  });
});

describe('small screens', () => {
  const tap = async (page) => page.locator('.menu').click();

  test('the rooms are a drawer with its own focus', async () => {
    const page = await world.visit({ as: 'Pablo', viewport: narrow });
    const menu = page.locator('.menu');
    assert.equal(await page.locator('.rooms').isVisible(), false);
    assert.equal(await menu.getAttribute('aria-expanded'), 'false');
    await tap(page);
    assert.equal(await menu.getAttribute('aria-expanded'), 'true');
    assert.ok(await isFocused(roomLink(page, 'General')));
    assert.equal(await page.locator('main.room').evaluate((main) => main.inert), true);
    await page.keyboard.press('Escape');
    await page.locator('.rooms').waitFor({ state: 'hidden' });
    assert.ok(await isFocused(menu));
    await tap(page);
    await page.mouse.click(380, 400);
    await page.locator('.rooms').waitFor({ state: 'hidden' });
    await tap(page);
    await roomLink(page, 'Joe').click();
    await page.locator('.rooms').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('.titles h2').textContent(), 'Joe');
    assert.equal(await page.locator('main.room').evaluate((main) => main.inert), false);
  });

  test('a closed drawer lets no focus in, and gives way to a wide window', async () => {
    const page = await world.visit({ as: 'Pablo', viewport: narrow });
    for (let stop = 0; stop < 10; stop += 1) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest('.rooms'))), false);
    }
    await tap(page);
    await page.setViewportSize(wide);
    await page.locator('.rooms').waitFor();
    await page.waitForFunction(() => !document.querySelector('main.room').inert);
  });

  // What assistive technology is told of the button of the drawer.
  const described = async (page) => {
    const cdp = await page.context().newCDPSession(page);
    const { nodes } = await cdp.send('Accessibility.getFullAXTree');
    const button = nodes.find(({ role, name }) => role?.value === 'button' && name?.value === 'Show rooms');
    return button.description?.value ?? '';
  };

  test('the button of the drawer tells about unread messages elsewhere, in words too', async () => {
    const page = await world.visit({ as: 'Pablo', viewport: narrow });
    const [joe, mary] = [await world.visit({ as: 'Joe' }), await world.visit({ as: 'Mary' })];
    const words = page.locator('.room > header').getByRole('status');
    assert.equal(await page.locator('.alarm').isVisible(), false);
    assert.equal(await described(page), '');
    assert.equal(await words.textContent(), '');
    await post(joe, 'api/messages/1:2', { message: newName('psst ') });
    await page.locator('.alarm').waitFor();
    assert.equal(await described(page), 'Unread messages in 1 other room');
    await words.filter({ hasText: 'Unread messages in 1 other room' }).waitFor();
    await post(mary, 'api/messages/1:3', { message: newName('psst ') });
    await words.filter({ hasText: 'Unread messages in 2 other rooms' }).waitFor();
    await page.locator('.menu').click();
    await roomLink(page, 'Joe').click();
    await words.filter({ hasText: 'Unread messages in 1 other room' }).waitFor();
    assert.equal(await described(page), 'Unread messages in 1 other room');
    await page.locator('.menu').click();
    await roomLink(page, 'Mary').click();
    await page.locator('.alarm').waitFor({ state: 'hidden' });
    assert.equal(await described(page), '');
  });

  // 1280 by 800 at 400 %.
  test('nothing is lost and nothing scrolls sideways at a zoom of 400 %', async () => {
    const page = await world.visit({ as: 'Pablo', viewport: { width: 320, height: 200 } });
    await page.locator('article').first().waitFor();
    await say(page, 'a-very-long-word-without-any-place-to-break-it'.repeat(5));
    const sideways = await page.evaluate(() => [document.documentElement, document.querySelector('.log')]
      .map((box) => box.scrollWidth - box.clientWidth));
    assert.deepEqual(sideways, [0, 0]);
    for (const one of ['.menu', '.titles h2', '.log', '#composer', '.composer button']) {
      await page.locator(one).waitFor();
    }
    assert.ok(await page.locator('.log').evaluate((log) => log.clientHeight) >= 60);
    const stranger = await world.visit({ viewport: { width: 320, height: 200 } });
    await stranger.locator('#username').waitFor();
    assert.equal(await stranger.evaluate(() => document.documentElement.scrollWidth), 320);
  });

  test('nothing moves for those who want it still', async () => {
    const page = await world.visit({ as: 'Pablo', viewport: narrow, reducedMotion: 'reduce' });
    await tap(page);
    assert.equal(await page.locator('.rooms').evaluate((drawer) => drawer.getAnimations().length), 0);
  });
});

describe('delivery', () => {
  const files = readdirSync(www, { recursive: true }).map(String).filter((file) => /\.(mjs|css|html)$/.test(file));

  test('the modules are small', () => {
    const size = files.filter((file) => file.endsWith('.mjs')).reduce((sum, file) => sum + gzipSync(readFileSync(join(www, file))).length, 0);
    assert.ok(size < 40 * 1024, `${size} bytes`);
  });

  test('every module but the first is announced to the browser', () => {
    const html = readFileSync(join(www, 'index.html'), 'utf8');
    const announced = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, file]) => file).sort();
    assert.deepEqual(announced, files.filter((file) => file.endsWith('.mjs') && file !== 'js/main.mjs').sort());
  });
});
