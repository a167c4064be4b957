// What the page gets from the server when it wants to know: messages, names, who is online, a room.

const NAMES_AT_ONCE = 100;
const MOST_PAGES_MISSED = 3;
const GATHER_MS = 1000;

// What came between the newest message that was here and now; false where it is too much.
const createMissed = ({ store, api, ask }) => async (roomId) => {
  for (let pages = 0; pages < MOST_PAGES_MISSED; pages += 1) {
    const { tail } = store.get().timelines[roomId] ?? {};
    if (!tail) {
      return true;
    }
    const page = await ask(api.after(roomId, tail));
    store.dispatch({ type: 'page.loaded', roomId, page, after: tail });
  }
  return false;
};

const createPages = ({ store, api, ask }) => {
  const loadMissed = createMissed({ store, api, ask });

  const load = async (roomId, before, get) => {
    store.dispatch({ type: 'page.asked', roomId, before });
    try {
      await get();
    } catch {
      store.dispatch({ type: 'page.failed', roomId, before });
    }
  };

  return {
    /*
     * The newest messages. Where there are some already, those that came since: what is shown stays
     * as it is, and whoever reads it is not disturbed; a gap of many pages is not filled.
     */
    newest: (roomId) => load(roomId, null, async () => {
      const { tail } = store.get().timelines[roomId];
      if (!tail || !await loadMissed(roomId)) {
        const page = await ask(api.newest(roomId));
        store.dispatch({ type: 'page.loaded', roomId, page });
      }
    }),

    // The page before the message `before`.
    older: (roomId, before) => load(roomId, before, async () => {
      const page = await ask(api.before(roomId, before));
      store.dispatch({ type: 'page.loaded', roomId, page, before });
    }),
  };
};

const createPeople = ({ store, api, ask }) => {
  let asked = new Set();
  let gathering = null;

  const load = async (ids) => {
    for (let at = 0; at < ids.length; at += NAMES_AT_ONCE) {
      const some = ids.slice(at, at + NAMES_AT_ONCE);
      try {
        store.dispatch({ type: 'users.loaded', users: (await ask(api.users(some))).users });
      } catch {
        some.forEach((id) => asked.delete(id));
      }
    }
  };

  // The people whose presence is shown: partners of direct rooms.
  const shown = () => [...new Set(Object.values(store.get().rooms)
    .flatMap(({ users = [] }) => users))];

  return {
    learnNames: (ids) => {
      const unknown = ids.filter((id) => !store.get().names[id] && !asked.has(id));
      unknown.forEach((id) => asked.add(id));
      load([...new Set(unknown)]);
    },

    // Once in a while at most, and not at one time with all other pages that heard the same.
    refreshPresence: () => {
      gathering ??= setTimeout(() => {
        gathering = null;
        load(shown());
      }, GATHER_MS * (1 + 3 * Math.random()));
    },

    // For the next person.
    forgetPeople: () => {
      asked = new Set();
      clearTimeout(gathering);
      gathering = null;
    },
  };
};

export const createLoading = ({ store, api, ask }) => ({
  ...createPages({ store, api, ask }),
  ...createPeople({ store, api, ask }),

  // A room that is not known here yet: the server knows its name and who is in it.
  learnRoom: async (roomId) => {
    try {
      const { rooms } = await ask(api.rooms());
      rooms.filter(({ id }) => id === roomId)
        .forEach((room) => store.dispatch({ type: 'room.added', room }));
    } catch {
      // The next message in it asks again.
    }
  },
});
