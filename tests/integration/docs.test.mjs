// The commands of README.md and docs/API.md, each run as it stands there; and there is one for every operation.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';
import { Contract } from '../support/openapi.mjs';

const base = 'http://127.0.0.1:8080/';
const commands = ['README.md', 'docs/API.md'].flatMap((file) => readFileSync(join(root, file), 'utf8').match(/^(?:\w+ \| )?curl .*$/gm));
const metrics = 'a-token-for-metrics';

let snug;
before(async () => {
  snug = await start({ env: { SNUG_METRICS_TOKEN: metrics } });
  snug.redis('HSET', 'snug:user:1', 'role', 'admin');
  snug.redis('SADD', 'snug:admins', '1');
});
after(() => snug?.stop());

let made = 0;
const post = async (client, target, body) => {
  const { status, json, text } = await client.post(target, body);
  assert.ok(status < 300, `${target}: ${text}`);
  return json;
};
const somebody = () => { made += 1; return post(snug.client(), 'api/users', { username: `somebody${made}`, password: 'a fine password' }); };
const hook = (me) => { made += 1; return post(me, 'api/rooms/0/hooks', { name: `Hook${made}` }); };

/** What the answers before have said, in the commands' words; me is who asks. */
const variables = {
  SESSION: async (me) => {
    await snug.client().login('Pablo');
    return (await me.get('api/sessions')).json.sessions.find(({ current }) => !current).id;
  },
  CODE: async (me) => (await post(me, `api/users/${(await somebody()).id}/reset`, '')).code,
  TOKEN: async (me) => (await post(me, 'api/tokens', { name: 'test', scope: 'read' })).id,
  INVITE: async (me) => (await post(me, 'api/invites', {})).id,
  BOT: async (me) => {
    made += 1;
    const { id } = await post(me, 'api/bots', { username: `Bot${made}` });
    await me.send('PUT', `api/bots/${id}/hook`, { body: { url: 'https://bot.example/' } });
    return id;
  },
  HOOK_ID: async (me) => (await hook(me)).id,
  HOOK: async (me) => (await hook(me)).url,
  ROOM: async (me) => {
    snug.redis('SET', 'room:7:name', 'Books');
    await me.send('PUT', 'api/rooms/7/members/me');
    return '7';
  },
  STREAM: async (me) => (await me.stream()).events.find(({ type }) => type === 'ready').data.stream,
  MESSAGE: async (me) => (await post(me, 'api/messages/0', { message: 'Helo' })).id,
  METRICS: () => metrics,
};

/** Who asks: those who give themselves another password, or go, come back no more. */
const whose = (command) => (command.includes('/users/me') ? (/DELETE/.test(command) ? 'Joe' : 'Mary') : 'Pablo');
const inOrder = [...commands.filter((command) => !command.includes('/users/me')), ...commands.filter((command) => command.includes('/users/me'))];

for (const command of inOrder) {
  test(command, async () => {
    const me = await snug.client().login(whose(command));
    const env = { ...process.env };
    for (const [, name] of command.matchAll(/\$([A-Z_]+)/g)) {
      assert.ok(variables[name], `what is $${name}?`);
      env[name] = await variables[name](me);
    }
    writeFileSync(join(snug.dir, 'jar'), `127.0.0.1\tFALSE\t/\tFALSE\t0\t${me.cookie.replace('=', '\t')}\n`);
    const run = (line) => execFileSync('sh', ['-c', line], { cwd: snug.dir, env, encoding: 'utf8' });
    const here = command.replaceAll(base, snug.url);
    if (here.includes(' -N ')) {
      assert.match(run(`timeout 1 ${here.replace('curl', 'curl -s')} || [ $? = 124 ]`), /^(event: ready|\{"event":"ready",.*\})$/m);
    } else {
      assert.match(run(here.replace(/\bcurl/, "curl -s -w '\n%{http_code}'")), /\n20[014]$/);
    }
  });
}

test('every operation has a command', () => {
  const contract = new Contract();
  const has = new Set(commands.map((command) => {
    const method = /-X ([A-Z]+)/.exec(command)?.[1] ?? (/ (-d|--data\S*) /.test(command) && !/ -G /.test(command) ? 'POST' : 'GET');
    const target = command.includes('"$HOOK"') ? 'api/hooks/secret' : [...command.matchAll(/http:\/\/127\.0\.0\.1:8080\/([^'" )]+)/g)].at(-1)[1];
    return contract.find(method, target)?.operationId ?? assert.fail(`no operation answers this: ${command}`);
  }));
  const missing = contract.operations.filter(({ operationId }) => !has.has(operationId)).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(missing, [], 'these have no curl command in docs/API.md; see there, "Every call"');
});
