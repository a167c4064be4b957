/*
 * What a person, or the server, can make happen: the only place where the state, the requests and
 * the stream meet.
 */

import { backOff } from './stream.mjs';

const KEEP_ROWS = 200;
const NAMES_AT_ONCE = 100;

const nowInSeconds = () => Math.floor(Date.now() / 1000);

const newNonce = () => [...crypto.getRandomValues(new Uint8Array(12))]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const createActions = ({ store, api, openStream, keep, wantedRoom }) => {
  let stream = null;
  let asked = new Set();
  let queues = {};
  let hurry = () => {};

  const { get, dispatch } = store;

  // Waits, unless somebody is in a hurry.
  const pause = (ms) => new Promise((done) => {
    setTimeout(done, ms);
    hurry = done;
  });

  // The session is over: what was written is kept by `keep`, under the name of who wrote it.
  const leave = (notice) => {
    stream?.close();
    stream = null;
    dispatch({ type: 'signed.out', notice });
  };

  const forget = (notice) => {
    const { me } = get();
    leave(notice);
    keep.forget(me.id);
  };

  // The answer to a call; if whoever made it has left meanwhile, there never is one.
  const ask = async (call) => {
    const { me } = get();
    const never = new Promise(() => {});
    try {
      const answer = await call;
      return get().me === me ? answer : never;
    } catch (error) {
      if (get().me !== me) {
        return never;
      }
      if (error.status === 401) {
        leave('expired');
      }
      throw error;
    }
  };

  // Calls until there is an answer; only the end of the session ends it.
  const askUntilAnswered = async (call) => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask(call());
      } catch (error) {
        if (error.status === 401) {
          return new Promise(() => {});
        }
        await pause(backOff(tries));
      }
    }
  };

  const loadPage = async (roomId, before) => {
    dispatch({ type: 'page.asked', roomId, before });
    try {
      const page = await ask(before ? api.before(roomId, before) : api.newest(roomId));
      dispatch({ type: 'page.loaded', roomId, page, before });
    } catch {
      dispatch({ type: 'page.failed', roomId, before });
    }
  };

  const loadUsers = async (ids) => {
    for (let at = 0; at < ids.length; at += NAMES_AT_ONCE) {
      const some = ids.slice(at, at + NAMES_AT_ONCE);
      try {
        dispatch({ type: 'users.loaded', users: (await ask(api.users(some))).users });
      } catch {
        some.forEach((id) => asked.delete(id));
      }
    }
  };

  const learnNames = (ids) => {
    const unknown = ids.filter((id) => !get().names[id] && !asked.has(id));
    unknown.forEach((id) => asked.add(id));
    loadUsers([...new Set(unknown)]);
  };

  /*
   * Rooms first, then the stream from the cursor of that answer, then history: what happens in
   * between comes by the stream, so that nothing is missed.
   */
  const synchronize = async () => {
    const { rooms, cursor } = await askUntilAnswered(api.rooms);
    dispatch({ type: 'rooms.loaded', rooms });
    learnNames(rooms.flatMap(({ last }) => last?.from ?? []));
    stream?.close();
    stream = openStream({ since: cursor, onEvent, check: () => ask(api.session()),
      onLink: (link) => dispatch({ type: 'link', link }) });
  };

  const enter = async (user) => {
    asked = new Set();
    queues = {};
    dispatch({ type: 'signed.in', user, outbox: keep.outbox(user.id) });
    await synchronize();
    actions.open(wantedRoom());
  };

  const reload = async () => {
    dispatch({ type: 'history.lost' });
    await synchronize();
    actions.open(get().open);
  };

  // A room that is not known here yet: the server knows its name and who is in it.
  const learnRoom = async (roomId) => {
    try {
      const { rooms } = await ask(api.rooms());
      rooms.filter(({ id }) => id === roomId)
        .forEach((room) => dispatch({ type: 'room.added', room }));
    } catch {
      // The next message in it asks again.
    }
  };

  const partners = () => [...new Set(Object.values(get().rooms).flatMap(({ users = [] }) => users))];

  const events = {
    ready: (data) => {
      if (data.user.id !== get().me.id) {
        actions.start();
        return;
      }
      dispatch({ type: 'ready', ...data });
      if (!data.online) {
        loadUsers(partners());
      }
      if (get().timelines[get().open]?.newest === 'failed') {
        loadPage(get().open, null);
      }
    },
    message: (message) => {
      dispatch({ type: 'message', message });
      learnNames([message.from]);
      if (!get().rooms[message.roomId]) {
        learnRoom(message.roomId);
      }
    },
    'show.room': (data) => dispatch({ type: 'room.shown', data }),
    'user.connected': (user) => dispatch({ type: 'user.connected', user }),
    'user.disconnected': (user) => dispatch({ type: 'user.disconnected', user }),
    reset: () => reload(),
    bye: ({ reason }) => {
      if (reason === 'logout') {
        forget('loggedOut');
      }
    },
  };

  const onEvent = (type, data) => events[type]?.(data);

  const post = async ({ roomId, message, nonce }) => {
    try {
      dispatch({ type: 'message', message: await ask(api.send(roomId, message, nonce)) });
    } catch (error) {
      if (get().me) {
        dispatch({ type: 'send.failed', nonce, code: error.code });
      }
    }
  };

  // One after the other in a room, so that they arrive in the order in which they were written.
  const enqueue = (entry) => {
    queues[entry.roomId] = (queues[entry.roomId] ?? Promise.resolve()).then(() => post(entry));
  };

  const actions = {
    // Goes on with the session of an earlier visit, if there is one.
    start: async () => {
      stream?.close();
      for (let tries = 0; ; tries += 1) {
        try {
          const user = await api.session();
          return enter(user);
        } catch (error) {
          if (error.status === 401) {
            return leave(null);
          }
          dispatch({ type: 'start.failed' });
          await pause(backOff(tries));
        }
      }
    },

    signIn: async (username, password) => enter(await api.signIn(username, password)),

    signUp: async (username, password) => enter(await api.signUp(username, password)),

    signOut: async () => {
      stream?.close();
      try {
        await api.signOut();
      } catch (error) {
        synchronize();
        throw error;
      }
      forget(null);
    },

    open: (roomId) => {
      const known = get().rooms[roomId] ? roomId : '0';
      if (get().open && get().open !== known) {
        actions.trim(get().open);
      }
      dispatch({ type: 'room.opened', roomId: known });
      if (['wanted', 'failed'].includes(get().timelines[known].newest)) {
        loadPage(known, null);
      }
    },

    loadAgain: (roomId) => loadPage(roomId, null),

    loadOlder: (roomId) => {
      const { newest, older, more, messages } = get().timelines[roomId];
      if (newest === 'ready' && older !== 'loading' && more) {
        loadPage(roomId, messages[0].id);
      }
    },

    trim: (roomId) => {
      if (get().timelines[roomId]?.messages.length > KEEP_ROWS) {
        dispatch({ type: 'timeline.trimmed', roomId, keep: KEEP_ROWS });
      }
    },

    send: (roomId, message) => {
      const entry = { roomId, message, nonce: newNonce(), date: nowInSeconds() };
      dispatch({ type: 'send.started', entry });
      enqueue(entry);
    },

    // The same nonce again: if the server has the message after all, it is not stored twice.
    retry: (nonce) => {
      const entry = get().outbox.find((one) => one.nonce === nonce);
      dispatch({ type: 'send.again', nonce });
      enqueue(entry);
    },

    drop: (nonce) => dispatch({ type: 'send.dropped', nonce }),

    // The direct room with somebody, by name: its id.
    talkTo: async (name) => {
      const room = await ask(api.openDirect(name));
      dispatch({ type: 'room.added', room });
      return room.id;
    },

    // The network, or the person, is back.
    wake: (stale) => {
      hurry();
      stream?.wake(stale);
    },

    see: (visible) => dispatch({ type: 'visible', visible }),

    setDay: (today) => {
      if (today !== get().today) {
        dispatch({ type: 'day.changed', today });
      }
    },
  };
  return actions;
};
