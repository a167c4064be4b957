// docs/openapi.yaml is the API: it has every route and no other, and every operation answers as it says, in every
// way that it says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { root, start, until } from '../support/harness.mjs';
import { Contract, read } from '../support/openapi.mjs';
import { World, ask, operations, others } from '../support/operations.mjs';

const contract = new Contract();
let snug;
let world;
before(async () => {
  snug = await start({ env: { SNUG_METRICS_TOKEN: 'a-token-for-metrics' } });
  world = new World(snug);
});
after(() => snug?.stop());

/** Who an operation is for. */
function asker({ operationId, isPublic }, w = world) {
  if (isPublic || operationId === 'metrics') return w.snug.client();
  return operations[operationId].admin ? w.admin() : w.person();
}

/** Asks, holds the answer to the document, and gives it. */
async function put(client, operation, request) {
  const answer = await ask(client, operation, request);
  contract.check(operation, answer);
  return answer;
}

/** Each operation that fits, as it wants to be asked, changed by change(request, operation). */
async function each(fits, change, w = world) {
  for (const operation of contract.operations.filter(fits)) {
    const me = await asker(operation, w);
    const request = await operations[operation.operationId].make(w, me);
    await change(me, operation, request);
  }
}

const wants = (operation, status) => operation.responses[status] !== undefined;
const documented = (status) => contract.operations.filter((one) => wants(one, status)).map(({ operationId }) => operationId);
const isHook = ({ operationId }) => operationId === 'postHook'; // its secret is all that is asked for, and its answers are words
const isUnsafe = (operation) => operation.method !== 'GET' && !isHook(operation);
const hasBody = ({ requestBody }) => requestBody !== undefined;
const isPersonal = ({ isPublic, operationId }) => !isPublic && operationId !== 'metrics';

test('it is an OpenAPI 3.1 document', async () => {
  const { valid, errors } = await new Validator().validate(read());
  assert.ok(valid, JSON.stringify(errors, null, 1));
  assert.match(contract.document.openapi, /^3\.1\./);
});

