/*
 * The one state of the page, and how each action changes it. No DOM, no network: every reducer is a
 * function from a state and an action to a state, and what did not change keeps its identity.
 */

import { compareIds, insert, join } from './lib/messages.mjs';

export const signedOutState = {
  phase: 'starting',      // 'starting', 'signedOut' or 'chatting'
  notice: null,           // why there is nothing to chat with: 'expired', 'unreachable'
  login: null,            // who signs people in: 'password', or 'server', the web server
  registration: null,     // who may make an account: 'open', 'invite', 'closed'; null: not known
  pass: null,             // the link by which somebody came: { kind: 'invite' or 'reset', code }
  me: null,               // { id, username }
  link: 'connecting',     // the stream: 'connecting', 'live' or 'parked'
  visible: true,          // is this page looked at?
  today: '',              // the local day, as 2026-11-24
  open: null,             // the id of the room that is shown
  rooms: {},              // by id, as the server tells them
  names: {},              // user names by user id
  online: {},             // user ids that are online: true
  crowd: null,            // how many are online, where they are too many to be listed
  unread: {},             // how many messages have not been seen, by room id
  timelines: {},          // by room id: { messages, more, first, older, tail }
  outbox: [],             // { nonce, roomId, from, message, date, failed }
};

/*
 * A timeline: `messages`, oldest first and without a hole; `more`, whether older ones can be had;
 * `newest` and `older`, how it goes with loading the newest page and older ones: 'wanted',
 * 'loading', 'ready' or 'failed'; `tail`, the id behind which some may be missing while `newest` is
 * not ready.
 */
const newTimeline = { messages: [], more: false, newest: 'wanted', older: 'ready', tail: null };

const otherOf = (room, meId) => room.users.findIndex((id) => id !== meId);

const isUnseen = (state, message) => message.from !== state.me.id
  && !(state.visible && state.open === message.roomId);

const without = (object, key) => {
  const { [key]: _, ...rest } = object;
  return rest;
};

const namesOfRoom = (room) => Object.fromEntries((room.users ?? [])
  .map((id, at) => [id, room.names[at]]).filter(([, name]) => name));

// A room that show.room tells about: its names may be nested, and its kind is in its id.
const shownRoom = ({ id, names }) => {
  const flat = names.flat();
  if (id.includes(':')) {
    return { id, kind: 'direct', users: id.split(':'), names: flat };
  }
  return { id, kind: id.startsWith('g') ? 'private' : 'public', name: flat[0] };
};

// Of who is online, those whose presence is shown: partners in direct rooms.
const shownOnline = (state) => {
  const partners = new Set(Object.values(state.rooms).flatMap(({ users = [] }) => users));
  return Object.fromEntries(Object.entries(state.online).filter(([id]) => partners.has(id)));
};

const changeTimeline = (state, roomId, change) => {
  const timeline = state.timelines[roomId];
  if (!timeline) {
    return state;
  }
  return { ...state, timelines: { ...state.timelines, [roomId]: { ...timeline, ...change(timeline) } } };
};

const changeOutbox = (state, nonce, change) => ({
  ...state,
  outbox: state.outbox.map((entry) => (entry.nonce === nonce ? { ...entry, ...change } : entry)),
});

// Of two last messages the newer one; of one that was changed meanwhile what is told now.
const newer = (a, b) => (!a || (b && compareIds(b.id, a.id) >= 0) ? b : a);

// A room as the server tells it; its last message may have been overtaken by the stream.
const withRoom = (rooms, room) => {
  const last = newer(rooms[room.id]?.last, room.last);
  return { ...rooms[room.id], ...room, ...(last && { last }) };
};

const addRoom = (state, room) => ({
  ...state,
  rooms: { ...state.rooms, [room.id]: withRoom(state.rooms, room) },
  names: { ...state.names, ...namesOfRoom(room) },
});

/*
 * A message has become something else. It keeps its place and its row; one that is not loaded will
 * come as it is by then.
 */
