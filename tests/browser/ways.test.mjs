// The ways in that somebody else opens: an invitation, a link to reset a password; and who has left.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { start } from '../support/harness.mjs';
import { narrow, newName, roomLink, say, useSnug, violations, wide } from './page.mjs';

const world = useSnug({ env: { SNUG_REGISTRATION: 'invite' } });
const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);
const PASSWORD = 'password of theirs';

// Pablo, whom the operator has made an admin.
const asAdmin = async () => {
  world.snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  world.snug.redis('SADD', 'snug:admins', '1');
  return world.snug.client().login('Pablo');
};

const invite = async () => (await (await asAdmin()).post('api/invites', {})).json;

// Somebody with an account, which they made by an invitation: a client, and their id.
const newcomer = async () => {
  const client = world.snug.client();
  const username = newName('Guest');
  const { json, text } = await client.post('api/users',
    { username, password: PASSWORD, invite: (await invite()).code });
  assert.ok(json.id, text);
  return { client, username, id: json.id };
};

const resetOf = async (id) => (await (await asAdmin()).post(`api/users/${id}/reset`)).json;

// Where the page has been, and what it has asked for: a code is nowhere in it.
const seenOf = (page) => {
  const seen = [];
  page.on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  page.on('framenavigated', (frame) => seen.push(frame.url()));
  return seen;
};

const fill = async (page, username, password) => {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
};

describe('where the web server says who people are', () => {
  test('whom it does not name is told so, and asked for no password', async () => {
    const snug = await start({ env: { SNUG_REMOTE_USER: '1' } });
    try {
      const page = await world.visit({ url: snug.url });
      await page.getByText('signs people in').waitFor();
      assert.equal(await page.locator('#password').isVisible(), false);
    } finally {
      await snug.stop();
    }
  });
});

describe('where one registers by invitation', () => {
  test('a stranger is offered to sign in, and nothing else', async () => {
    const page = await world.visit();
    const told = page.waitForResponse('**/api/server');
    await page.locator('#username').waitFor();
    await told.catch(() => {});
    assert.equal(await page.getByText('New here?').isVisible(), false);
    assert.equal(await page.getByRole('heading', { name: 'Welcome back' }).isVisible(), true);
  });

  test('an invitation makes an account, and leaves no trace in the address or in requests', async () => {
    const { code } = await invite();
    const page = await world.visit();
    await page.locator('#username').waitFor();
    const seen = seenOf(page);
    await page.goto(`${world.snug.url}?#invite/${code}`);
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    assert.ok(await isFocused(page.locator('#username')));
    assert.equal(page.url(), world.snug.url);
    const username = newName('Invited');
    await fill(page, username, PASSWORD);
    await page.locator('.link[data-link="live"]').waitFor();
    assert.equal(await page.locator('.me').textContent(), username);
    assert.equal(seen.filter((url) => url.includes(code) && !url.includes('#invite/')).length, 0);
    await page.goBack();
    await page.locator('.link[data-link="live"]').waitFor();
    assert.ok(!page.url().includes(code));
    assert.ok(!await page.evaluate((secret) => [localStorage, sessionStorage]
      .some((kept) => JSON.stringify({ ...kept }).includes(secret)), code));
  });

  test('a used invitation is told in words, and one may sign in instead', async () => {
    const { code } = await invite();
    await world.snug.client().post('api/users', { username: newName('First'), password: PASSWORD, invite: code });
    const page = await world.visit({ at: `#invite/${code}` });
    await fill(page, newName('Second'), PASSWORD);
    await page.getByText('This link was used already, or is too old.').waitFor();
    await page.getByText('Have an account?').click();
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    await page.getByText('New here?').waitFor();
    await fill(page, 'Mary', 'password123');
    await page.locator('.link[data-link="live"]').waitFor();
  });

  test('an invitation that comes while the page is open is shown, but not to who is in', async () => {
    const { code } = await invite();
    const page = await world.visit();
    await page.locator('#username').waitFor();
    await page.evaluate((secret) => { location.hash = `#invite/${secret}`; }, code);
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    assert.ok(!page.url().includes(code));
    const joe = await world.visit({ as: 'Joe' });
    await joe.evaluate((secret) => { location.hash = `#invite/${secret}`; }, code);
    await joe.waitForURL('**/#room=0');
    assert.equal(await joe.locator('#composer').isVisible(), true);
  });
});

