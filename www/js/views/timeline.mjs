// The messages of the open room.

import { el, keyedRows, setAttribute, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { roomName, userName } from '../lib/names.mjs';
import { rowsOf } from '../lib/rows.mjs';
import { createScroll } from '../lib/scroll.mjs';
import { words } from '../lib/words.mjs';
import { watch } from '../store.mjs';
import { createAnnouncer } from './announcer.mjs';
import { createRow, updateRow } from './message.mjs';

const MOST_ROWS = 400;
const AHEAD = '600px 0px 0px 0px';

// What is above the oldest message: where the room begins, or how loading goes.
const headWords = (room, timeline, name) => {
  if (timeline.newest === 'failed') {
    return words.loadFailed;
  }
  if (timeline.older === 'failed') {
    return words.olderFailed;
  }
  if (timeline.newest !== 'ready' || timeline.older === 'loading') {
    return words.loading;
  }
  if (timeline.more) {
    return '';
  }
  return room?.kind === 'direct' ? words.beginningWith(name) : words.beginning(name);
};

const createHead = ({ store, actions }) => {
  const text = el('span', {});
  const again = el('button', { type: 'button', class: 'small', onclick: () => {
    const { open, timelines } = store.get();
    const load = timelines[open].newest === 'failed' ? actions.loadAgain : actions.loadOlder;
    load(open);
  } }, words.tryAgain);
  const element = el('div', { class: 'head' }, text, again);

  return {
    element,
    render: (room, timeline, name) => {
      const failed = timeline.newest === 'failed' || timeline.older === 'failed';
      setText(text, headWords(room, timeline, name));
      again.hidden = !failed;
      element.classList.toggle('failed', failed);
    },
  };
};

// Asks for older messages as soon as the head comes near; anew() asks again if it is near still.
const createObserver = ({ store, actions }, log, head) => {
  const observer = new IntersectionObserver((entries) => {
    const { open, timelines } = store.get();
    if (entries.at(-1).isIntersecting && timelines[open] && timelines[open].older !== 'failed') {
      actions.loadOlder(open);
    }
  }, { root: log, rootMargin: AHEAD });
  return {
    anew: () => {
      observer.unobserve(head);
      observer.observe(head);
    },
  };
};

// The button that counts what has come in below, and leads there.
const createNewer = (onclick) => {
  let count = 0;
  const text = el('span', {});
  const element = el('button', { type: 'button', class: 'newer', onclick }, text, icon('down'));
  const set = (n) => {
    count = n;
    element.hidden = n === 0;
    setText(text, words.newMessages(n));
  };
  set(0);
  return { element, clear: () => set(0), add: () => set(count + 1) };
};

// Has somebody else just said something here? Never true of history, and never twice.
const hasSpoken = (state, previous, { type, message }) => type === 'message'
  && message.roomId === state.open && message.from !== state.me.id
  && !previous.timelines[state.open]?.messages.some(({ id }) => id === message.id);

// What is read out, in a moment: the name may be on its way still.
const lineOf = (state, { from, message }) => words.said(userName(state, from), message);

const picked = (state) => [state.open, state.timelines[state.open], state.outbox, state.names,
  state.rooms[state.open]?.name, state.today];

const createLog = ({ store, actions }) => {
  const head = createHead({ store, actions });
  const empty = el('p', { class: 'empty' }, words.empty);
  const rows = el('div', { class: 'rows' });
  const element = el('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: '0' },
    head.element, empty, rows);
  const renderRows = keyedRows(rows, { key: ({ key }) => key, create: createRow,
    update: (row, item) => updateRow(row, item, store.get(), actions) });

  return {
    element,
    head: head.element,
    rows,
    clear: () => renderRows([]),
    render: (state, timeline, outbox) => {
      const room = state.rooms[state.open];
      const name = roomName(state, room);
      const items = rowsOf(timeline.messages, outbox, state.me.id);
      setAttribute(element, 'aria-label', words.messagesIn(name));
      setAttribute(element, 'aria-busy', timeline.newest === 'loading' ? 'true' : null);
      head.render(room, timeline, name);
      empty.hidden = items.length > 0 || timeline.newest !== 'ready';
      renderRows(items);
    },
  };
};

export const timelineView = ({ store, actions }) => {
  let shown = null;
  let written = 0;

  const announcer = createAnnouncer();
  const log = createLog({ store, actions });
  const newer = createNewer(() => {
    scroll.toEnd();
    newer.clear();
    log.element.focus({ preventScroll: true });
  });
  const scroll = createScroll(log.element, log.rows, newer.clear);
  const observer = createObserver({ store, actions }, log.element, log.head);

  const enterRoom = (roomId) => {
    shown = roomId;
    written = 0;
    scroll.toEnd();
    announcer.clear();
    newer.clear();
  };

  const render = (state, timeline) => {
    const outbox = state.outbox.filter(({ roomId }) => roomId === state.open);
    scroll.around(() => log.render(state, timeline, outbox));
    if (outbox.length > written) {
      scroll.toEnd();
    }
    written = outbox.length;
  };

  watch(store, picked, (state, previous, action) => {
    const timeline = state.timelines[state.open];
    if (state.open !== shown) {
      enterRoom(state.open);
    }
    if (!state.me || !timeline) {
      log.clear();
      return;
    }
    render(state, timeline);
    if (hasSpoken(state, previous, action)) {
      announcer.say(() => lineOf(store.get(), action.message));
      if (!scroll.isAtEnd()) {
        newer.add();
      }
    }
    if (scroll.isAtEnd() && timeline.messages.length > MOST_ROWS) {
      actions.trim(state.open);
    }
    if (timeline !== previous.timelines[state.open]) {
      observer.anew();
    }
  });

  return el('div', { class: 'timeline' }, log.element, newer.element, announcer.element);
};