const changeMessage = (state, roomId, id, change) => {
  const changed = (message) => (message.id === id ? { ...message, ...change } : message);
  const next = changeTimeline(state, roomId, ({ messages }) => (
    messages.some((message) => message.id === id) ? { messages: messages.map(changed) } : {}));
  const room = next.rooms[roomId];
  if (room?.last?.id !== id) {
    return next;
  }
  return { ...next, rooms: { ...next.rooms, [roomId]: { ...room, last: changed(room.last) } } };
};

// A message of ours from the outbox has arrived: its row goes on as the same row.
const settle = (state, message) => {
  const waiting = message.nonce && message.from === state.me.id
    && state.outbox.some(({ nonce }) => nonce === message.nonce);
  if (!waiting) {
    return { state, message };
  }
  return {
    state: { ...state, outbox: state.outbox.filter(({ nonce }) => nonce !== message.nonce) },
    message: { ...message, key: message.nonce },
  };
};

const setLast = (state, message) => {
  const room = state.rooms[message.roomId];
  if (!room || (room.last && compareIds(room.last.id, message.id) >= 0)) {
    return state;
  }
  return { ...state, rooms: { ...state.rooms, [room.id]: { ...room, last: message } } };
};

/*
 * The newest page. What is here already stays where it is known to join on to it; what came by the
 * stream meanwhile is newer, and stays in any case.
 */
const renew = (timeline, page) => {
  const [first] = page.messages;
  if (!first) {
    return { messages: timeline.messages, more: false };
  }
  const joined = page.messages.some(({ id }) => id === timeline.tail);
  const kept = timeline.messages
    .filter(({ id }) => joined || compareIds(id, first.id) >= 0);
  const messages = join(page.messages, kept);
  return { messages, more: messages[0].id === first.id ? page.more : timeline.more };
};

// The page before the message `before`, unless the timeline begins elsewhere by now.
const addOlder = (timeline, page, before) => {
  if (timeline.messages[0]?.id !== before) {
    return {};
  }
  return { messages: join(page.messages, timeline.messages), more: page.more };
};

// The page after the message `after`, behind which some are missing, unless that has changed by now.
const addMissed = (timeline, page, after) => {
  if (timeline.tail !== after) {
    return {};
  }
  return { messages: join(timeline.messages, page.messages),
    ...(page.more ? { tail: page.messages.at(-1).id } : { newest: 'ready', tail: null }) };
};

// What a page changes in a timeline. Where history was lost while it came, the newest is wanted still.
const addPage = (timeline, page, { before, after }) => {
  if (before) {
    return { ...addOlder(timeline, page, before), older: 'ready' };
  }
  const change = after ? addMissed(timeline, page, after)
    : { ...renew(timeline, page), newest: 'ready', tail: null };
  return timeline.newest === 'wanted' ? { ...change, newest: 'wanted', tail: timeline.tail } : change;
};

// A live message; one of a time that is not loaded will come with its page.
const addLive = ({ messages, more }, message) => {
  const beyond = more && messages.length > 0 && compareIds(message.id, messages[0].id) < 0;
  return beyond ? {} : { messages: insert(messages, message) };
};

