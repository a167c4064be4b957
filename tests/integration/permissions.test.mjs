// Who may do what in which room: every cell of the tables below, asked for and compared. A row is an action, a column who asks;
// "-" where there is nobody of the kind. To add an action, give it a function in `actions` and a row in each table.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from '../support/harness.mjs';

// nobody    shows nothing
// stranger  is logged in, and not in the room
// member    is in the room
// owner     has made it
// admin     runs the server, and is not in the room
// inside    runs the server, and is in the room
// reads     a token of the owner, which may read
// writes    a token of the owner, which may read and write
// narrow    the same, for another room only
// boss      a token of inside, which may read and write: not what admins may
const tables = {
  public: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    200      200    200   200   200    200   200    404    200
    members  401    200      200    200   200   200    200   200    404    200
    history  401    404      200    200   404   200    200   200    404    200
    search   401    404      200    200   404   200    200   200    404    200
    send     401    404      201    201   404   201    403   201    404    201
    answer   401    404      201    201   404   201    403   201    404    201
    type     401    404      204    204   404   204    403   204    404    204
    mark     401    404      200    200   404   200    403   200    404    200
    react    401    404      200    200   404   200    403   200    404    200
    edit     401    404      403    200   404   200    403   200    404    403
    unsay    401    404      403    204   404   204    403   204    404    403
    join     401    201      200    200   201   200    403   200    404    200
    invite   401    403      201    201   201   201    403   201    404    201
    leave    401    404      204    204   404   204    403   204    404    204
    remove   401    403      403    204   204   204    403   204    404    403
    change   401    403      403    200   200   200    403   200    404    403
    give     401    403      403    200   200   200    403   200    404    403
    hook     401    404      403    201   404   201    403   403    403    403
    delete   401    403      403    204   204   204    403   204    404    403
  `,
  private: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    404      200    200   404   200    200   200    404    200
    members  401    404      200    200   404   200    200   200    404    200
    history  401    404      200    200   404   200    200   200    404    200
    search   401    404      200    200   404   200    200   200    404    200
    send     401    404      201    201   404   201    403   201    404    201
    answer   401    404      201    201   404   201    403   201    404    201
    type     401    404      204    204   404   204    403   204    404    204
    mark     401    404      200    200   404   200    403   200    404    200
    react    401    404      200    200   404   200    403   200    404    200
    edit     401    404      403    200   404   200    403   200    404    403
    unsay    401    404      403    204   404   204    403   204    404    403
    join     401    404      200    200   404   200    403   200    404    200
    invite   401    404      201    201   404   201    403   201    404    201
    leave    401    404      204    204   404   204    403   204    404    204
    remove   401    404      403    204   404   204    403   204    404    403
    change   401    404      403    200   404   200    403   200    404    403
    give     401    404      403    200   404   200    403   200    404    403
    hook     401    404      403    201   404   201    403   403    403    403
    delete   401    404      403    204   404   204    403   204    404    403
  `,
  // A public room that is archived: it is read, and who is in it comes and goes.
  archived: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    200      200    200   200   200    200   200    404    200
    members  401    200      200    200   200   200    200   200    404    200
    history  401    404      200    200   404   200    200   200    404    200
    search   401    404      200    200   404   200    200   200    404    200
    send     401    404      409    409   404   409    403   409    404    409
    answer   401    404      409    409   404   409    403   409    404    409
    type     401    404      409    409   404   409    403   409    404    409
    mark     401    404      200    200   404   200    403   200    404    200
    react    401    404      409    409   404   409    403   409    404    409
    edit     401    404      409    409   404   409    403   409    404    409
    unsay    401    404      403    204   404   204    403   204    404    403
    join     401    201      200    200   201   200    403   200    404    200
    invite   401    403      201    201   201   201    403   201    404    201
    leave    401    404      204    204   404   204    403   204    404    204
    remove   401    403      403    204   204   204    403   204    404    403
    change   401    403      403    200   200   200    403   200    404    403
    give     401    403      403    200   200   200    403   200    404    403
    hook     401    404      403    201   404   201    403   403    403    403
    delete   401    403      403    204   204   204    403   204    404    403
  `,
  // Of two people; the tokens are of one of them.
  direct: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    404      200    -     404   -      200   200    404    -
    members  401    404      200    -     404   -      200   200    404    -
    history  401    404      200    -     404   -      200   200    404    -
    search   401    404      200    -     404   -      200   200    404    -
    send     401    404      201    -     404   -      403   201    404    -
    answer   401    404      201    -     404   -      403   201    404    -
    type     401    404      204    -     404   -      403   204    404    -
    mark     401    404      200    -     404   -      403   200    404    -
    react    401    404      200    -     404   -      403   200    404    -
    edit     401    404      403    -     404   -      403   403    404    -
    unsay    401    404      403    -     404   -      403   403    404    -
    join     401    404      200    -     404   -      403   200    404    -
    invite   401    404      409    -     404   -      403   409    404    -
    leave    401    404      409    -     404   -      403   409    404    -
    remove   401    404      403    -     404   -      403   403    404    -
    change   401    404      409    -     404   -      403   409    404    -
    give     401    404      409    -     404   -      403   409    404    -
    hook     401    404      403    -     404   -      403   403    403    -
    delete   401    404      409    -     404   -      403   409    404    -
  `,
  // Everybody is in it; the tokens are of a member, but for the last.
  general: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    -        200    -     -     200    200   200    404    200
    members  401    -        200    -     -     200    200   200    404    200
    history  401    -        200    -     -     200    200   200    404    200
    search   401    -        200    -     -     200    200   200    404    200
    send     401    -        201    -     -     201    403   201    404    201
    answer   401    -        201    -     -     201    403   201    404    201
    type     401    -        204    -     -     204    403   204    404    204
    mark     401    -        200    -     -     200    403   200    404    200
    react    401    -        200    -     -     200    403   200    404    200
    edit     401    -        403    -     -     200    403   403    404    403
    unsay    401    -        403    -     -     204    403   403    404    403
    join     401    -        200    -     -     200    403   200    404    200
    invite   401    -        200    -     -     200    403   200    404    200
    leave    401    -        409    -     -     409    403   409    404    409
    remove   401    -        403    -     -     409    403   403    404    403
    change   401    -        403    -     -     200    403   403    404    403
    give     401    -        403    -     -     409    403   403    404    403
    hook     401    -        403    -     -     201    403   403    403    403
    delete   401    -        409    -     -     409    403   409    404    409
  `,
  // The same, when the member, whose the tokens are, has blocked the other.
  blocked: `
             nobody stranger member owner admin inside reads writes narrow boss
    look     401    404      200    -     404   -      200   200    404    -
    members  401    404      200    -     404   -      200   200    404    -
    history  401    404      200    -     404   -      200   200    404    -
    search   401    404      200    -     404   -      200   200    404    -
    send     401    404      403    -     404   -      403   403    404    -
    answer   401    404      403    -     404   -      403   403    404    -
    type     401    404      403    -     404   -      403   403    404    -
    mark     401    404      200    -     404   -      403   200    404    -
    react    401    404      200    -     404   -      403   200    404    -
    edit     401    404      403    -     404   -      403   403    404    -
    unsay    401    404      403    -     404   -      403   403    404    -
    join     401    404      200    -     404   -      403   200    404    -
    invite   401    404      409    -     404   -      403   409    404    -
    leave    401    404      409    -     404   -      403   409    404    -
    remove   401    404      403    -     404   -      403   403    404    -
    change   401    404      409    -     404   -      403   409    404    -
    give     401    404      409    -     404   -      403   409    404    -
    hook     401    404      403    -     404   -      403   403    403    -
    delete   401    404      409    -     404   -      403   409    404    -
  `,
};

/** What is asked for: (room, world) gives method, target and body. message is one that another member has written. */
const actions = {
  look: ({ room }) => ['GET', `api/rooms/${room}`],
  members: ({ room }) => ['GET', `api/rooms/${room}/members`],
  history: ({ room }) => ['GET', `api/messages/${room}`],
  search: ({ room }) => ['GET', `api/search?q=hello&room=${room}`],
  send: ({ room }) => ['POST', `api/messages/${room}`, { message: 'hello' }],
  answer: ({ room, message }) => ['POST', `api/messages/${room}`, { message: 'hello', replyTo: message }],
  type: ({ room }) => ['POST', `api/rooms/${room}/typing`, ''],
  mark: ({ room, message }) => ['PUT', `api/rooms/${room}/read`, { id: message }],
  react: ({ room, message }) => ['PUT', `api/messages/${room}/${message}/reactions/${encodeURIComponent('👍')}`, ''],
  edit: ({ room, message }) => ['PATCH', `api/messages/${room}/${message}`, { message: 'changed' }],
  unsay: ({ room, message }) => ['DELETE', `api/messages/${room}/${message}`],
  join: ({ room }) => ['PUT', `api/rooms/${room}/members/me`, ''],
  invite: ({ room }) => ['PUT', `api/rooms/${room}/members/${people.guest.id}`, ''],
  leave: ({ room }) => ['DELETE', `api/rooms/${room}/members/me`],
  remove: ({ room }) => ['DELETE', `api/rooms/${room}/members/${people.writer.id}`],
  change: ({ room }) => ['PATCH', `api/rooms/${room}`, { topic: 'this and that' }],
  give: ({ room }) => ['PATCH', `api/rooms/${room}`, { owner: people.writer.id }],
  hook: ({ room }) => ['POST', `api/rooms/${room}/hooks`, { name: `Hook${made += 1}` }],
  delete: ({ room }) => ['DELETE', `api/rooms/${room}`],
};

let snug;
let made = 0;
let theirs;
const people = {};
const tokens = {};

async function token(client, scope, rooms) {
  const { json, text } = await client.post('api/tokens', { name: 'test', scope, rooms });
  assert.ok(json?.token, text);
  return { authorization: `Bearer ${json.token}` };
}

before(async () => {
  snug = await start({ demo: false });
  for (const username of ['owner', 'member', 'writer', 'stranger', 'guest', 'admin', 'inside']) {
    people[username] = snug.client();
    people[username].id = (await people[username].post('api/users', { username, password: 'a fine password' })).json.id;
  }
  for (const { id } of [people.admin, people.inside]) {
    snug.redis('HSET', `snug:user:${id}`, 'role', 'admin');
    snug.redis('SADD', 'snug:admins', id);
  }
  theirs = (await people.owner.post('api/rooms', { user: people.writer.id })).json.id;
  const elsewhere = (await people.owner.post('api/rooms', { name: 'Elsewhere', kind: 'private' })).json.id;
  tokens.reads = await token(people.owner, 'read');
  tokens.writes = await token(people.owner, 'read write');
  tokens.narrow = await token(people.owner, 'read write', elsewhere);
  tokens.boss = await token(people.inside, 'read write');
});
after(() => snug?.stop());

const good = async (promise) => {
  const answer = await promise;
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
};

/** A new room of this kind, with a message of writer's in it. */
async function room(kind) {
  if (kind === 'general') return '0';
  if (kind === 'direct') return (await good(people.owner.post('api/rooms', { user: people.writer.id }))).id;
  made += 1;
  const { id } = await good(people.owner.post('api/rooms', { name: `Room ${made}`, kind: kind === 'private' ? kind : 'public' }));
  for (const name of ['member', 'writer', 'inside']) await good(people.owner.send('PUT', `api/rooms/${id}/members/${people[name].id}`, { body: '' }));
  return id;
}

async function scene(kind) {
  if (kind === 'blocked') await good(people.owner.send('PUT', `api/blocks/${people.writer.id}`));
  const id = kind === 'blocked' ? theirs : await room(kind);
  const message = (await good(people.writer.post(`api/messages/${id}`, { message: 'hello' }))).id;
  if (kind === 'archived') await good(people.owner.send('PATCH', `api/rooms/${id}`, { body: { archived: true } }));
  return { room: id, message };
}

/** Asks as who; of a room of two the member is one of the two. */
function ask(who, kind, method, target, body) {
  if (tokens[who]) return snug.client().send(method, target, { body, headers: tokens[who] });
  const client = who === 'nobody' ? snug.client() : people[['direct', 'blocked'].includes(kind) && who === 'member' ? 'owner' : who];
  return client.send(method, target, { body });
}

for (const [kind, table] of Object.entries(tables)) {
  const [head, ...rows] = table.trim().split('\n').map((line) => line.trim().split(/\s+/));
  test(`${kind}: every action has a row`, () => assert.deepEqual(rows.map(([action]) => action).sort(), Object.keys(actions).sort()));
  for (const [action, ...cells] of rows) {
    test(`${kind}: ${action}`, async () => {
      assert.equal(cells.length, head.length);
      const found = [];
      for (const [i, who] of head.entries()) {
        if (cells[i] === '-') {
          found.push('-');
        } else {
          const [method, target, body] = actions[action](await scene(kind));
          found.push(String((await ask(who, kind, method, target, body)).status));
        }
      }
      assert.deepEqual(Object.fromEntries(head.map((who, i) => [who, found[i]])), Object.fromEntries(head.map((who, i) => [who, cells[i]])));
    });
  }
}
