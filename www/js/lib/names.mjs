// What people and rooms are called on the page.

import { partnerOf } from '../store.mjs';
import { words } from './words.mjs';

export const userName = (state, id) => state.names[id] ?? words.somebody;

export const roomName = (state, room) => {
  if (room?.kind === 'direct') {
    return userName(state, partnerOf(state, room));
  }
  return room ? room.name || words.nameless(room.id) : '';
};