describe('where nobody registers', () => {
  let closed;
  before(async () => {
    closed = await start({ beside: world.snug, env: { SNUG_REGISTRATION: 'closed' } });
  });
  after(() => closed?.stop());

  test('an invitation says so', async () => {
    const page = await world.visit({ url: closed.url, at: `#invite/${(await invite()).code}` });
    await page.getByText('This server takes nobody new just now.').waitFor();
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    assert.equal(await page.getByText('New here?').isVisible(), false);
  });
});

describe('a link to reset a password', () => {
  test('sets it, by keyboard alone, and one signs in with it', async () => {
    const { id, username } = await newcomer();
    const { code } = await resetOf(id);
    const page = await world.visit({ at: `#reset/${code}` });
    await page.getByRole('heading', { name: 'A new password' }).waitFor();
    assert.equal(page.url(), world.snug.url);
    assert.ok(await isFocused(page.getByLabel('New password')));
    assert.equal(await page.locator('#username').isVisible(), false);
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('heading', { name: 'A new password' }).isVisible(), true);
    await page.keyboard.type(' and then longer');
    await page.keyboard.press('Enter');
    await page.getByText('Your new password is set. Sign in with it.').waitFor();
    assert.ok(await isFocused(page.locator('#username')));
    await page.keyboard.type(username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('short and then longer');
    await page.keyboard.press('Enter');
    await page.locator('.link[data-link="live"]').waitFor();
  });

  test('works once, and what is wrong is told in words', async () => {
    const { id } = await newcomer();
    const { code } = await resetOf(id);
    await world.snug.client().post('api/session/reset', { code, password: 'another of theirs' });
    const page = await world.visit({ at: `#reset/${code}` });
    await page.getByLabel('New password').fill('password');
    await page.keyboard.press('Enter');
    await page.getByText('This link was used already, or is too old.').waitFor();
    const { code: good } = await resetOf(id);
    await page.evaluate((secret) => { location.hash = `#reset/${secret}`; }, good);
    await page.getByLabel('New password').fill('password');
    await page.keyboard.press('Enter');
    await page.getByText('one of the first that are tried').waitFor();
    await page.getByLabel('New password').fill('another of theirs');
    await page.keyboard.press('Enter');
    await page.getByText('Your new password is set.').waitFor();
  });

  test('comes before the session of who is in, who may go on with it', async () => {
    const page = await world.visit({ as: 'Joe' });
    const { id } = await newcomer();
    await page.evaluate((secret) => { location.hash = `#reset/${secret}`; }, (await resetOf(id)).code);
    await page.getByRole('heading', { name: 'A new password' }).waitFor();
    await page.getByText('Sign in instead').click();
    await page.locator('.link[data-link="live"]').waitFor();
    assert.equal(await page.locator('.me').textContent(), 'Joe');
  });
});

describe('WCAG 2.2 A and AA', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries({ wide, narrow })) {
      test(`the ways in, ${colorScheme}, ${size}`, async () => {
        const invited = await world.visit({ viewport, colorScheme, at: `#invite/${'x'.repeat(24)}` });
        await invited.getByRole('heading', { name: 'You are invited' }).waitFor();
        await fill(invited, newName('Somebody'), PASSWORD);
        await invited.getByText('This link was used already').waitFor();
        assert.deepEqual(await violations(invited), []);
        const reset = await world.visit({ viewport, colorScheme, at: `#reset/${'x'.repeat(24)}` });
        await reset.getByRole('heading', { name: 'A new password' }).waitFor();
        assert.deepEqual(await violations(reset), []);
        assert.equal(await reset.evaluate(() => document.documentElement.scrollWidth), viewport.width);
      });
    }
  }
});

describe('who has left', () => {
  test('is a deleted user on the pages of others, at once', async () => {
    const { client, username, id } = await newcomer();
    const text = newName('remember me ');
    await client.post('api/rooms', { user: 'Mary' });
    await client.post(`api/messages/3:${id}`, { message: text });
    const page = await world.visit({ as: 'Mary' });
    await roomLink(page, username).click();
    await page.getByText(text).first().waitFor();
    const { status } = await client.send('DELETE', 'api/users/me', { body: { password: PASSWORD } });
    assert.equal(status, 204);
    await page.locator('.titles h2', { hasText: 'deleted user' }).waitFor();
    assert.equal(await roomLink(page, username).count(), 0);
    await page.locator('article .author', { hasText: 'deleted user' }).waitFor();
    await say(page, newName('to nobody '));
    await page.locator('article.own').waitFor();
  });
});
