// What the server tells by itself: the stream, and what each of its events does to the page.

// What becomes of messages.
const createChanges = (dispatch) => {
  const change = (roomId, id, to) => dispatch({ type: 'message.changed', roomId, id, change: to });
  return {
    'message.edited': (message) => change(message.roomId, message.id, message),
    'message.deleted': ({ id, roomId }) => change(roomId, id,
      { message: '', deleted: true, edited: undefined, reactions: undefined }),
    reaction: ({ id, roomId, reactions }) => change(roomId, id, { reactions }),
  };
};

const createEvents = ({ store, loading, openRoom, reload, restart, forget }) => {
  const { get, dispatch } = store;
  return {
    ready: (data) => {
      // Somebody else has signed in with this browser, in another tab.
      if (data.user.id !== get().me.id) {
        restart();
        return;
      }
      dispatch({ type: 'ready', ...data });
      if (!data.online) {
        loading.refreshPresence();
      }
      if (get().timelines[get().open]?.newest === 'failed') {
        loading.newest(get().open);
      }
    },

    message: (message) => {
      dispatch({ type: 'message', message });
      loading.learnNames([message.from]);
      if (!get().rooms[message.roomId]) {
        loading.learnRoom(message.roomId);
      }
    },

    ...createChanges(dispatch),

    'room.updated': (room) => dispatch({ type: 'room.added', room }),

    'show.room': (data) => dispatch({ type: 'room.shown', data }),

    'room.left': ({ id }) => {
      if (get().open === id) {
        openRoom(null);
      }
      dispatch({ type: 'room.left', roomId: id });
    },

    'user.connected': (user) => dispatch({ type: 'user.connected', user }),
    'user.updated': (user) => dispatch({ type: 'user.updated', user }),
    'user.disconnected': (user) => dispatch({ type: 'user.disconnected', user }),

    // So many have come and gone that the server only counts them.
    presence: ({ online }) => {
      dispatch({ type: 'presence', online });
      loading.refreshPresence();
    },

    reset: () => reload(),

    // Whatever else it says, the stream sees to it.
    bye: ({ reason }) => {
      if (reason === 'logout') {
        forget('loggedOut');
      }
    },
  };
};

/*
 * restart(): somebody else is signed in. forget(notice): who was signed in has logged out.
 * openRoom(id): shows a room, General where there is no such room, and loads what of it is not here.
 */
export const createLive = ({ store, api, openStream, asking, loading, openRoom, restart, forget }) => {
  let stream = null;

  const stop = () => {
    stream?.close();
    stream = null;
  };

  /*
   * Rooms first, then the stream from the cursor of that answer, then history: what happens in
   * between comes by the stream, so that nothing is missed.
   */
  const synchronize = async () => {
    const { rooms, cursor } = await asking.askUntilAnswered(api.rooms);
    store.dispatch({ type: 'rooms.loaded', rooms });
    loading.learnNames(rooms.flatMap(({ last }) => last?.from ?? []));
    stop();
    stream = openStream({
      since: cursor,
      onEvent: (type, data) => events[type]?.(data),
      onLink: (link) => store.dispatch({ type: 'link', link }),
      check: () => asking.ask(api.session()),
      beat: api.beat,
    });
  };

  const reload = async () => {
    store.dispatch({ type: 'history.lost' });
    await synchronize();
    openRoom(store.get().open);
  };

  const events = createEvents({ store, loading, openRoom, reload, restart, forget });

  return {
    synchronize,
    stop,

    // The network, or the person, is back.
    wake: (stale) => {
      asking.hurry();
      stream?.wake(stale);
    },

    // The person wants it connected, here and now.
    reconnect: () => {
      asking.hurry();
      stream?.reopen();
    },
  };
};
