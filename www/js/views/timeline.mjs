// The messages of the open room.

import { el, keyedRows, setAttribute, setHue, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { roomName, userName } from '../lib/names.mjs';
import { rowsOf } from '../lib/rows.mjs';
import { clockTime, dayName, fullTime, isoTime } from '../lib/time.mjs';
import { notSent, words } from '../lib/words.mjs';
import { watch } from '../store.mjs';
import { createAnnouncer } from './announcer.mjs';

const NEAR_END_PX = 100;
const MOST_ROWS = 400;
const AHEAD = '600px 0px 0px 0px';

const createDay = () => {
  const time = el('time', {});
  return { element: el('h3', { class: 'day' }, time), time };
};

const updateDay = (row, item, state) => {
  setAttribute(row.time, 'datetime', item.day);
  setText(row.time, dayName(item.day, state.today));
};

const createMessage = () => {
  const letter = el('span', { class: 'face', 'aria-hidden': 'true' });
  const author = el('span', { class: 'author' });
  const time = el('time', {});
  const text = el('p', { class: 'text', dir: 'auto' });
  const element = el('article', { class: 'message' }, letter,
    el('p', { class: 'meta' }, author, ' ', time), text);
  return { element, letter, author, time, text, fate: null };
};

// What stands below a message that the server does not have: that it is on its way, or why not.
const createFate = (item, actions) => {
  if (item.failed === null) {
    return el('p', { class: 'fate' }, words.sending);
  }
  const { nonce } = item.message;
  const button = (text, act) => el('button', { type: 'button', class: 'small',
    onclick: ({ currentTarget }) => {
      currentTarget.closest('.log').focus({ preventScroll: true });
      act(nonce);
    } }, text);
  return el('div', { class: 'fate failed' }, icon('alert'),
    el('span', { role: 'alert' }, notSent(item.failed)),
    button(words.retry, actions.retry), button(words.remove, actions.drop));
};

const updateFate = (row, item, actions) => {
  if (row.failed === item.failed) {
    return;
  }
  row.failed = item.failed;
  row.fate?.remove();
  row.fate = item.failed === undefined ? null : createFate(item, actions);
  if (row.fate) {
    row.element.append(row.fate);
  }
};

const updateMessage = (row, item, state, actions) => {
  const { message } = item;
  const name = userName(state, message.from);
  setText(row.author, item.own ? words.you : name);
  setText(row.letter, [...name][0].toUpperCase());
  updateFate(row, item, actions);
  row.element.classList.toggle('first', item.first);
  if (row.message === message) {
    return;
  }
  row.message = message;
  row.element.classList.toggle('own', item.own);
  setHue(row.letter, message.from);
  setText(row.text, message.message);
  setText(row.time, clockTime(message.date));
  setAttribute(row.time, 'datetime', isoTime(message.date));
  setAttribute(row.time, 'title', fullTime(message.date));
};

// What is above the oldest message: where the room begins, or how loading what is older goes.
const headWords = (state, timeline, name) => {
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
  return state.rooms[state.open]?.kind === 'direct' ? words.beginningWith(name)
    : words.beginning(name);
};

export const timelineView = ({ store, actions }) => {
  let roomId = null;
  let atEnd = true;
  let arrived = 0;
  let written = 0;

  const headText = el('span', {});
  const again = el('button', { type: 'button', class: 'small', onclick: () => {
    const load = store.get().timelines[roomId].newest === 'failed' ? 'loadAgain' : 'loadOlder';
    actions[load](roomId);
  } }, words.tryAgain);
  const head = el('div', { class: 'head' }, headText, again);
  const empty = el('p', { class: 'empty' }, words.empty);
  const rows = el('div', { class: 'rows' });
  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: '0' }, head, empty,
    rows);
  const newerText = el('span', {});
  const newer = el('button', { type: 'button', class: 'newer', hidden: true,
    onclick: () => toEnd() }, newerText, icon('down'));
  const announcer = createAnnouncer();
  const element = el('div', { class: 'timeline' }, log, newer, announcer.element);

  const renderRows = keyedRows(rows, {
    key: (item) => item.key,
    create: (item) => (item.kind === 'day' ? createDay() : createMessage()),
    update: (row, item) => {
      if (item.kind === 'day') {
        updateDay(row, item, store.get());
      } else {
        updateMessage(row, item, store.get(), actions);
      }
    },
  });

  const setArrived = (n) => {
    arrived = n;
    newer.hidden = n === 0;
    setText(newerText, words.newMessages(n));
  };

  const scrollToEnd = () => {
    log.scrollTop = log.scrollHeight;
  };

  const toEnd = () => {
    atEnd = true;
    scrollToEnd();
    setArrived(0);
    log.focus({ preventScroll: true });
  };

  log.addEventListener('scroll', () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    if (atEnd && arrived > 0) {
      setArrived(0);
    }
  }, { passive: true });

  // The first message in sight, and where: what is read must not move when rows come above it.
  const findAnchor = () => {
    const top = log.getBoundingClientRect().top;
    const seen = [...rows.children].find((row) => row.getBoundingClientRect().bottom > top
      && row.matches('.message'));
    return seen && { row: seen, top: seen.getBoundingClientRect().top };
  };

  const keepPlace = (anchor) => {
    if (atEnd) {
      scrollToEnd();
    } else if (anchor?.row.isConnected) {
      log.scrollTop += anchor.row.getBoundingClientRect().top - anchor.top;
    }
  };

  // Asks for older messages as soon as the head comes near, and again while it stays there.
  const observer = new IntersectionObserver((entries) => {
    const timeline = store.get().timelines[roomId];
    if (entries.at(-1).isIntersecting && timeline && timeline.older !== 'failed') {
      actions.loadOlder(roomId);
    }
  }, { root: log, rootMargin: AHEAD });
  const observeAnew = () => {
    observer.unobserve(head);
    observer.observe(head);
  };

  // The height changes with the window, the keyboard of a phone, and the composer.
  new ResizeObserver(() => {
    if (atEnd) {
      scrollToEnd();
    }
  }).observe(log);

  const enterRoom = (state) => {
    roomId = state.open;
    atEnd = true;
    announcer.clear();
    setArrived(0);
  };

  const renderHead = (state, timeline) => {
    const name = roomName(state, state.rooms[roomId]);
    setAttribute(log, 'aria-label', words.messagesIn(name));
    setText(headText, headWords(state, timeline, name));
    const failed = timeline.newest === 'failed' || timeline.older === 'failed';
    again.hidden = !failed;
    head.classList.toggle('failed', failed);
    setAttribute(log, 'aria-busy', timeline.newest === 'loading' ? 'true' : null);
  };

  const render = (state) => {
    const timeline = state.timelines[roomId];
    const outbox = state.outbox.filter((entry) => entry.roomId === roomId);
    const anchor = atEnd ? null : findAnchor();
    atEnd ||= outbox.length > written;
    written = outbox.length;
    renderHead(state, timeline);
    const items = rowsOf(timeline.messages, outbox, state.me.id);
    empty.hidden = items.length > 0 || timeline.newest !== 'ready';
    renderRows(items);
    keepPlace(anchor);
  };

  // Tells about a message that has just come in; never about history, and never twice.
  const tell = (state, previous, { type, message }) => {
    const isNew = type === 'message' && message.roomId === roomId && message.from !== state.me.id
      && !previous.timelines[roomId]?.messages.some(({ id }) => id === message.id);
    if (isNew) {
      announcer.say(() => words.said(userName(store.get(), message.from), message.message));
      if (!atEnd) {
        setArrived(arrived + 1);
      }
    }
  };

  watch(store, (state) => [state.open, state.timelines[state.open], state.outbox, state.names,
    state.rooms[state.open]?.name, state.today], (state, previous, action) => {
    if (state.open !== roomId) {
      enterRoom(state);
    }
    if (!state.me || !state.timelines[roomId]) {
      renderRows([]);
      return;
    }
    render(state);
    tell(state, previous, action);
    if (atEnd && state.timelines[roomId].messages.length > MOST_ROWS) {
      actions.trim(roomId);
    }
    if (state.timelines[roomId] !== previous.timelines[roomId]) {
      observeAnew();
    }
  });

  return element;
};
