// The snug command: what it does to accounts, seen over HTTP; what it says, to people and to programs; how it
// asks for passwords.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, start } from '../support/harness.mjs';
import { answer, command, Terminal } from '../support/shell.mjs';

let snug;
before(async () => {
  snug = await start({ demo: false });
  assert.deepEqual(await answer(snug, ['seed']), { users: 4 });
});
after(() => snug?.stop());

const password = 'correct horse battery';
const add = (name, ...more) => answer(snug, ['user', 'add', name, ...more], { input: `${password}\n` });

/** The lines of synopsis that help shows. */
async function synopses() {
  const { out } = await command(snug, ['help']);
  return out.split('\n').filter((line) => /^ {2}[a-z]/.test(line)).map((line) => line.trim());
}

test('seed writes the demo accounts', async () => {
  const rooms = (await (await snug.client().login('Pablo')).get('api/rooms')).json.rooms;
  assert.equal(rooms[0].name, 'General');
  assert.equal(rooms.filter((room) => room.kind === 'direct').length, 3);
});

test('who is added in the shell logs in over HTTP', async () => {
  const made = await add('Shelly');
  assert.equal(made.username, 'Shelly');
  const person = await snug.client().login('Shelly', password);
  assert.equal((await person.get('api/session')).json.id, made.id);
});

test('the first admin is made in the shell, and the last one stays', async () => {
  const made = await add('Root', '--admin');
  const person = await snug.client().login('Root', password);
  assert.equal((await person.get('api/session')).json.role, 'admin');
  assert.equal((await person.post('api/invites', {})).status, 201);
  const last = await command(snug, ['user', 'admin', made.id, '--remove']);
  assert.equal(last.status, 1);
  assert.match(last.err, /The last admin stays/);
  assert.equal((await answer(snug, ['user', 'admin', 'mary'])).username, 'Mary');
  assert.equal((await (await snug.client().login('Mary')).get('api/session')).json.role, 'admin');
  await answer(snug, ['user', 'admin', made.id, '--remove']);
  assert.equal((await person.get('api/session')).json.role, undefined);
  for (const nobody of ['Nobody-of-this-name', '4711']) {
    assert.match((await command(snug, ['user', 'admin', nobody])).err, /no (such )?user/);
  }
});

test('a generated password is shown once, and is the password', async () => {
  const made = await answer(snug, ['user', 'add', 'Gene', '--generate']);
  assert.match(made.password, /^[\w-]{20}$/);
  await snug.client().login('Gene', made.password);
});

test('of standard input one line is the password, without its newline', async () => {
  for (const [name, input] of [['Line1', `${password}\nmore\n`], ['Line2', password]]) {
    assert.equal((await command(snug, ['user', 'add', name, '--password-stdin'], { input })).status, 0);
    await snug.client().login(name, password);
  }
});

test('what the HTTP interface refuses, the command refuses, in one line and with status 1', async () => {
  const refusals = [
    [['user', 'add', 'pablo'], password, /has this name/],
    [['user', 'add', '123'], password, /user name/],
    [['user', 'add', 'a b'], password, /user name/],
    [['user', 'add', 'Short'], 'short', /password/],
    [['user', 'add', 'Long'], 'x'.repeat(257), /password/],
    [['user', 'add', 'Longer'], 'x'.repeat(5000), /too long/],
    [['user', 'add', 'Common'], 'password123', /tried first/],
    [['user', 'add', 'Commoner'], 'commoner', /tried first/],
    [['user', 'add', 'Nul'], 'nul\0nul\0nul\0', /password/],
    [['user', 'add', 'Nothing'], '', /no password/],
    [['seed'], '', /accounts already/],
  ];
  for (const [args, input, why] of refusals) {
    const { out, err, status } = await command(snug, args, { input });
    assert.equal(status, 1, `${args}: ${err}`);
    assert.equal(out, '');
    assert.match(err, /^snug: [^\n]*\n$/);
    assert.match(err, why);
  }
});

