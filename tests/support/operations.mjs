// Each operation of docs/openapi.yaml asked for once as it wants to be, and in the ways by which it is refused that
// are its own. What holds for all of them (no session, no scope, a body that is too large, no Redis…) is in
// tests/integration/openapi.test.mjs.
import { once } from 'node:events';
import http from 'node:http';

const password = 'a fine password';
const nobody = '999999';
const sha256 = 'a'.repeat(64);

/** Those who ask. */
export class World {
  constructor(snug) {
    this.snug = snug;
    this.made = 0;
  }

  /** Somebody new, who is logged in: { id, username }. */
  async person() {
    this.made += 1;
    const client = this.snug.client();
    const { status, json, text } = await client.post('api/users', { username: `person${this.made}`, password });
    if (status !== 201) throw new Error(`${status} ${text}`);
    return Object.assign(client, json);
  }

  async admin() {
    const client = await this.person();
    this.snug.redis('HSET', `snug:user:${client.id}`, 'role', 'admin');
    this.snug.redis('SADD', 'snug:admins', client.id);
    return client;
  }

  /** An admin who is the only one while fn runs. */
  async alone(admin, fn) {
    const others = this.snug.redis('SMEMBERS', 'snug:admins').split('\n').filter((id) => id !== admin.id);
    this.snug.redis('SREM', 'snug:admins', ...others);
    try { return await fn(); } finally { this.snug.redis('SADD', 'snug:admins', ...others); }
  }

  /** A public room. */
  room() {
    this.made += 1;
    this.snug.redis('SET', `room:${5000 + this.made}:name`, `Room ${this.made}`);
    return String(5000 + this.made);
  }

  /** A message of theirs in General, as a path has it. */
  async message(client) {
    return { room: '0', id: (await client.post('api/messages/0', { message: 'hello' })).json.id };
  }

  /** A room of theirs. */
  async own(client, kind = 'private') {
    this.made += 1;
    return (await client.post('api/rooms', { name: `Own ${this.made}`, kind })).json.id;
  }

  async boss() {
    this.theBoss ??= await this.admin();
    return this.theBoss;
  }

  async bot() {
    this.made += 1;
    return (await (await this.boss()).post('api/bots', { username: `bot${this.made}` })).json;
  }

  /** A bot with an address. */
  async calledBot() {
    const bot = await this.bot();
    await (await this.boss()).send('PUT', `api/bots/${bot.id}/hook`, { body: { url: 'https://bot.example/' } });
    return bot;
  }

