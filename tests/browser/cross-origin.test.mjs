// A page of another origin, in the browser of somebody who is signed in: what it may not do, read or show, and
// what one that is listed may. One origin is of our own site, so that the browser sends it our cookie.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { start, until } from '../support/harness.mjs';
import { useSnug } from './page.mjs';

const server = http.createServer((request, answer) => {
  answer.setHeader('content-type', 'text/html');
  answer.end('<!doctype html><meta charset="utf-8"><title>Elsewhere</title><body></body>');
});
let port;
before(async () => {
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  ({ port } = server.address());
});
after(() => server.close());

const world = useSnug();

const messages = () => Number(world.snug.redis('zcard', 'room:0'));
const sessions = () => world.snug.redis('keys', 'snug:session:*').split('\n').sort().join();

for (const host of ['127.0.0.1', 'localhost']) {
  describe(`a page of ${host === 'localhost' ? 'another site' : 'our site and another port'}`, () => {
    let page, context, api, stored, open;

    beforeEach(async () => {
      const own = await world.visit({ as: 'Pablo' });
      context = own.context();
      page = await context.newPage();
      await page.goto(`http://${host}:${port}/`);
      api = `${world.snug.url}api/`;
      stored = messages();
      open = sessions();
    });

    // Whatever it tried: nothing is stored, and the person is who they were.
    afterEach(async () => {
      assert.equal(messages(), stored);
      assert.equal(sessions(), open);
      const [{ name, value }] = await context.cookies();
      const { status, json } = await world.snug.client().get('api/session', { headers: { cookie: `${name}=${value}` } });
      assert.deepEqual([status, json.username], [200, 'Pablo']);
    });

    // Sends a form of the page, in a tab of its own; the answer's status.
    const submit = async (action, type, fields) => {
      const popup = context.waitForEvent('page');
      const answered = context.waitForEvent('response', (response) => response.url() === action);
      await page.evaluate(([url, enctype, values]) => {
        const form = Object.assign(document.createElement('form'), { action: url, method: 'post', enctype, target: '_blank' });
        for (const [name, value] of values) form.append(Object.assign(document.createElement('input'), { name, value }));
        document.body.append(form);
        form.submit();
      }, [action, type, fields]);
      const status = (await answered).status();
      await (await popup).close();
      return status;
    };

    // A fetch() of the page: its status; "TypeError" where the browser tells it nothing, though the server may have been
    // asked, and has answered then.
    const ask = (path, options) => page.evaluate(async ([url, init]) => {
      try {
        const answer = await fetch(url, init);
        return answer.type === 'opaque' ? 'opaque' : answer.status;
      } catch (error) {
        return error.name;
      }
    }, [api + path, options]);

    test('sends no message by a form', async () => {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
        assert.equal(await submit(`${api}messages/0`, type, [['message', 'forged']]), 403, type);
      }
    });

    test('logs nobody in, as JSON in a form or as a form', async () => {
      const json = '{"username":"Mary","password":"password123","x":"';
      assert.equal(await submit(`${api}session`, 'text/plain', [[json, '"}']]), 403);
      assert.equal(await submit(`${api}session`, 'application/x-www-form-urlencoded', [['username', 'Mary'], ['password', 'password123']]), 403);
      const body = '{"username":"Mary","password":"password123"}';
      assert.equal(await ask('session', { method: 'POST', mode: 'no-cors', credentials: 'include', body, headers: { 'content-type': 'text/plain' } }), 'TypeError');
      assert.equal(await ask('session', { method: 'POST', credentials: 'include', body, headers: { 'content-type': 'application/json' } }), 'TypeError');
      assert.equal(await ask('users', { method: 'POST', mode: 'no-cors', credentials: 'include', body: body.replace('Mary', 'Forged') }), 'TypeError');
      assert.equal(world.snug.redis('exists', 'username:Forged'), '0');
    });

    test('sends no message by fetch() or a beacon', async () => {
      for (const credentials of ['include', 'omit']) {
        const post = (more) => ask('messages/0', { method: 'POST', credentials, body: 'forged', ...more });
        assert.equal(await post({ mode: 'no-cors' }), 'TypeError');
        assert.equal(await post({}), 'TypeError');
        assert.equal(await post({ headers: { 'content-type': 'application/json' }, body: '{"message":"forged"}' }), 'TypeError');
        assert.equal(await post({ headers: { authorization: 'Bearer nonsense' } }), 'TypeError');
      }
      // The answer is kept from the page, and so from us.
      const over = ['requestfinished', 'requestfailed'].map((event) => context.waitForEvent(event, (request) => request.url() === `${api}messages/0`));
      assert.ok(await page.evaluate((url) => navigator.sendBeacon(url, 'message=forged'), `${api}messages/0`));
      await Promise.any(over);
    });

    test('changes and ends nothing', async () => {
      for (const [method, path] of [['DELETE', 'session'], ['DELETE', 'sessions'], ['PATCH', 'users/me'], ['PUT', 'rooms/0/members/me']]) {
        assert.equal(await ask(path, { method, credentials: 'include' }), 'TypeError', path);
      }
    });

    test('reads nothing', async () => {
      for (const path of ['session', 'rooms', 'messages/0', 'health', 'events']) {
        for (const credentials of ['include', 'omit']) assert.equal(await ask(path, { credentials }), 'TypeError', path);
      }
      for (const path of ['session', 'rooms', 'messages/0']) {
        assert.equal(await ask(path, { mode: 'no-cors', credentials: 'include' }), 'TypeError', `${path} stays out of the page's process`);
      }
      const opened = await page.evaluate((url) => new Promise((resolve) => {
        const stream = new EventSource(url, { withCredentials: true });
        stream.onopen = () => resolve(true);
        stream.onerror = () => resolve(false);
      }), `${api}events`);
      assert.equal(opened, false);
    });

    test('embeds nothing', async () => {
      const embed = (name, url) => page.evaluate(([tag, address]) => new Promise((resolve) => {
        const element = document.createElement(tag);
        element.onload = () => resolve('load');
        element.onerror = () => resolve('error');
        if (tag === 'link') element.rel = 'stylesheet';
        element[tag === 'link' ? 'href' : 'src'] = address;
        document.body.append(element);
      }), [name, url]);
      for (const path of ['rooms', 'messages/0', 'session']) {
        for (const tag of ['img', 'script', 'link', 'video']) assert.equal(await embed(tag, api + path), 'error', `${tag} ${path}`);
      }
      assert.equal(await embed('script', `${world.snug.url}js/main.mjs`), 'error');
    });

    test('shows neither the page nor the API in a frame, and has no hold on its window', async () => {
      for (const url of [world.snug.url, `${api}rooms`]) {
        await page.evaluate((address) => new Promise((resolve) => {
          const frame = Object.assign(document.createElement('iframe'), { src: address, onload: resolve });
          document.body.append(frame);
        }), url);
        const frame = page.frames().at(-1);
        await until(() => frame.url() !== '', 'the frame to have an address');
        assert.equal(frame.url(), 'chrome-error://chromewebdata/', url);
      }
      const popup = context.waitForEvent('page');
      await page.evaluate((url) => { globalThis.theirs = window.open(url); }, world.snug.url);
      const theirs = await popup;
      await theirs.locator('.link[data-link="live"]').waitFor();
      assert.equal(await theirs.evaluate(() => window.opener), null);
      assert.equal(await page.evaluate(() => globalThis.theirs.closed), true, 'as if it were gone');
    });
  });
}