test('wrong arguments have status 2 and one line, and nothing is done', async () => {
  const before = snug.redis('get', 'total_users');
  for (const args of [[], ['nothing'], ['user'], ['user', 'add'], ['user', 'add', 'A', 'B'], ['user', 'add', '--nothing', 'A'],
    ['user', 'add', 'A', '--password=secret123'], ['user', 'add', 'A', '-p', 'secret123'], ['user', 'add', 'A', '--generate', '--generate'],
    ['user', 'add', 'A', '--generate=yes'], ['user', 'add', 'A', '--generate', '--password-stdin'], ['check', 'more'], ['help', 'nothing'],
    ['--', 'check'], ['user add'], [''], ['check', '']]) {
    const { err, status } = await command(snug, args, { input: `${password}\n` });
    assert.equal(status, 2, `${args}: ${err}`);
    assert.match(err, /^snug: [^\n]*\n$/);
  }
  assert.equal(snug.redis('get', 'total_users'), before);
});

test('wrong settings, and a Redis that is away, have status 3', async () => {
  for (const env of [{ SNUG_DEMO: 'maybe' }, { SNUG_NOTHING: '1' }, { SNUG_REDIS: 'unix:/nowhere/redis.sock' },
    { SNUG_REDIS: 'redis://:wrong@127.0.0.1:1/0' }]) {
    for (const args of [['seed'], ['check']]) {
      const { err, status } = await command(snug, args, { env });
      assert.equal(status, 3, `${args}: ${err}`);
      assert.match(err, /^snug: [^\n]*\n$/);
    }
  }
});

test('a password is asked for at the terminal, and is never on it', async () => {
  const terminal = new Terminal(snug, '"$SNUG" user add Typed; echo "status $?"; stty -a | tr " " "\\n" | grep -x -e "-*echo;*"');
  await terminal.shows('Password for Typed: ');
  terminal.type(`${password}\n`);
  await terminal.shows('Once more, for Typed: ');
  terminal.type(`${password}\n`);
  await terminal.shows('status 0');
  await terminal.ended;
  assert.ok(!terminal.text.includes('horse'), terminal.text);
  assert.match(terminal.text, /\necho\r?\n$/);
  await snug.client().login('Typed', password);
});

test('two that differ make no account, and a signal puts the terminal back', async () => {
  const before = snug.redis('get', 'total_users');
  const differ = new Terminal(snug, '"$SNUG" user add Differ; echo "status $?"');
  await differ.shows('Password for Differ: ');
  differ.type(`${password}\n`);
  await differ.shows('Once more');
  differ.type(`${password}!\n`);
  await differ.shows('status 1');

  for (const [key, status] of [['\x03', 130], ['\x1c', 131]]) {
    const cut = new Terminal(snug, 'trap : INT QUIT; ulimit -c 0; "$SNUG" user add Cut; echo "status $?"; stty -a | tr " " "\\n" | grep -x -e "-*echo;*"');
    await cut.shows('Password for Cut: ');
    cut.type('half a pass');
    cut.type(key);
    await cut.shows(`status ${status}`);
    await cut.ended;
    assert.match(cut.text, /\necho\r?\n$/);
    assert.ok(!cut.text.includes('half a pass'), cut.text);
  }
  assert.equal(snug.redis('get', 'total_users'), before);
});

test('check finds everything in order, and says what is not', async () => {
  const good = await answer(snug, ['check']);
  assert.ok(good.settings.length > 15);
  assert.deepEqual(good.settings.find((s) => s.name === 'SNUG_REDIS'), { name: 'SNUG_REDIS', source: 'environment', value: `unix:${snug.socket}` });
  assert.equal(good.settings.find((s) => s.name === 'SNUG_HEARTBEAT').source, 'default');
  const of = (document, name) => document.checks.find((check) => check.name === name);
  for (const name of ['settings', 'redis', 'version', 'role', 'persistence', 'memory', 'pubsub', 'clock', 'latency', 'scripts',
    'admins', 'events', 'slots', 'programs']) {
    assert.equal(of(good, name).state, 'ok', name);
  }
  assert.match(of(good, 'passwords').detail, /^argon2id t=2 m=1 MiB: \d+ ms, less than OWASP/);

  const trouble = [
    ['appendonly', 'no', 'persistence', 'warn', 0],
    ['appendfsync', 'no', 'persistence', 'warn', 0],
    ['client-output-buffer-limit', 'pubsub 1mb 1mb 60', 'pubsub', 'warn', 0],
    ['maxmemory-policy', 'allkeys-lru', 'memory', 'fail', 1],
  ];
  for (const [name, value, check, state, status] of trouble) {
    const before = snug.redis('config', 'get', name).split('\n')[1];
    if (state === 'fail') snug.redis('config', 'set', 'maxmemory', '1gb');
    snug.redis('config', 'set', name, value);
    const said = await command(snug, ['check', '--json']);
    snug.redis('config', 'set', name, before);
    snug.redis('config', 'set', 'maxmemory', '0');
    assert.equal(said.status, status, name);
    assert.equal(of(JSON.parse(said.out), check).state, state, name);
    assert.equal(said.err, status ? 'snug: 1 of 17 checks failed.\n' : '');
  }
});

