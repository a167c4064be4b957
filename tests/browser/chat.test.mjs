// Two people, two browsers: they sign in and talk, without a reload, and text is shown as text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { start } from '../support/harness.mjs';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
let snug;
let browser;
before(async () => {
  snug = await start();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
});
after(async () => {
  await browser?.close();
  await snug?.stop();
});

async function signIn(name, options) {
  const page = await (await browser.newContext(options)).newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => { if (/Content Security Policy|TrustedHTML/.test(message.text())) errors.push(message.text()); });
  await page.goto(snug.url);
  await page.locator('input').nth(0).fill(name);
  await page.locator('input').nth(1).fill('password123');
  await page.keyboard.press('Enter');
  await page.waitForSelector('textarea');
  return { page, errors };
}

test('Pablo on a desk and Mary on a phone talk both ways', async () => {
  const pablo = await signIn('Pablo', { viewport: { width: 1280, height: 800 } });
  const mary = await signIn('Mary', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
  const text = 'Hello <b>Mary</b> & "q" é 😀';
  await pablo.page.fill('textarea', text);
  await pablo.page.keyboard.press('Enter');
  await mary.page.locator('[role=log]').getByText(text).first().waitFor({ timeout: 10000 });
  await mary.page.fill('textarea', 'Hi Pablo');
  await mary.page.keyboard.press('Enter');
  await pablo.page.locator('[role=log]').getByText('Hi Pablo').first().waitFor({ timeout: 10000 });
  assert.deepEqual([...pablo.errors, ...mary.errors], []);
});
