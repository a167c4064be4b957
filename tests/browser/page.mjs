// People in front of the page: a browser, contexts with their own cookies, and no complaint unheard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before } from 'node:test';
import { chromium } from 'playwright-core';
import { start } from '../support/harness.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
};

export const wide = { width: 1280, height: 800 };
export const narrow = { width: 390, height: 800 };

// A page that breaks its own policy, or throws, has failed. A refused request is not a complaint.
const listen = (page, complaints) => {
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack ?? error}`));
  page.on('console', (message) => {
    const text = message.text();
    const violation = /Content Security Policy|TrustedHTML|TrustedScript|policy violation/i.test(text);
    if (violation || (message.type() === 'error' && !text.startsWith('Failed to load resource'))) {
      complaints.push(`console: ${text}`);
    }
  });
};

const reportViolations = () => {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
};

// A name that nobody has yet.
let names = 0;
export const newName = (prefix) => {
  names += 1;
  return `${prefix}${process.pid}x${names}`;
};

// Theirs, whom the tests make; the demo's people have the article's, which nobody may choose.
export const passwordOf = (name) => (['Pablo', 'Joe', 'Mary', 'Alex'].includes(name) ? 'password123' : 'a long password');

/*
 * One snug and one browser for the tests of a file. visit({ as }) gives the page of somebody who is
 * signed in already, without `as` the page of a stranger; `at` is a path below the root. options are those
 * of start().
 */
export const useSnug = (options = {}) => {
  const world = { snug: null, browser: null };
  let contexts = [];
  let complaints = [];

  before(async () => {
    world.snug = await start({ demo: true, ...options });
    world.browser = await chromium.launch(launchOptions);
  });

  after(async () => {
    await world.browser?.close();
    await world.snug?.stop();
  });

  afterEach(async () => {
    const heard = complaints;
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    complaints = [];
    assert.deepEqual(heard, []);
  });

  world.visit = async ({ as, password = passwordOf(as), at = '', viewport = wide, ...more } = {}) => {
    const context = await world.browser.newContext({ viewport, locale: 'en-GB', ...more });
    contexts.push(context);
    context.setDefaultTimeout(10000);
    await context.addInitScript(reportViolations);
    if (as) {
      const answer = await context.request.post(`${world.snug.url}api/session`, { data: { username: as, password } });
      assert.equal(answer.status(), 200, `${as} signs in`);
    }
    const page = await context.newPage();
    listen(page, complaints);
    await page.goto(new URL(at, more.url ?? world.snug.url).href);
    if (as) {
      await page.locator('.link[data-link="live"]').waitFor();
    }
    return page;
  };

  // A new account, of nobody else's concern.
  world.register = async (prefix) => {
    const context = await world.browser.newContext();
    const username = newName(prefix);
    const answer = await context.request.post(`${world.snug.url}api/users`,
      { data: { username, password: passwordOf(username) } });
    assert.equal(answer.status(), 201, `${username} signs up`);
    await context.close();
    return username;
  };

  return world;
};

// Writes and sends in the open room.
export const say = async (page, text) => {
  await page.locator('#composer').fill(text);
  await page.locator('#composer').press('Enter');
};

// The rows that show exactly this text.
export const rowsWith = (page, text) => page.locator('article', { has: page.locator('.text', {
  hasText: new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) }) });

export const roomLink = (page, name) => page.locator('.list a', { has: page.locator('.name', {
  hasText: new RegExp(`^${name}$`) }) });

// Requests of the page's own origin, with the page's cookie.
export const post = (page, path, data) => page.evaluate(async ([target, body]) => {
  const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}, [path, data]);

// What axe finds against WCAG 2.2 A and AA, in short.
export const violations = async (page) => {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const result = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags },
      rules: { 'target-size': { enabled: true } } });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) =>
      `${html.slice(0, 120)} (${failureSummary.replace(/\s+/g, ' ')})`).join(' | ')}`);
  });
};