test('check knows whether anybody is an admin, and how to make one', async () => {
  const of = async () => (await answer(snug, ['check'])).checks.find((check) => check.name === 'admins');
  const admins = snug.redis('smembers', 'snug:admins').split('\n').filter(Boolean);
  assert.deepEqual(await of(), { state: 'ok', name: 'admins', detail: `${admins.length} may come in` });
  for (const id of admins) snug.redis('hset', `snug:user:${id}`, 'active', '0');
  assert.deepEqual(await of(), { state: 'warn', name: 'admins', detail: 'nobody is one, to invite people and to keep them out: snug user admin NAME' });
  for (const id of admins) snug.redis('hdel', `snug:user:${id}`, 'active');
});

test('check tries the folder where logins take turns, the sockets, and the address', async () => {
  const folder = join(snug.dir, 'folder');
  const of = async (name, env) => {
    const { out } = await command(snug, ['check', '--json'], { env: { SNUG_HASH_SLOTS: '2', ...env } });
    const { state, detail } = JSON.parse(out).checks.find((check) => check.name === name);
    return `${state}: ${detail}`;
  };
  const slots = () => of('slots', { SNUG_RUN_DIR: folder });
  assert.match(await slots(), /^fail: .*No such file.*nobody can log in: install -d/);
  mkdirSync(folder, { mode: 0o700 });
  assert.match(await slots(), /^ok: .*folder, of \S+; 2 passwords are hashed at once$/);
  chmodSync(folder, 0o757);
  assert.match(await slots(), /^warn: everybody .*chmod o-w /);
  chmodSync(folder, 0o700);
  if (process.getuid() === 0) {
    writeFileSync(join(folder, 'hash.lock'), '');
    chownSync(join(folder, 'hash.lock'), 65534, 65534);
    assert.match(await slots(), /^fail: .*hash\.lock is of nobody, and the folder of root, .*: rm /);
  }
  assert.match(await of('slots', { SNUG_RUN_DIR: process.execPath }), /^fail: .*no folder/);
  assert.match(await of('slots', { SNUG_HASH_SLOTS: '0' }), /^ok: SNUG_HASH_SLOTS=0/);

  assert.match(await of('programs', { SNUG_RUN_DIR: folder }), /^warn: no sockets/);
  const dead = createServer();
  await new Promise((done) => { dead.listen(join(folder, 'events.sock'), done); });
  assert.match(await of('programs', { SNUG_RUN_DIR: folder }), /^warn: 1 of 4 listen/);
  dead.close();

  for (const [origin, env, said] of [
    ['', {}, /^warn: SNUG_ORIGIN is not set/],
    ['http://chat.example', {}, /^warn: .*TLS/],
    ['http://127.0.0.1:8080', {}, /^ok: http:\/\/127\.0\.0\.1:8080$/],
    ['https://chat.example', {}, /^ok: https:\/\/chat\.example; where TLS ends at a proxy/],
    ['https://chat.example', { SNUG_SECURE_COOKIE: '1' }, /^ok: https:\/\/chat\.example$/],
  ]) assert.match(await of('origin', { SNUG_ORIGIN: origin, ...env }), said, origin);
  assert.match(await of('events', { SNUG_EVENT_LOG: '1000' }), /^ok: \d+ of about 1000/);
});