const reducers = {
  'start.failed': (state) => ({ ...state, notice: 'unreachable' }),

  'signed.out': (state, { notice, pass = null }) => ({
    ...signedOutState,
    phase: 'signedOut',
    notice,
    pass,
    login: state.login,
    registration: state.registration,
    visible: state.visible,
    today: state.today,
  }),

  'server.told': (state, { login, registration }) => ({ ...state, login, registration }),

  'signed.in': (state, { user, outbox }) => ({
    ...signedOutState,
    phase: 'chatting',
    me: user,
    names: { [user.id]: user.username },
    outbox: outbox.map((entry) => ({ ...entry, failed: entry.failed ?? 'unreachable' })),
    login: state.login,
    registration: state.registration,
    visible: state.visible,
    today: state.today,
  }),

  // A new snapshot: what was known about who is online in these rooms gives way to it.
  'rooms.loaded': (state, { rooms }) => {
    const partners = rooms.flatMap(({ users = [] }) => users);
    const online = Object.fromEntries(Object.entries(state.online)
      .filter(([id]) => !partners.includes(id)));
    for (const id of rooms.flatMap((room) => room.online ?? [])) {
      online[id] = true;
    }
    return {
      ...state,
      rooms: Object.fromEntries(rooms.map((room) => [room.id, withRoom(state.rooms, room)])),
      names: Object.assign({ ...state.names }, ...rooms.map(namesOfRoom)),
      online,
    };
  },

  'room.added': (state, { room }) => addRoom(state, room),

  'room.shown': (state, { data }) => addRoom(state, shownRoom(data)),

  'room.left': (state, { roomId }) => ({
    ...state,
    rooms: without(state.rooms, roomId),
    unread: without(state.unread, roomId),
    timelines: without(state.timelines, roomId),
    outbox: state.outbox.filter((entry) => entry.roomId !== roomId),
  }),

  'room.opened': (state, { roomId }) => ({
    ...state,
    open: roomId,
    unread: without(state.unread, roomId),
    timelines: { ...state.timelines, [roomId]: state.timelines[roomId] ?? newTimeline },
  }),

  // Events may have been missed: other rooms are loaded when they are opened, the open one at once.
  'history.lost': (state) => {
    const timeline = state.timelines[state.open];
    if (!timeline) {
      return { ...state, timelines: {} };
    }
    const tail = timeline.tail ?? timeline.messages.at(-1)?.id ?? null;
    return { ...state, timelines: { [state.open]: { ...timeline, newest: 'wanted', tail } } };
  },

  // Loading a page: the one before the message `before`, or after `after`, or else the newest one.
  'page.asked': (state, { roomId, before }) =>
    changeTimeline(state, roomId, () => ({ [before ? 'older' : 'newest']: 'loading' })),

  'page.failed': (state, { roomId, before }) =>
    changeTimeline(state, roomId, () => ({ [before ? 'older' : 'newest']: 'failed' })),

  'page.loaded': (state, { roomId, page, ...where }) => {
    const named = { ...state, names: { ...state.names, ...page.users } };
    const settled = [];
    let next = named;
    for (const stored of page.messages) {
      const { state: after, message } = settle(next, stored);
      settled.push(message);
      next = after;
    }
    const settledPage = { ...page, messages: settled };
    return changeTimeline(next, roomId, (timeline) => addPage(timeline, settledPage, where));
  },

  // Keeps a timeline from growing for ever: only its newest messages stay.
  'timeline.trimmed': (state, { roomId, keep }) => changeTimeline(state, roomId,
    ({ messages, more }) => ({
      messages: messages.slice(-keep),
      more: more || messages.length > keep,
    })),

  message: (state, { message: stored }) => {
    const { state: settled, message } = settle(state, stored);
    const added = changeTimeline(settled, message.roomId, (timeline) => addLive(timeline, message));
    const next = setLast(added, message);
    const repeated = next === added && state.rooms[message.roomId] !== undefined;
    if (repeated || !isUnseen(state, message)) {
      return next;
    }
    const unread = (next.unread[message.roomId] ?? 0) + 1;
    return { ...next, unread: { ...next.unread, [message.roomId]: unread } };
  },

  'message.changed': (state, { roomId, id, change }) => changeMessage(state, roomId, id, change),

  'send.started': (state, { entry }) => ({
    ...state, outbox: [...state.outbox, { ...entry, from: state.me.id, failed: null }],
  }),

  'send.failed': (state, { nonce, code }) => changeOutbox(state, nonce, { failed: code }),

  'send.again': (state, { nonce }) => changeOutbox(state, nonce, { failed: null }),

  'send.dropped': (state, { nonce }) => ({
    ...state, outbox: state.outbox.filter((entry) => entry.nonce !== nonce),
  }),

  link: (state, { link }) => ({ ...state, link }),

  // Who is online, in all; without a list it is only counted.
  ready: (state, { online, onlineCount }) => ({
    ...state,
    online: online ? Object.fromEntries(online.map((id) => [id, true])) : state.online,
    crowd: online ? null : onlineCount ?? null,
  }),

  'user.connected': (state, { user: { id, username } }) => ({
    ...state,
    online: { ...state.online, [id]: true },
    crowd: state.crowd === null || state.online[id] ? state.crowd : state.crowd + 1,
    names: username ? { ...state.names, [id]: username } : state.names,
  }),

  'user.disconnected': (state, { user: { id } }) => ({
    ...state,
    online: without(state.online, id),
    crowd: state.crowd === null ? null : Math.max(0, state.crowd - 1),
  }),

  // Somebody is called otherwise from here on.
  'user.updated': (state, { user: { id, username } }) => ({
    ...state, names: { ...state.names, [id]: username },
  }),

  // So many have come and gone that they are only counted: who is online must be asked for.
  presence: (state, { online }) => ({ ...state, crowd: online, online: shownOnline(state) }),

  'users.loaded': (state, { users }) => {
    const online = { ...state.online };
    for (const user of users) {
      if (user.online) {
        online[user.id] = true;
      } else {
        delete online[user.id];
      }
    }
    const names = Object.fromEntries(users.map(({ id, username }) => [id, username]));
    return { ...state, online, names: { ...state.names, ...names } };
  },

  visible: (state, { visible }) => ({
    ...state, visible, unread: visible ? without(state.unread, state.open) : state.unread,
  }),

  'day.changed': (state, { today }) => ({ ...state, today }),
};