describe('a page of an origin that is listed', () => {
  let listed;
  before(async () => {
    listed = await start({ beside: world.snug, env: { SNUG_CORS: `http://127.0.0.1:${port}` } });
  });
  after(() => listed?.stop());

  // What a page at this host gets of the server that lists 127.0.0.1.
  const attempt = async (host) => {
    const context = await world.browser.newContext();
    try {
      const login = await context.request.post(`${listed.url}api/session`, { maxRetries: 2, data: { username: 'Pablo', password: 'password123' } });
      assert.equal(login.status(), 200);
      const page = await context.newPage();
      await page.goto(`http://${host}:${port}/`);
      return await page.evaluate(async (api) => {
        const tried = (promise) => promise.catch((error) => error.name);
        const options = { credentials: 'include' };
        const who = await tried(fetch(`${api}session`, options).then((answer) => answer.json()));
        const sent = await tried(fetch(`${api}messages/0`, { ...options, method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': `k${Date.now()}` },
          body: '{"message":"from a friend"}' }).then((answer) => [answer.status, answer.headers.get('location')]));
        const streamed = await new Promise((resolve) => {
          const stream = new EventSource(`${api}events`, { withCredentials: true });
          stream.addEventListener('ready', ({ data }) => { stream.close(); resolve(JSON.parse(data).user.username); });
          stream.onerror = () => { stream.close(); resolve('error'); };
        });
        return { who: who.username ?? who, sent, streamed };
      }, `${listed.url}api/`);
    } finally {
      await context.close();
    }
  };

  test('reads, writes and listens as the person', async () => {
    const { who, sent, streamed } = await attempt('127.0.0.1');
    assert.equal(who, 'Pablo');
    assert.equal(sent[0], 201);
    assert.match(sent[1], /around=/);
    assert.equal(streamed, 'Pablo');
  });

  test('and one that is not does not', async () => {
    assert.deepEqual(await attempt('localhost'), { who: 'TypeError', sent: 'TypeError', streamed: 'error' });
  });
});