  /** A webhook of General: { id, secret }. */
  async hook(name) {
    const boss = await this.boss();
    const made = await boss.post('api/rooms/0/hooks', { name });
    const { id } = made.json.id ? made.json : (await boss.get('api/rooms/0/hooks')).json.hooks.find((one) => one.name === name);
    const { url } = made.json.url ? made.json : (await boss.post(`api/rooms/0/hooks/${id}/rotate`)).json;
    return { id, secret: url.replace(/.*\//, '') };
  }

  /** The header that shows a new token of theirs. */
  async token(client, scope) {
    return { authorization: `Bearer ${(await client.post('api/tokens', { name: 'test', scope })).json.token}` };
  }

  /** An open stream's id. It stays open. */
  async stream(client) {
    return (await client.stream()).events.find(({ type }) => type === 'ready').data.stream;
  }
}

/**
 * What is asked for by whom: `make(world, me)` gives { path, query, body, headers }, and has made before what is
 * needed for it. `admin`: me is an admin.
 */
export const operations = {
  logIn: { make: async (w) => ({ body: { username: (await w.person()).username, password } }) },
  whoAmI: { make: () => ({}) },
  logOut: { make: async (w, me) => { me.cookie = (await w.person()).cookie; return {}; } },
  usePasswordLink: {
    make: async (w) => {
      const { json } = await (await w.boss()).post(`api/users/${(await w.person()).id}/reset`);
      return { body: { code: json.code, password: 'another fine password' } };
    },
  },
  listSessions: { make: () => ({}) },
  endOtherSessions: { make: () => ({}) },
  endSession: {
    make: async (w, me) => {
      await w.snug.client().login(me.username, password);
      const { json } = await me.get('api/sessions');
      return { path: { id: json.sessions.find(({ current }) => !current).id } };
    },
  },
  listTokens: { make: async (w, me) => { await w.token(me, 'read'); return {}; } },
  createToken: { make: () => ({ body: { name: 'backup', scope: 'read write', rooms: '0', days: 9 } }) },
  endToken: { make: async (w, me) => ({ path: { id: (await me.post('api/tokens', { name: 'test', scope: 'read' })).json.id } }) },
  createBot: { admin: true, make: (w) => ({ body: { username: `Robot${w.made}` } }) },
  listUsers: { make: (w, me) => ({ query: { ids: me.id } }) },
  register: { make: (w) => ({ body: { username: `new${w.made}_${Math.random().toString(36).slice(2)}`, password } }) },
  changeUser: { admin: true, make: async (w) => ({ path: { user: (await w.person()).id }, body: { role: 'admin' } }) },
  deleteUser: { admin: true, make: async (w) => ({ path: { user: (await w.person()).id } }) },
  createPasswordLink: { admin: true, make: async (w) => ({ path: { user: (await w.person()).id } }) },
  listInvites: { admin: true, make: async (w, me) => { await me.post('api/invites', {}); return {}; } },
  createInvite: { admin: true, make: () => ({ body: { uses: 2, expiresIn: 60 } }) },
  revokeInvite: {
    admin: true,
    make: async (w) => ({ path: { id: (await (await w.boss()).post('api/invites', {})).json.id } }),
  },
  listBans: {
    admin: true,
    make: async (w) => { await (await w.boss()).send('PUT', 'api/bans/198.51.100.1', { body: { expiresIn: 60 } }); return {}; },
  },
  setBan: { admin: true, make: () => ({ path: { address: '192.0.2.7' }, body: { expiresIn: 60 } }) },
  liftBan: {
    admin: true,
    make: async (w) => { await (await w.boss()).send('PUT', 'api/bans/192.0.2.8'); return { path: { address: '192.0.2.8' } }; },
  },
  setNetworkBan: { admin: true, make: () => ({ path: { address: '192.0.2.0', size: '24' } }) },
  liftNetworkBan: {
    admin: true,
    make: async (w) => { await (await w.boss()).send('PUT', 'api/bans/203.0.113.0/24'); return { path: { address: '203.0.113.0', size: '24' } }; },
  },
  listRooms: { make: async (w, me) => { await me.post('api/rooms', { user: (await w.person()).id }); return {}; } },
  openRoom: { make: async (w) => ({ body: { user: (await w.person()).id } }) },
  showRoom: { make: async (w, me) => ({ path: { room: await w.own(me) } }) },
  changeRoom: {
    make: async (w, me) => ({
      path: { room: await w.own(me) }, body: { name: 'Board', topic: 'Next year', archived: true, owner: me.id, retain: 1000, retainDays: 90 },
    }),
  },
  deleteRoom: { make: async (w, me) => ({ path: { room: await w.own(me) } }) },
  listMembers: { make: async (w, me) => ({ path: { room: await w.own(me) } }) },
  joinRoom: { make: (w) => ({ path: { room: w.room(), user: 'me' } }) },
  leaveRoom: {
    make: async (w, me) => {
      const room = w.room();
      await me.send('PUT', `api/rooms/${room}/members/me`);
      return { path: { room, user: 'me' } };
    },
  },
  markRead: { make: async (w, me) => ({ path: { room: '0' }, body: { id: (await me.post('api/messages/0', { message: 'hello' })).json.id } }) },
  listHooks: { admin: true, make: async (w) => { await w.hook('Listed'); return { path: { room: '0' } }; } },
  createHook: { admin: true, make: (w) => ({ path: { room: '0' }, body: { name: `Hook${w.made}_${Math.random().toString(36).slice(2)}` } }) },
  rotateHook: { admin: true, make: async (w) => ({ path: { room: '0', hook: (await w.hook('Turned')).id } }) },
  revokeHook: { admin: true, make: async (w) => ({ path: { room: '0', hook: (await w.hook('Revoked')).id } }) },
  lookAtBotHook: { admin: true, make: async (w) => ({ path: { bot: (await w.calledBot()).id } }) },
  setBotHook: { admin: true, make: async (w) => ({ path: { bot: (await w.bot()).id }, body: { url: 'https://bot.example/in?x=1' } }) },
  dropBotHook: { admin: true, make: async (w) => ({ path: { bot: (await w.calledBot()).id } }) },
  postHook: { make: async (w) => ({ path: { secret: (await w.hook('Posted')).secret }, body: { text: 'hello', username: 'CI' } }) },
  tellTyping: { make: () => ({ path: { room: '0' } }) },
  listBlocks: { make: async (w, me) => { await me.send('PUT', `api/blocks/${(await w.person()).id}`); return {}; } },
  block: { make: async (w) => ({ path: { user: (await w.person()).id } }) },
  unblock: {
    make: async (w, me) => {
      const { id } = await w.person();
      await me.send('PUT', `api/blocks/${id}`);
      return { path: { user: id } };
    },
  },
  listMessages: { make: async (w, me) => { await me.post('api/messages/0', { message: 'hello' }); return { path: { room: '0' } }; } },
  sendMessage: { make: () => ({ path: { room: '0' }, body: { message: 'hello', nonce: `n${Math.random().toString(36).slice(2)}` } }) },
  search: { make: async (w, me) => { await me.post('api/messages/0', { message: 'needle' }); return { query: { q: 'needle from:me' } }; } },
  editMessage: { make: async (w, me) => ({ path: await w.message(me), body: { message: 'better', rev: 0 } }) },
  deleteMessage: { make: async (w, me) => ({ path: await w.message(me) }) },
  listReactions: {
    make: async (w, me) => {
      const path = await w.message(me);
      await me.send('PUT', `api/messages/0/${path.id}/reactions/${encodeURIComponent('👍')}`);
      return { path };
    },
  },
  react: { make: async (w, me) => ({ path: { ...await w.message(me), emoji: '👍' } }) },
  unreact: { make: async (w, me) => ({ path: { ...await w.message(me), emoji: '👍' } }) },
  openStream: { make: () => ({}) },
  beat: { make: async (w, me) => ({ body: { stream: await w.stream(me) } }) },
  health: { make: () => ({}) },
  metrics: { make: () => ({ headers: { authorization: 'Bearer a-token-for-metrics' } }) },
  server: { make: () => ({}) },
};

/** What is answered otherwise: [operation, status, code of the problem or '', make]. */
export const others = [
  ['logIn', 401, 'bad_credentials', (w) => ({ body: { username: `nobody${w.made}`, password } })],
  ['usePasswordLink', 403, 'bad_link', () => ({ body: { code: 'x'.repeat(43), password } })],
  ['endSession', 404, 'not_found', () => ({ path: { id: sha256 } })],
  ['listTokens', 400, 'invalid', () => ({ query: { user: 'x' } })],
  ['listTokens', 403, 'forbidden', async (w) => ({ query: { user: (await w.boss()).id } })],
  ['listTokens', 404, 'not_found', () => ({ query: { user: nobody } }), 'admin'],
  ['createToken', 404, 'not_found', (w) => ({ body: { name: 'x', scope: 'read', rooms: w.room() } })],
  ['createToken', 409, 'conflict', async (w, me) => {
    for (let i = 0; i < 50; i += 1) await w.token(me, 'read');
    return { body: { name: 'x', scope: 'read' } };
  }],
  ['endToken', 404, 'not_found', () => ({ path: { id: sha256 } })],
  ['createBot', 409, 'name_taken', async (w) => ({ body: { username: (await w.person()).username } })],
  ['listUsers', 200, '', () => ({ query: { online: '1' } })],
  ['listUsers', 200, '', () => ({ query: { all: '1' } }), 'admin'],
  ['listUsers', 400, 'invalid', () => ({})],
  ['listUsers', 403, 'forbidden', () => ({ query: { all: '1' } })],
  ['register', 400, 'password_common', (w) => ({ body: { username: `new${w.made}`, password: 'password123' } })],
  ['register', 409, 'name_taken', async (w) => ({ body: { username: (await w.person()).username, password } })],
  ['changeUser', 200, '', () => ({ path: { user: 'me' }, body: { password: 'another fine password', oldPassword: password } })],
  ['changeUser', 401, 'bad_credentials', () => ({ path: { user: 'me' }, body: { password: 'another fine password', oldPassword: 'wrong' } })],
  ['changeUser', 404, 'not_found', () => ({ path: { user: nobody }, body: { role: 'admin' } })],
  ['changeUser', 409, 'conflict', async (w) => ({ path: { user: (await w.bot()).id }, body: { role: 'admin' } })],
  ['deleteUser', 204, '', () => ({ path: { user: 'me' }, body: { password } })],
  ['deleteUser', 401, 'bad_credentials', () => ({ path: { user: 'me' }, body: { password: 'wrong' } })],
  ['deleteUser', 404, 'not_found', () => ({ path: { user: nobody } })],
  ['deleteUser', 409, 'last_admin', () => ({ path: { user: 'me' }, body: { password } }), 'alone'],
  ['createPasswordLink', 404, 'not_found', () => ({ path: { user: nobody } })],
  ['createPasswordLink', 409, 'conflict', async (w) => ({ path: { user: (await w.bot()).id } })],
  ['createInvite', 400, 'invalid', () => ({ body: { uses: 0 } })],
  ['createInvite', 409, 'conflict', async (w, me) => {
    for (let i = 0; i < 1000; i += 50) await Promise.all(Array.from({ length: 50 }, () => me.post('api/invites', {})));
    return {};
  }],
  ['revokeInvite', 404, 'not_found', () => ({ path: { id: sha256 } })],
  ['setBan', 400, 'invalid', () => ({ path: { address: 'nowhere' } })],
  ['setBan', 409, 'conflict', () => ({ path: { address: '127.0.0.1' } })],
  ['liftBan', 400, 'invalid', () => ({ path: { address: 'nowhere' } })],
  ['liftBan', 404, 'not_found', () => ({ path: { address: '192.0.2.99' } })],
  ['setNetworkBan', 400, 'invalid', () => ({ path: { address: '192.0.2.0', size: '25' } })],
  ['setNetworkBan', 409, 'conflict', () => ({ path: { address: '127.0.0.0', size: '8' } })],
  ['liftNetworkBan', 400, 'invalid', () => ({ path: { address: '192.0.2.0', size: '25' } })],
  ['liftNetworkBan', 404, 'not_found', () => ({ path: { address: '10.0.0.0', size: '8' } })],
  ['openRoom', 200, '', async (w, me) => {
    const { id } = await w.person();
    await me.post('api/rooms', { user: id });
    return { body: { user: id } };
  }],
  ['openRoom', 201, '', (w) => ({ body: { name: `New ${w.made}`, kind: 'public', topic: 'What we read' } })],
  ['openRoom', 400, 'invalid', () => ({ body: { name: 'x', kind: 'direct' } })],
  ['openRoom', 404, 'not_found', () => ({ body: { user: nobody } })],
  ['openRoom', 409, 'name_taken', () => ({ body: { name: 'general', kind: 'public' } })],
  ['listRooms', 200, '', async (w, me) => { await w.own(me, 'public'); return { query: { public: '1' } }; }],
  ['listRooms', 400, 'invalid', () => ({ query: { public: 'x' } })],
  ['showRoom', 200, '', async (w) => ({ path: { room: await w.own(await w.person(), 'public') } })],
  ['showRoom', 404, 'not_found', async (w) => ({ path: { room: await w.own(await w.person()) } })],
  ['changeRoom', 400, 'invalid', async (w, me) => ({ path: { room: await w.own(me) }, body: { owner: nobody } })],
  ['changeRoom', 403, 'forbidden', () => ({ path: { room: '0' }, body: { topic: 'x' } })],
  ['changeRoom', 404, 'not_found', () => ({ path: { room: nobody }, body: { topic: 'x' } })],
  ['changeRoom', 409, 'conflict', () => ({ path: { room: '0' }, body: { archived: true } }), 'admin'],
  ['deleteRoom', 403, 'forbidden', async (w) => ({ path: { room: await w.own(await w.person(), 'public') } })],
  ['deleteRoom', 404, 'not_found', () => ({ path: { room: nobody } })],
  ['deleteRoom', 409, 'conflict', () => ({ path: { room: '0' } })],
  ['listMembers', 200, '', () => ({ path: { room: '0' }, query: { after: '1' } })],
  ['listMembers', 400, 'invalid', () => ({ path: { room: '0' }, query: { after: 'x' } })],
  ['listMembers', 404, 'not_found', () => ({ path: { room: nobody } })],
  ['joinRoom', 200, '', () => ({ path: { room: '0', user: 'me' } })],
  ['joinRoom', 400, 'invalid', () => ({ path: { room: '0', user: 'them' } })],
  ['joinRoom', 201, '', async (w, me) => ({ path: { room: await w.own(me), user: (await w.person()).id } })],
  ['joinRoom', 403, 'forbidden', async (w) => ({ path: { room: w.room(), user: (await w.boss()).id } })],
  ['joinRoom', 409, 'conflict', async (w, me) => {
    const { json } = await me.post('api/rooms', { user: (await w.person()).id });
    return { path: { room: json.id, user: (await w.boss()).id } };
  }],
  ['joinRoom', 404, 'not_found', () => ({ path: { room: nobody, user: 'me' } })],
  ['leaveRoom', 400, 'invalid', () => ({ path: { room: '0', user: 'them' } })],
  ['leaveRoom', 403, 'forbidden', async (w) => ({ path: { room: '0', user: (await w.boss()).id } })],
  ['leaveRoom', 404, 'not_found', () => ({ path: { room: nobody, user: 'me' } })],
  ['leaveRoom', 409, 'conflict', () => ({ path: { room: '0', user: 'me' } })],
  ['markRead', 400, 'invalid', () => ({ path: { room: '0' }, body: { id: 'x' } })],
  ['markRead', 404, 'not_found', () => ({ path: { room: '0' }, body: { id: '99999999999.000000' } })],
  ['listHooks', 404, 'not_found', () => ({ path: { room: nobody } })],
  ['createHook', 404, 'not_found', () => ({ path: { room: nobody }, body: { name: 'CI' } })],
  ['createHook', 409, 'name_taken', async (w) => ({ path: { room: '0' }, body: { name: (await w.person()).username } })],
  ['rotateHook', 404, 'not_found', () => ({ path: { room: '0', hook: nobody } })],
  ['revokeHook', 404, 'not_found', () => ({ path: { room: '0', hook: nobody } })],
  ['lookAtBotHook', 404, 'not_found', async (w) => ({ path: { bot: (await w.bot()).id } })],
  ['setBotHook', 404, 'not_found', () => ({ path: { bot: nobody }, body: { url: 'https://bot.example/' } })],
  ['setBotHook', 409, 'conflict', async (w) => ({ path: { bot: (await w.person()).id }, body: { url: 'https://bot.example/' } })],
  ['dropBotHook', 404, 'not_found', async (w) => ({ path: { bot: (await w.bot()).id } })],
  ['postHook', 404, '', () => ({ path: { secret: 'x' }, body: { text: 'x' } })],
  ['postHook', 410, '', async (w, me) => {
    const [room, boss] = [w.room(), await w.boss()];
    await boss.send('PUT', `api/rooms/${room}/members/me`);
    const { json } = await boss.post(`api/rooms/${room}/hooks`, { name: `Hook${room}` });
    w.snug.redis('HSET', `snug:room:${room}`, 'archived', '1');
    return { path: { secret: json.url.replace(/.*\//, '') }, body: { text: 'x' }, me };
  }],
  ['tellTyping', 404, 'not_found', () => ({ path: { room: nobody } })],
  ['tellTyping', 409, 'archived', async (w, me) => {
    const room = await w.own(me);
    await me.send('PATCH', `api/rooms/${room}`, { body: { archived: true } });
    return { path: { room } };
  }],
  ['block', 400, 'invalid', (w, me) => ({ path: { user: me.id } })],
  ['block', 404, 'not_found', () => ({ path: { user: nobody } })],
  ['block', 409, 'conflict', async (w, me) => {
    w.snug.redis('SADD', `snug:user:${me.id}:blocks`, ...Array.from({ length: 1000 }, (_, i) => String(900000 + i)));
    return { path: { user: (await w.person()).id } };
  }],
  ['unblock', 400, 'invalid', () => ({ path: { user: 'x' } })],
  ['unblock', 404, 'not_found', async (w) => ({ path: { user: (await w.person()).id } })],
  ['openRoom', 403, 'forbidden', async (w, me) => {
    const { id } = await w.person();
    await me.send('PUT', `api/blocks/${id}`);
    return { body: { user: id } };
  }],
  ['listMessages', 200, '', () => ({ path: { room: '0' }, query: { offset: 0, size: 1 } })],
  ['listMessages', 304, '', async (w, me) => ({ path: { room: '0' }, headers: { 'if-none-match': (await me.get('api/messages/0')).headers.etag } })],
  ['listMessages', 400, 'invalid', () => ({ path: { room: '0' }, query: { limit: 201 } })],
  ['listMessages', 404, 'not_found', () => ({ path: { room: nobody } })],
  ['search', 200, '', async (w, me) => {
    for (let i = 0; i < 2; i += 1) await me.post('api/messages/0', { message: 'needle' });
    return { query: { q: 'needle', room: '0', limit: 1 } };
  }],
  ['search', 400, 'invalid', () => ({ query: { q: 'in:0' } })],
  ['search', 400, 'bad_text', () => ({ query: { q: 'a\u0085b' } })],
  ['search', 404, 'not_found', () => ({ query: { q: 'needle', room: nobody } })],
  ['sendMessage', 201, '', async (w, me) => {
    const { id } = (await me.post('api/messages/0', { message: 'hello' })).json;
    return { path: { room: '0' }, body: { message: `@${me.username} @room`, replyTo: id } };
  }],
  ['sendMessage', 400, 'invalid', () => ({ path: { room: '0' }, body: { message: 'x', replyTo: '5.000000' } })],
  ['sendMessage', 201, '', () => ({ path: { room: '0' }, body: 'plain', headers: { 'content-type': 'text/plain' } })],
  ['sendMessage', 404, 'not_found', () => ({ path: { room: nobody }, body: { message: 'hello' } })],
  ['sendMessage', 409, 'archived', async (w, me) => {
    const room = await w.own(me);
    await me.send('PATCH', `api/rooms/${room}`, { body: { archived: true } });
    return { path: { room }, body: { message: 'hello' } };
  }],
  ['sendMessage', 409, 'nonce_reused', async (w, me) => {
    await me.post('api/messages/0', { message: 'one', nonce: 'twice' });
    return { path: { room: '0' }, body: { message: 'two', nonce: 'twice' } };
  }],
  ['editMessage', 200, '', async (w, me) => ({ path: await w.message(me), body: 'plain', headers: { 'content-type': 'text/plain' } })],
  ['editMessage', 403, 'forbidden', async (w) => ({ path: await w.message(await w.boss()), body: { message: 'mine' } })],
  ['editMessage', 404, 'not_found', () => ({ path: { room: '0', id: '1.000001' }, body: { message: 'x' } })],
  ['editMessage', 409, 'conflict', async (w, me) => ({ path: await w.message(me), body: { message: 'x', rev: 1 } })],
  ['editMessage', 409, 'foreign_message', () => ({ path: { room: '0', id: '1795485893~0f3a9c21' }, body: { message: 'x' } })],
  ['deleteMessage', 403, 'forbidden', async (w) => ({ path: await w.message(await w.boss()) })],
  ['deleteMessage', 404, 'not_found', () => ({ path: { room: '0', id: '1.000001' } })],
  ['listReactions', 404, 'not_found', () => ({ path: { room: '0', id: '1.000001' } })],
  ['listReactions', 409, 'foreign_message', () => ({ path: { room: '0', id: '1795485893~0f3a9c21' } })],
  ['react', 400, 'invalid', async (w, me) => ({ path: { ...await w.message(me), emoji: 'x' } })],
  ['react', 404, 'not_found', () => ({ path: { room: '0', id: '1.000001', emoji: '👍' } })],
  ['react', 409, 'conflict', async (w, me) => {
    const path = await w.message(me);
    await me.send('DELETE', `api/messages/0/${path.id}`);
    return { path: { ...path, emoji: '👍' } };
  }],
  ['unreact', 400, 'invalid', async (w, me) => ({ path: { ...await w.message(me), emoji: 'x' } })],
  ['unreact', 404, 'not_found', () => ({ path: { room: '0', id: '1.000001', emoji: '👍' } })],
  ['unreact', 409, 'foreign_message', () => ({ path: { room: '0', id: '1795485893~0f3a9c21', emoji: '👍' } })],
  ['openStream', 200, '', () => ({ query: { format: 'ndjson' } })],
  ['openStream', 400, 'invalid', () => ({ query: { format: 'xml' } })],
  ['beat', 404, 'not_found', () => ({ body: { stream: 'x' } })],
  ['metrics', 401, 'unauthenticated', () => ({ headers: { authorization: 'Bearer something' } })],
];

/** The first event of a stream, as any other answer is; the stream is closed. */
async function glance(client, target, headers) {
  const request = http.get({ host: '127.0.0.1', port: client.snug.port, path: `/${target}`, headers: { cookie: client.cookie, ...headers }, agent: false });
  const [answer] = await once(request, 'response');
  let text = '';
  for await (const some of answer.setEncoding('utf8')) {
    text += some;
    if (answer.statusCode === 200 && /\n\n$|\}\n$/.test(text)) break;
  }
  request.destroy();
  let json;
  try { json = JSON.parse(text); } catch { /* it is a stream */ }
  return { status: answer.statusCode, headers: answer.headers, text, json };
}

/** Asks; { path, query, body, headers } fill in the operation. */
export function ask(client, operation, { path = {}, query = {}, body, headers = {} }, method = operation.method) {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name]).replaceAll('%3A', ':'));
  const search = new URLSearchParams(query).toString();
  const target = `api${filled}${search && `?${search}`}`;
  if (operation.operationId === 'openStream' && method === 'GET') return glance(client, target, headers);
  const bodiless = body === undefined && method !== 'GET' && method !== 'HEAD';
  return client.send(method, target, { body: bodiless ? '' : body, headers });
}