export const reduce = (state, action) => reducers[action.type](state, action);

/*
 * Holds the state: get(), dispatch(action), and subscribe(told), told(state, previous, action). What
 * is dispatched by somebody who is being told waits until all have been told.
 */
export const createStore = (state = signedOutState) => {
  const listeners = [];
  const waiting = [];

  const apply = (action) => {
    const previous = state;
    state = reduce(state, action);
    for (const told of listeners) {
      told(state, previous, action);
    }
  };

  return {
    get: () => state,
    subscribe: (told) => {
      listeners.push(told);
    },
    dispatch: (action) => {
      waiting.push(action);
      if (waiting.length > 1) {
        return;
      }
      while (waiting.length > 0) {
        try {
          apply(waiting[0]);
        } finally {
          waiting.shift();
        }
      }
    },
  };
};

// Calls render(state, previous, action) at once, and whenever one of the values of `pick` is new.
export const watch = (store, pick, render) => {
  let picked = null;
  const look = (state, previous, action) => {
    const values = pick(state);
    if (picked === null || values.some((value, at) => value !== picked[at])) {
      picked = values;
      render(state, previous, action);
    }
  };
  store.subscribe(look);
  look(store.get(), store.get(), { type: 'start' });
};

// What a view asks of the state.

export const partnerOf = (state, room) => (room.kind === 'direct'
  ? room.users[otherOf(room, state.me.id)] ?? state.me.id : null);

const byNewest = (a, b) => {
  if (a.last && b.last) {
    return compareIds(b.last.id, a.last.id);
  }
  return (b.last ? 1 : 0) - (a.last ? 1 : 0) || a.id.localeCompare(b.id, 'en', { numeric: true });
};

// General first, then the rooms with the newest message.
export const roomList = (state) => Object.values(state.rooms)
  .sort((a, b) => (b.id === '0') - (a.id === '0') || byNewest(a, b));

export const unreadTotal = (state) => Object.values(state.unread).reduce((sum, n) => sum + n, 0);

export const onlineTotal = (state) => state.crowd ?? Object.keys(state.online).length;