test('check hides secrets, and says so when the file shows them to everybody', async () => {
  const file = join(snug.dir, 'snug.conf');
  writeFileSync(file, `SNUG_REDIS = redis://chat:hunter22@127.0.0.1:1/0\nSNUG_METRICS_TOKEN = abcdefghijklmnopqrst\n`);
  const env = { SNUG_CONFIG: file, SNUG_REDIS: undefined };
  for (const [mode, state] of [[0o644, 'warn'], [0o640, 'ok']]) {
    chmodSync(file, mode);
    const said = await command(snug, ['check', '--json'], { env });
    const document = JSON.parse(said.out);
    assert.equal(document.checks.find((check) => check.name === 'settings').state, state);
    assert.deepEqual(document.settings[0], { name: 'SNUG_REDIS', source: 'file', value: 'redis://chat:(hidden)@127.0.0.1:1/0' });
    assert.ok(!/hunter22|abcdefghij/.test(said.out + said.err), said.out);
  }
});

test('the manual and the completion know every command and option of help', async () => {
  const lines = await synopses();
  assert.ok(lines.length > 3);
  const manual = readFileSync(join(root, 'docs/man/snug.1'), 'utf8').split('\n').filter((line) => line.startsWith('.It Cm '))
    .map((line) => line.slice(4).replace(/\b(Cm|Ar|Op|Oo|Oc|Ns) /g, '').replaceAll('Fl Fl ', '--').replaceAll('Fl ', '-'));
  assert.deepEqual(manual, lines.map((line) => line.replaceAll(/[[\]]/g, '')));

  const complete = (...words) => {
    const script = `source "${root}/contrib/completion/snug.bash"; shift; COMP_WORDS=("$SNUG" "$@"); COMP_CWORD=$#; _snug; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, status, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', '', ...words],
      { encoding: 'utf8', env: { ...snug.environment(), SNUG: join(snug.programs, 'snug') } });
    assert.equal(status, 0, stderr);
    return stdout.trim().split('\n').filter(Boolean);
  };
  assert.deepEqual(complete('').sort(), [...new Set(lines.map((line) => line.split(' ')[0]))].sort());
  assert.deepEqual(complete('se').every((word) => word.startsWith('se')), true);
  for (const line of lines) {
    const words = line.split(' ').filter((word) => /^[a-z]/.test(word));
    for (const [i, word] of words.entries()) assert.ok(complete(...words.slice(0, i), word.slice(0, 2)).includes(word), line);
    const options = [...line.matchAll(/--[a-z-]+/g)].map((match) => match[0]);
    const offered = complete(...words, '--').sort();
    assert.deepEqual(offered, [...new Set([...options, '--help', '--json'])].sort(), line);
    if (options.length) assert.ok(!complete(...words, options[0], '--').includes(options[0]), line);
  }
});

test('a reader that goes away, a full disk and a closed output end it', async () => {
  const run = (line) => spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8', timeout: 20000,
    env: { ...snug.environment(), SNUG: join(snug.programs, 'snug') } });
  const gone = run('"$SNUG" check | true; echo "${PIPESTATUS[0]}"');
  assert.equal(gone.signal, null);
  assert.match(gone.stdout, /^[01]\n$/); // 0 where it was quicker
  assert.equal(gone.stderr, '');
  const full = run('"$SNUG" check >/dev/full');
  assert.deepEqual([full.status, full.stderr], [1, 'snug: standard output: No space left on device\n']);
  const before = snug.redis('get', 'total_users');
  const closed = run(`printf '%s' '${password}' | "$SNUG" user add Closed >&-`);
  assert.deepEqual([closed.status, closed.stderr], [1, 'snug: standard output: Bad file descriptor\n']);
  assert.equal(Number(snug.redis('get', 'total_users')), Number(before) + 1); // done, but not told
  assert.equal(run('"$SNUG" check <&- >/dev/null 2>&-').status, 0);
});

test('who is deactivated in the shell loses their stream, and comes in again when activated', async () => {
  await add('Kept');
  const person = await snug.client().login('Kept', password);
  const stream = await person.stream();
  assert.equal((await command(snug, ['user', 'deactivate', 'Kept'])).status, 0);
  assert.deepEqual((await stream.next('bye')).data, { reason: 'logout' });
  assert.equal((await person.get('api/session')).status, 401);
  await assert.rejects(snug.client().login('Kept', password), /401/);
  assert.equal((await command(snug, ['user', 'activate', 'kept'])).status, 0);
  await snug.client().login('Kept', password);
  assert.equal((await command(snug, ['user', 'deactivate', 'Nobody'])).status, 1);
});

test('another password ends the sessions of the old one', async () => {
  const { id } = await add('Changes');
  const person = await snug.client().login('Changes', password);
  const refused = await command(snug, ['user', 'passwd', id], { input: 'short\n' });
  assert.equal(refused.status, 1);
  assert.equal((await person.get('api/session')).status, 200);
  assert.equal((await answer(snug, ['user', 'passwd', id], { input: 'another long one\n' })).username, 'Changes');
  assert.equal((await person.get('api/session')).status, 401);
  await assert.rejects(snug.client().login('Changes', password), /401/);
  await snug.client().login('Changes', 'another long one');
});

test('the list has everybody, over many pages, and no name steers the terminal', async () => {
  const first = Number(snug.redis('get', 'total_users')) + 1;
  const lines = Array.from({ length: 1500 }, (_, i) => `HSET user:${first + i} username many${i} password x`);
  snug.redis({ input: `${lines.join('\n')}\nSET total_users ${first + 1500}\nHSET user:${first + 1500} username "\\x1b[31mred\\xff" password x\n` });
  const { users } = await answer(snug, ['user', 'list']);
  assert.deepEqual(users[0], { id: '1', role: 'member', active: true, online: false, bot: false, username: 'Pablo' });
  assert.equal(users.filter((user) => user.username.startsWith('many')).length, 1500);
  const shown = await command(snug, ['user', 'list']);
  assert.equal(shown.out.split('\n').length, users.length + 2);
  assert.ok(shown.out.endsWith('  ?[31mred?\n'), shown.out.slice(-60));
  assert.ok(!shown.out.includes('\x1b'));
  const head = spawnSync('bash', ['--norc', '-c', '"$SNUG" user list | head -n 1'], { encoding: 'utf8', timeout: 20000,
    env: { ...snug.environment(), SNUG: join(snug.programs, 'snug') } });
  assert.deepEqual([head.signal, head.stderr], [null, '']);
});

test('an invitation of the shell is good for as many as it says', async () => {
  const env = { SNUG_ORIGIN: 'https://chat.example' };
  const invite = await answer(snug, ['invite', '--uses=2', '--expires', '12h'], { env });
  assert.equal(invite.url, `https://chat.example/#invite/${invite.code}`);
  assert.equal(invite.uses, 2);
  assert.ok(Math.abs(invite.expires - Date.now() / 1000 - 12 * 3600) < 60);
  assert.equal(snug.redis('hget', `snug:invite:${invite.id}`, 'uses'), '2');
  assert.match((await command(snug, ['invite'], { env })).out, /^https:\/\/chat\.example\/#invite\/[\w-]{24}\n$/);
  for (const wrong of [['--uses', '0'], ['--uses', '1001'], ['--expires', '7'], ['--expires', '366d'], ['--expires', '0d']]) {
    assert.equal((await command(snug, ['invite', ...wrong])).status, 2, `${wrong}`);
  }
});

test('somebody\'s sessions are seen, and ended by the beginning of an id, or all', async () => {
  await add('Roamer');
  const [home, work, phone] = await Promise.all([1, 2, 3].map(() => snug.client().login('Roamer', password)));
  const { sessions } = await answer(snug, ['sessions', 'roamer']);
  assert.equal(sessions.length, 3);
  const mine = (await home.get('api/sessions')).json.sessions;
  const { current, ...rest } = mine.find((session) => session.current);
  assert.equal(current, true);
  assert.deepEqual(sessions.find((session) => session.id === rest.id), rest);
  const shown = (await command(snug, ['sessions', 'Roamer'])).out;
  assert.match(shown, /^ID +CREATED +SEEN +ADDRESS +AGENT\n/);
  assert.ok(shown.includes(`\n${rest.id.slice(0, 12)}  `), shown);

  const stream = await home.stream();
  assert.deepEqual(await answer(snug, ['sessions', 'Roamer', '--end', rest.id.slice(0, 8)]), { ended: 1 });
  assert.deepEqual((await stream.next('bye')).data, { reason: 'logout' });
  assert.deepEqual(await Promise.all([home, work].map(async (person) => (await person.get('api/session')).status)), [401, 200]);
  assert.equal((await command(snug, ['sessions', 'Roamer', '--end', rest.id])).status, 1);
  assert.equal((await command(snug, ['sessions', 'Roamer', '--end=all'])).out, "2 of Roamer's sessions ended, and their streams.\n");
  assert.equal((await phone.get('api/session')).status, 401);
});

test('a token of the shell is shown once, does what it says, and is ended with its stream', async () => {
  const { id } = await answer(snug, ['user', 'add', 'Robo', '--bot']);
  const made = await answer(snug, ['token', 'create', 'Robo', 'ci', '--scope', 'write,read', '--rooms', '0', '--days=2']);
  const { token, ...about } = made;
  assert.match(token, /^snug_[\w-]{43}$/);
  assert.deepEqual({ ...about, id: '', created: 0, expires: 0 },
    { id: '', user: id, name: 'ci', scope: 'read write', rooms: ['0'], created: 0, expires: 0 });
  assert.equal(about.expires - about.created, 2 * 86400);
  const by = (shown) => ({ headers: { authorization: `Bearer ${shown}` } });
  const says = (shown) => snug.client().send('POST', 'api/messages/0', { ...by(shown), body: { message: 'built' } });
  assert.equal((await says(token)).status, 201);
  const { tokens } = await answer(snug, ['token', 'list', id]);
  assert.equal(tokens.length, 1);
  assert.equal(tokens[0].id, made.id);
  assert.ok(!JSON.stringify(tokens).includes(token));
  const alone = await command(snug, ['token', 'create', 'Robo', 'reader']);
  assert.match(alone.out, /^snug_[\w-]{43}\n$/);
  assert.equal((await says(alone.out.trim())).status, 403);

  const stream = await snug.client().stream('api/events', by(token).headers);
  assert.equal((await command(snug, ['token', 'revoke', 'Robo', made.id.slice(0, 8)])).status, 0);
  assert.deepEqual((await stream.next('bye')).data, { reason: 'logout' });
  assert.equal((await says(token)).status, 401);
  for (const wrong of [['--scope', 'admin'], ['--rooms', 'x'], ['--days', '0'], ['--days', '3651']]) {
    assert.equal((await command(snug, ['token', 'create', 'Robo', 'x', ...wrong])).status, 2, `${wrong}`);
  }
  assert.equal((await command(snug, ['token', 'create', 'Robo', 'x', '--rooms', '1:2'])).status, 1);
  for (const args of [['user', 'passwd', 'Robo', '--generate'], ['user', 'reset', 'Robo'], ['user', 'admin', 'Robo']]) {
    assert.match((await command(snug, args)).err, /A bot/);
  }
});

test('a link of the shell gives its user another password, once', async () => {
  await add('Forgets');
  const person = await snug.client().login('Forgets', password);
  const env = { SNUG_ORIGIN: 'https://chat.example' };
  const reset = await answer(snug, ['user', 'reset', 'Forgets'], { env });
  assert.equal(reset.url, `https://chat.example/#reset/${reset.code}`);
  assert.ok(Math.abs(reset.expires - Date.now() / 1000 - 86400) < 60);
  assert.match((await command(snug, ['user', 'reset', 'Forgets'], { env })).out, /^https:\/\/chat\.example\/#reset\/[\w-]{24}\n$/);
  const use = (code) => snug.client().post('api/session/reset', { code, password: 'a longer one than before' });
  assert.equal((await use(reset.code)).status, 403); // another was made since
  const again = await answer(snug, ['user', 'reset', 'Forgets'], { env });
  assert.equal((await use(again.code)).status, 204);
  assert.equal((await person.get('api/session')).status, 401);
  await snug.client().login('Forgets', 'a longer one than before');
});

test('who is to be deleted is asked for on the terminal, and is gone', async () => {
  const { id } = await add('Leaver');
  const person = await snug.client().login('Leaver', password);
  await person.post('api/messages/0', { message: 'still here' });
  for (const said of ['no', 'y', 'YES', '']) {
    const kept = new Terminal(snug, '"$SNUG" user delete Leaver; echo "status $?"');
    await kept.shows(`Leaver (${id}) is deleted for good; what they wrote stays. Type yes: `);
    kept.type(said === '' ? '\x04' : `${said}\n`);
    await kept.shows('Nothing was done.');
    await kept.shows('status 1');
  }
  assert.equal((await person.get('api/session')).status, 200);
  assert.equal((await command(snug, ['user', 'delete', 'Leaver'])).status, 2);
  const gone = new Terminal(snug, '"$SNUG" user delete Leaver; echo "status $?"');
  await gone.shows('Type yes: ');
  gone.type('yes\n');
  await gone.shows('status 0');
  assert.equal((await person.get('api/session')).status, 401);
  assert.equal((await command(snug, ['user', 'delete', id, '--yes'])).status, 1);
  const page = (await (await snug.client().login('Pablo')).get('api/messages/0')).json;
  assert.ok(page.messages.some((message) => message.message === 'still here' && message.from === id));
  assert.equal(page.users[id], 'deleted user');
  assert.notEqual((await add('Leaver')).id, id);
  assert.deepEqual(await answer(snug, ['user', 'delete', 'Leaver', '--yes']), { id: String(Number(snug.redis('get', 'total_users'))), username: 'Leaver' });
});

test('no name steers the terminal that is asked on', async () => {
  snug.redis({ input: 'INCR total_users\n' });
  const id = snug.redis('get', 'total_users');
  snug.redis({ input: `HSET user:${id} username "\\x1b[31mred" password x\n` });
  for (const [args, ends] of [[`user delete ${id}`, 'Type yes: '], [`user passwd ${id}`, 'red: ']]) {
    const asked = new Terminal(snug, `"$SNUG" ${args}`);
    await asked.shows(ends);
    asked.type('\x04');
    await asked.ended;
    assert.ok(!asked.text.includes('\x1b'), JSON.stringify(asked.text));
  }
});

test('invitations are listed and taken back', async () => {
  const made = await answer(snug, ['invite', '--uses=5']);
  const of = async () => (await answer(snug, ['invite', 'list'])).invites.find((invite) => invite.id === made.id);
  assert.equal((await of()).uses, 5);
  assert.equal((await of()).by, '');
  assert.ok(!JSON.stringify(await of()).includes(made.code));
  assert.deepEqual(await answer(snug, ['invite', 'revoke', made.id.slice(0, 10)]), { id: made.id });
  assert.equal(await of(), undefined);
  assert.equal((await command(snug, ['invite', 'revoke', made.id])).status, 1);
});

test('addresses are banned, and let in again', async () => {
  const banned = await answer(snug, ['ban', 'add', '198.51.100.77/24', '--expires', '1h']);
  assert.equal(banned.address, '198.51.100.0/24');
  assert.ok(Math.abs(banned.expires - Date.now() / 1000 - 3600) < 60);
  assert.deepEqual(await answer(snug, ['ban', 'add', '2001:db8::1']), { address: '2001:db8::/64' });
  const { bans } = await answer(snug, ['ban', 'list']);
  assert.deepEqual(bans.map((ban) => ban.address), ['198.51.100.0/24', '2001:db8::/64']);
  assert.ok(Math.abs(bans[0].expires - banned.expires) < 3);
  assert.equal(bans[1].expires, undefined);
  assert.equal((await command(snug, ['ban', 'lift', '198.51.100.0/16'])).status, 1);
  for (const { address } of bans) assert.deepEqual(await answer(snug, ['ban', 'lift', address]), { address });
  assert.deepEqual((await answer(snug, ['ban', 'list'])).bans, []);
  assert.equal((await command(snug, ['ban', 'add', 'somewhere'])).status, 2);
});
