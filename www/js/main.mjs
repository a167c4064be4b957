// Wires the page together; it decides nothing itself.

import { createActions } from './actions.mjs';
import { api } from './api.mjs';
import { keep } from './lib/keep.mjs';
import { hrefOf, passIn, roomIn } from './lib/place.mjs';
import { dayOf } from './lib/time.mjs';
import { createStore, watch } from './store.mjs';
import { openStream } from './stream.mjs';
import { chatView } from './views/chat.mjs';
import { signinView } from './views/signin.mjs';

const MINUTE_MS = 60000;

const store = createStore();
const go = (roomId) => {
  location.hash = hrefOf(roomId);
};
const actions = createActions({ store, api, openStream, keep,
  wantedRoom: () => roomIn(location.hash) });

const setDay = () => actions.setDay(dayOf(new Date()));
setDay();
setInterval(setDay, MINUTE_MS);

document.body.append(signinView({ store, actions }), chatView({ store, actions, go }));

// The address names the open room; a room that is not there gives way to the one that is shown.
watch(store, (state) => [state.open], ({ open }) => {
  if (open !== null && roomIn(location.hash) !== open) {
    history.replaceState(null, '', hrefOf(open));
  }
});
// A way in is a secret: it leaves the address, and with it the history, before anything else happens.
const takePass = () => {
  const pass = passIn(location.hash);
  if (pass) {
    const { open } = store.get();
    history.replaceState(null, '', open === null ? location.pathname : hrefOf(open));
  }
  return pass;
};
addEventListener('hashchange', () => {
  const pass = takePass();
  if (pass) {
    actions.show(pass);
  } else if (store.get().open !== null) {
    actions.open(roomIn(location.hash));
  }
});

watch(store, (state) => [state.outbox], ({ me, outbox }) => {
  if (me) {
    keep.setOutbox(me.id, outbox);
  }
});

// After a while in the background, or on another network, a connection may only look alive.
let hiddenSince = 0;
document.addEventListener('visibilitychange', () => {
  const visible = document.visibilityState === 'visible';
  actions.see(visible);
  setDay();
  if (visible) {
    actions.wake(Date.now() - hiddenSince > MINUTE_MS);
  } else {
    hiddenSince = Date.now();
  }
});
addEventListener('online', () => actions.wake(true));
addEventListener('pageshow', ({ persisted }) => persisted && actions.wake(true));

actions.see(document.visibilityState === 'visible');
actions.start(takePass());
