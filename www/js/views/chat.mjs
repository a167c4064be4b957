// The frame of the chat: the rooms at the side, or in a drawer on a narrow screen, and the open room.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { roomName } from '../lib/names.mjs';
import { words } from '../lib/words.mjs';
import { onlineTotal, partnerOf, watch } from '../store.mjs';
import { composerView } from './composer.mjs';
import { roomsView } from './rooms.mjs';
import { statusView } from './status.mjs';
import { timelineView } from './timeline.mjs';

const narrow = matchMedia('(width < 700px)');
const canHover = matchMedia('(hover: hover) and (pointer: fine)');

// How many rooms, the open one aside, have messages that nobody has read.
const unreadElsewhere = (state) => Object.keys(state.unread).filter((id) => id !== state.open).length;

const subtitle = (state, room) => {
  if (room?.kind === 'direct') {
    return state.online[partnerOf(state, room)] ? words.online : words.offline;
  }
  if (room?.kind === 'private') {
    return words.closedRoom;
  }
  return room ? words.onlineCount(onlineTotal(state)) : '';
};

// The rooms as a drawer over the room: while it is open, what lies below it is out of reach.
const createDrawer = ({ frame, rooms, main, shade, button }) => {
  const isOpen = () => frame.classList.contains('drawn');

  const set = (open) => {
    frame.classList.toggle('drawn', open);
    main.inert = open;
    setAttribute(button, 'aria-expanded', String(open));
  };

  const close = (focused) => {
    if (isOpen()) {
      set(false);
      focused?.focus();
    }
  };

  button.addEventListener('click', () => {
    set(true);
    (rooms.querySelector('[aria-current]') ?? rooms.querySelector('a, button')).focus();
  });
  shade.addEventListener('click', () => close(button));
  rooms.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close(button);
    }
  });
  narrow.addEventListener('change', () => set(false));
  set(false);
  return { close };
};

export const chatView = ({ store, actions, go }) => {
  const rooms = roomsView({ store, actions, go });
  const timeline = timelineView({ store, actions });
  const composer = composerView({ store, actions });
  const { dot, banner } = statusView({ store, actions });

  const title = el('h2', { tabindex: '-1' });
  const below = el('p', { class: 'below' });
  const button = el('button', { type: 'button', class: 'round menu', 'aria-label': words.showRooms,
    'aria-expanded': 'false', 'aria-controls': 'rooms', 'aria-describedby': 'elsewhere' },
  icon('menu'), el('span', { class: 'alarm' }));
  // What the dot on the button says to those who do not see it; it lives, so that they hear of it too.
  const elsewhere = el('p', { id: 'elsewhere', class: 'sr', role: 'status' });
  const skip = el('button', { type: 'button', class: 'skip', onclick: () => composer.focus() },
    words.skip);
  const close = el('button', { type: 'button', class: 'shade', tabindex: '-1',
    'aria-label': words.hideRooms });
  const main = el('main', { class: 'room' },
    el('header', {}, button, elsewhere, el('div', { class: 'titles' }, title, below), dot),
    banner, timeline, composer.element);
  const element = el('div', { class: 'chat' }, skip, rooms, close, main);
  const drawer = createDrawer({ frame: element, rooms, main, shade: close, button });

  // Whoever goes to a room wants to write there; on a touch screen that would raise the keyboard.
  const arrive = () => (canHover.matches ? composer.focus() : title.focus());

  rooms.addEventListener('click', (event) => {
    if (event.target.closest('.list a')) {
      drawer.close();
      arrive();
    }
  });

  watch(store, (state) => [state.phase], ({ phase }) => {
    element.hidden = phase !== 'chatting';
    if (phase === 'chatting') {
      arrive();
    } else {
      drawer.close();
    }
  });

  watch(store, (state) => [state.open], () => drawer.close(title));

  watch(store, (state) => [state.open, state.rooms, state.names, state.online, state.crowd,
    state.unread], (state) => {
    const room = state.rooms[state.open];
    setText(title, roomName(state, room));
    setText(below, subtitle(state, room));
    const unread = unreadElsewhere(state);
    setText(elsewhere, unread > 0 ? words.unreadRooms(unread) : '');
    button.classList.toggle('alarmed', unread > 0);
  });

  return element;
};