test('it has the routes of src/api/routes.c and of the hub, and no others', () => {
  const routes = ['src/api/routes.c', 'src/hub/gate.c'].flatMap((file) => [...readFileSync(join(root, file), 'utf8')
    .matchAll(/\{HTTP_([A-Z]+),\s+"([^"]+)"/g)].map(([, method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`));
  assert.ok(routes.length > 30);
  assert.deepEqual(contract.operations.map(({ method, path }) => `${method} ${path}`).sort(), routes.sort());
});

test('the codes of its problems are those of src/base/err.c, each with its status', () => {
  const schemas = Object.values(contract.document.components.schemas).filter(({ $ref, properties }) => $ref?.endsWith('/Problem') && properties.status);
  const said = schemas.flatMap(({ properties: { status, code } }) => (code.enum ?? [code.const]).map((one) => `${one} ${status.const}`));
  const table = readFileSync(join(root, 'docs/API.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| ([45]\d\d) \|/gm);
  const ofNone = ['method_not_allowed 405', 'length_required 411', 'headers_too_large 431', 'internal 500']; // of no operation
  assert.deepEqual([...said, ...ofNone].sort(), [...table].map(([, code, status]) => `${code} ${status}`).sort());
});

test('every operation has a request in tests/support/operations.mjs', () => {
  assert.deepEqual(Object.keys(operations).sort(), contract.operations.map(({ operationId }) => operationId).sort());
});

test('every operation does what it is for', async () => {
  await each(() => true, async (me, operation, request) => {
    const { status, text } = await put(me, operation, request);
    assert.ok(status < 300, `${operation.operationId}: ${status} ${text}`);
  });
});

test('forms are taken where JSON is', async () => {
  await each(hasBody, async (me, operation, request) => {
    if (!request.body) return;
    const body = new URLSearchParams(Object.entries(request.body).map(([name, value]) => [name, String(value)])).toString();
    const { status, text } = await put(me, operation, { ...request, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    assert.ok(status < 300, `${operation.operationId}: ${status} ${text}`);
  });
});

test('lists have all the forms that they say they have, and no other', async () => {
  const has = ({ responses }, type) => responses[200]?.content?.[type] !== undefined;
  await each((one) => one.method === 'GET' && one.operationId !== 'openStream', async (me, operation, request) => {
    for (const [format, type] of [['ndjson', 'application/x-ndjson'], ['text', 'text/plain']]) {
      if (!has(operation, type)) continue;
      const accepted = await put(me, operation, { ...request, headers: { ...request.headers, accept: type } });
      const named = await put(me, operation, { ...request, query: { ...request.query, ...(operation.operationId === 'metrics' ? {} : { format }) } });
      for (const { status, headers } of [accepted, named]) {
        assert.deepEqual([operation.operationId, status, headers['content-type'].split(';')[0]], [operation.operationId, 200, type]);
      }
    }
    if (!has(operation, 'application/x-ndjson')) return;
    const { status, json } = await put(me, operation, { ...request, query: { ...request.query, format: 'xml' } });
    assert.deepEqual([status, json.code], [400, 'invalid'], operation.operationId);
  });
});

test('what is asked for with GET is answered to HEAD, without a body', async () => {
  await each(({ method }) => method === 'GET', async (me, operation, request) => {
    const answer = await ask(me, operation, request, 'HEAD');
    contract.check(operation, answer, true);
    assert.equal(answer.status, 200, operation.operationId);
    assert.equal(answer.text, '', operation.operationId);
  });
});

for (const [operationId, status, code, make, as] of others) {
  test(`${operationId} can answer ${status} ${code}`, async () => {
    const operation = contract.named(operationId);
    const me = await (as ? world.admin() : asker(operation));
    const request = await make(world, me);
    const answer = await (as === 'alone' ? world.alone(me, () => put(me, operation, request)) : put(me, operation, request));
    assert.equal(answer.status, status, answer.text);
    if (code) assert.equal(answer.json.code, code);
    if (operationId === 'createInvite' && status === 409) snug.redis('DEL', 'snug:invites');
  });
}

test('to who is nobody everything personal is 401, in JSON or in a line', async () => {
  await each(isPersonal, async (me, operation, request) => {
    for (const headers of [{}, { authorization: 'Bearer snug_nothing' }, { accept: 'text/plain' }]) {
      const { status, text } = await put(snug.client(), operation, { ...request, headers });
      assert.equal(status, 401, `${operation.operationId}: ${text}`);
    }
  });
});

test('a token without the scope does nothing', async () => {
  await each(isPersonal, async (me, operation, request) => {
    const codes = [];
    for (const scope of ['read', 'write']) {
      const headers = { ...request.headers, ...await world.token(me, scope) };
      codes.push((await put(snug.client(), operation, { ...request, headers })).json?.code);
    }
    if (operation.operationId === 'beat') return; // it is asked for a session's stream, and tokens have their own
    assert.ok(codes.includes('insufficient_scope'), `${operation.operationId}: ${codes}`);
  });
});

test('what is for admins is 403 for others', async () => {
  await each(({ operationId }) => operations[operationId].admin, async (me, operation, request) => {
    const { status, json } = await put(await world.person(), operation, request);
    assert.deepEqual([status, json.code], [403, 'forbidden'], operation.operationId);
  });
});

test('a page of another origin changes nothing', async () => {
  await each(isUnsafe, async (me, operation, request) => {
    const { status, json } = await put(me, operation, { ...request, headers: { ...request.headers, 'sec-fetch-site': 'cross-site' } });
    assert.deepEqual([status, json.code], [403, 'cross_site'], operation.operationId);
  });
});

test('a body that is broken, of another type or too large is refused', async () => {
  await each(hasBody, async (me, operation, request) => {
    const rows = [['{', 'application/json', 400], ['<a/>', 'application/xml', 415], ['x'.repeat(70000), 'text/plain', 413]];
    for (const [body, type, expected] of rows) {
      if (isHook(operation) && expected === 415) continue;
      if (operation.operationId === 'deleteUser' && expected !== 413) request.path.user = 'me'; // else it is not looked at
      const { status, text } = await put(me, operation, { ...request, body, headers: { 'content-type': type } });
      assert.equal(status, expected, `${operation.operationId}: ${text}`);
    }
  });
  for (const operation of contract.operations.filter((one) => wants(one, 413) && !hasBody(one))) {
    const me = await asker(operation);
    const request = await operations[operation.operationId].make(world, me);
    assert.equal((await put(me, operation, { ...request, body: 'x'.repeat(70000) })).status, 413);
  }
});

test('for a banned address nothing is done', async (t) => {
  const asked = [];
  await each((operation) => wants(operation, 403), (me, operation, request) => { asked.push([me, operation, request]); });
  snug.redis('HSET', 'snug:bans', '127.0.0.1', '0');
  t.after(() => snug.redis('HDEL', 'snug:bans', '127.0.0.1'));
  for (const [me, operation, request] of asked) {
    const { status, json } = await put(me, operation, request);
    const isAsked = isPersonal(operation) && operation.operationId !== 'beat'; // of which Redis is not
    if (isAsked) assert.deepEqual([operation.operationId, status, json?.code], [operation.operationId, 403, 'banned']);
  }
});

test('a full Redis is said to be full, and still gives and forgets', async (t) => {
  const asked = [];
  const refused = [];
  await each(() => true, (me, operation, request) => { asked.push([me, operation, request]); });
  snug.redis('CONFIG', 'SET', 'maxmemory', '1');
  t.after(() => snug.redis('CONFIG', 'SET', 'maxmemory', '0'));
  for (const [me, operation, request] of asked) {
    if ((await put(me, operation, request)).status === 507) refused.push(operation.operationId);
  }
  assert.deepEqual(refused, documented(507));
});

test('what has a limit says so', async () => {
  const limited = await start({
    throttles: true,
    env: { SNUG_LOGIN_LIMIT: '0', SNUG_LOGIN_ADDRESS_LIMIT: '0', SNUG_LOGIN_NAME_LIMIT: '0', SNUG_SEND_LIMIT: '1', SNUG_HOOK_LIMIT: '1', SNUG_ROOM_LIMIT: '1', SNUG_REGISTER_LIMIT: '1000', SNUG_HASH_SLOTS: '1', SNUG_ARGON2_KIB: '16384' },
  });
  try {
    const w = new World(limited);
    const me = await w.person();
    const path = await w.message(me);
    for (let i = 0; i < 3; i += 1) await me.post('api/messages/0', { message: 'hello' });
    const counted = { sendMessage: {}, editMessage: {}, react: { emoji: '👍' }, unreact: { emoji: '👎' } };
    limited.redis('HSET', `snug:room:0:reactions:${path.id}`, `${me.id} 👎`, '1');
    for (const [operationId, more] of Object.entries(counted)) {
      const answer = await put(me, contract.named(operationId), { path: { ...path, ...more }, body: { message: 'hello again' } });
      assert.deepEqual([answer.status, answer.json.code], [429, 'rate_limited'], operationId);
    }
    const post = await operations.postHook.make(w);
    await put(w.snug.client(), contract.named('postHook'), post);
    const posted = await put(w.snug.client(), contract.named('postHook'), post);
    assert.deepEqual([posted.status, posted.text], [429, 'rate_limited']);
    await w.own(me);
    const make = await put(me, contract.named('openRoom'), { body: { name: 'Two', kind: 'private' } });
    assert.deepEqual([make.status, make.json.code], [429, 'rate_limited']);
    const asked = [];
    await each((operation) => wants(operation, 429) && !counted[operation.operationId] && operation.operationId !== 'openRoom' && !isHook(operation), (who, operation, request) => { asked.push([who, operation, request]); }, w);
    // All that hashes passwords takes the one slot, which others try to have all the time.
    let goOn = true;
    const storm = Array.from({ length: 3 }, async (_, i) => {
      while (goOn) await limited.client().post('api/session', { username: `storm${i}${Math.random()}`, password: 'guess' });
    });
    for (const [who, operation, request] of asked) {
      if (operation.operationId === 'changeUser' || operation.operationId === 'deleteUser') {
        Object.assign(request, { path: { user: 'me' }, body: { password: 'another fine one', oldPassword: 'x' } });
      }
      await until(async () => (await put(who, operation, request)).json?.code === 'busy', `${operation.operationId} to find no slot`);
    }
    goOn = false;
    await Promise.all(storm);
    const hidden = await put(w.snug.client(), contract.named('metrics'), {});
    assert.equal(hidden.status, 404);
  } finally { await limited.stop(); }
});

test('a Redis that is away is 503 for all that need it', async () => {
  const asked = [];
  const refused = [];
  await each(() => true, (me, operation, request) => { asked.push([me, operation, request]); });
  await snug.killRedis();
  await until(async () => (await snug.client().get('api/health')).status === 503, 'the hub to notice');
  for (const [me, operation, request] of asked) {
    if ((await put(me, operation, request)).status === 503) refused.push(operation.operationId);
  }
  assert.deepEqual(refused, documented(503));
});

test('all that it says has been answered', () => {
  assert.deepEqual(contract.unseen(), []);
});
