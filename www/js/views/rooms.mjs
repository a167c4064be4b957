// The list of rooms, who I am, and the way to somebody who is not in the list.

import { el, keyedRows, setAttribute, setHue, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { roomName, userName } from '../lib/names.mjs';
import { hrefOf } from '../lib/place.mjs';
import { isoTime, shortTime } from '../lib/time.mjs';
import { words, wordsOf } from '../lib/words.mjs';
import { partnerOf, roomList, watch } from '../store.mjs';

// A picture for a room: the first letter of a person, with their presence, or a sign for the rest.
const createFace = (room) => {
  if (room.kind !== 'direct') {
    const sign = icon(room.kind === 'private' ? 'lock' : 'people');
    return { face: el('span', { class: 'face', 'aria-hidden': 'true' }, sign), letter: null, dot: null };
  }
  const letter = el('span', {});
  const dot = el('span', { class: 'presence' });
  return { face: el('span', { class: 'face', 'aria-hidden': 'true' }, letter, dot), letter, dot };
};

const createRoom = (room) => {
  const { face, letter, dot } = createFace(room);
  const name = el('span', { class: 'name' });
  const presence = el('span', { class: 'sr' });
  const time = el('time', {});
  const last = el('span', { class: 'last' });
  const count = el('span', { 'aria-hidden': 'true' });
  const countWords = el('span', { class: 'sr' });
  const badge = el('span', { class: 'badge' }, count, countWords);
  const link = el('a', { href: hrefOf(room.id) }, face,
    el('span', { class: 'line' }, name, presence, ' ', time), ' ',
    el('span', { class: 'line' }, last, ' ', badge));
  return { element: el('li', {}, link), link, face, letter, dot, name, presence, time, last, count,
    countWords, badge };
};

const lastLine = (state, { last, kind }) => {
  if (!last) {
    return '';
  }
  if (last.deleted) {
    return words.deleted;
  }
  if (last.from === state.me.id) {
    return words.lastLine(words.you, last.message);
  }
  return kind === 'direct' ? last.message
    : words.lastLine(userName(state, last.from), last.message);
};

const updatePresence = (row, state, room, name) => {
  if (!row.dot) {
    return;
  }
  const partner = partnerOf(state, room);
  const isOnline = Boolean(state.online[partner]);
  setHue(row.face, partner);
  setText(row.letter, [...name][0].toUpperCase());
  row.dot.classList.toggle('online', isOnline);
  setText(row.presence, `, ${isOnline ? words.online : words.offline}`);
};

const updateRoom = (row, state, room) => {
  const name = roomName(state, room);
  const unread = state.unread[room.id] ?? 0;
  setText(row.name, name);
  updatePresence(row, state, room, name);
  setText(row.last, lastLine(state, room));
  row.time.hidden = !room.last;
  if (room.last) {
    setAttribute(row.time, 'datetime', isoTime(room.last.date));
    setText(row.time, shortTime(room.last.date, state.today));
  }
  row.badge.hidden = unread === 0;
  setText(row.count, String(unread));
  setText(row.countWords, words.unread(unread));
  row.element.classList.toggle('unread', unread > 0);
  setAttribute(row.link, 'aria-current', room.id === state.open ? 'page' : null);
};

// The small form that opens the direct room with somebody, by name.
const createNewForm = ({ store, actions, go }) => {
  const input = el('input', { id: 'talk-to', type: 'text', required: true, maxlength: '64',
    autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
    'aria-describedby': 'talk-trouble' });
  const trouble = el('p', { id: 'talk-trouble', class: 'trouble', role: 'alert' });
  const form = el('form', { id: 'talk', class: 'talk', hidden: true,
    onsubmit: (event) => {
      event.preventDefault();
      open();
    },
    onkeydown: (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        show(false);
      }
    } },
  el('label', { for: 'talk-to' }, words.talkTo),
  el('div', { class: 'inline' }, input, el('button', { type: 'submit', class: 'primary' }, words.talk)),
  trouble);
  const toggle = el('button', { type: 'button', class: 'round', title: words.newConversation,
    'aria-label': words.newConversation, 'aria-expanded': 'false', 'aria-controls': 'talk',
    onclick: () => show(form.hidden) }, icon('plus'));

  const show = (shown) => {
    form.hidden = !shown;
    setAttribute(toggle, 'aria-expanded', String(shown));
    setText(trouble, '');
    (shown ? input : toggle).focus();
  };

  const reason = (error, name) => ({ not_found: words.nobodyCalled(name),
    invalid: words.nobodyCalled(name) }[error.code] ?? wordsOf(error));

  const open = async () => {
    const name = input.value.trim();
    setText(trouble, '');
    if (name.toLowerCase() === store.get().me.username.toLowerCase()) {
      setText(trouble, words.yourself);
      return;
    }
    try {
      const roomId = await actions.talkTo(name);
      input.value = '';
      show(false);
      go(roomId);
    } catch (error) {
      setText(trouble, reason(error, name));
      input.select();
      input.focus();
    }
  };

  return { toggle, form };
};

export const roomsView = ({ store, actions, go }) => {
  const { toggle, form } = createNewForm({ store, actions, go });
  const list = el('ul', { class: 'list' });
  const me = el('span', { class: 'me' });
  const trouble = el('p', { class: 'trouble', role: 'alert' });
  const leave = el('button', { type: 'button', class: 'quiet', onclick: async () => {
    setText(trouble, '');
    try {
      await actions.signOut();
    } catch (error) {
      setText(trouble, wordsOf(error));
    }
  } }, icon('leave'), words.signOut);

  const element = el('nav', { id: 'rooms', class: 'rooms', 'aria-label': words.rooms },
    el('header', {}, el('img', { src: 'img/icon.svg', alt: '', width: '32', height: '32' }),
      el('h1', {}, words.brand), toggle),
    form, list, trouble,
    el('footer', {}, me, leave));

  const renderList = keyedRows(list, { key: ({ id }) => id, create: createRoom,
    update: (row, room) => updateRoom(row, store.get(), room) });

  watch(store, (state) => [state.rooms, state.names, state.online, state.unread, state.open,
    state.today, state.me], (state) => {
    setText(me, state.me?.username ?? '');
    renderList(roomList(state));
    if (!state.me) {
      form.hidden = true;
      setAttribute(toggle, 'aria-expanded', 'false');
    }
  });

  return element;
};
