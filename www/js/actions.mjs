// What a person can make happen: the pieces that know the state, the requests and the stream, as one.

import { createAsking } from './asking.mjs';
import { createLive } from './live.mjs';
import { createLoading } from './loading.mjs';
import { createSending } from './sending.mjs';
import { createSession } from './session.mjs';

const KEEP_ROWS = 200;
const GENERAL = '0';

const createReading = ({ store, loading }) => {
  const { get, dispatch } = store;

  const trim = (roomId) => {
    if (get().timelines[roomId]?.messages.length > KEEP_ROWS) {
      dispatch({ type: 'timeline.trimmed', roomId, keep: KEEP_ROWS });
    }
  };

  return {
    trim,

    // Shows a room, or General where there is no such room.
    open: (roomId) => {
      const { open, rooms } = get();
      const known = rooms[roomId] ? roomId : GENERAL;
      if (open && open !== known) {
        trim(open);
      }
      dispatch({ type: 'room.opened', roomId: known });
      if (['wanted', 'failed'].includes(get().timelines[known].newest)) {
        loading.newest(known);
      }
    },

    loadAgain: (roomId) => loading.newest(roomId),

    loadOlder: (roomId) => {
      const { newest, older, more, messages } = get().timelines[roomId];
      if (newest === 'ready' && older !== 'loading' && more) {
        loading.older(roomId, messages[0].id);
      }
    },
  };
};

export const createActions = ({ store, api, openStream, keep, wantedRoom }) => {
  const asking = createAsking(store, () => session.leave('expired'));
  const { ask } = asking;
  const loading = createLoading({ store, api, ask });
  const reading = createReading({ store, loading });
  const live = createLive({ store, api, openStream, asking, loading, openRoom: reading.open,
    restart: () => session.start(), forget: (notice) => session.forget(notice) });
  const session = createSession({ store, api, keep, asking, live, loading,
    openRoom: reading.open, wantedRoom });
  const { start, show, signIn, signUp, reset, signOut } = session;
  const { wake, reconnect } = live;

  return {
    start, show, signIn, signUp, reset, signOut, wake, reconnect, ...reading,
    ...createSending({ store, api, ask }),

    // The direct room with somebody, by name: its id.
    talkTo: async (name) => {
      const room = await ask(api.openDirect(name));
      store.dispatch({ type: 'room.added', room });
      return room.id;
    },

    see: (visible) => store.dispatch({ type: 'visible', visible }),

    setDay: (today) => {
      if (today !== store.get().today) {
        store.dispatch({ type: 'day.changed', today });
      }
    },
  };
};
