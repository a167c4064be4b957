// One row of a timeline: a day, or a message.

import { el, setAttribute, setHue, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { userName } from '../lib/names.mjs';
import { clockTime, dayName, fullTime, isoTime } from '../lib/time.mjs';
import { notSent, words } from '../lib/words.mjs';

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
  const edited = el('span', { class: 'edited' }, words.edited);
  const text = el('p', { class: 'text', dir: 'auto' });
  const element = el('article', { class: 'message' }, letter,
    el('p', { class: 'meta' }, author, ' ', time, ' ', edited), text);
  return { element, letter, author, time, edited, text, fate: null, reactions: null };
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

// How many have reacted with what.
const updateReactions = (row, { reactions = {} }) => {
  const kinds = Object.entries(reactions);
  row.reactions?.remove();
  row.reactions = kinds.length === 0 ? null : el('ul', { class: 'reactions' },
    ...kinds.map(([emoji, n]) => el('li', {}, words.reacted(emoji, n))));
  if (row.reactions) {
    row.text.after(row.reactions);
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
  row.element.classList.toggle('deleted', Boolean(message.deleted));
  setText(row.text, message.deleted ? words.deleted : message.message);
  row.edited.hidden = !message.edited;
  row.element.classList.toggle('changed', Boolean(message.edited));
  updateReactions(row, message);
  setText(row.time, clockTime(message.date));
  setAttribute(row.time, 'datetime', isoTime(message.date));
  setAttribute(row.time, 'title', fullTime(message.date));
};

export const createRow = (item) => (item.kind === 'day' ? createDay() : createMessage());

export const updateRow = (row, item, state, actions) => {
  if (item.kind === 'day') {
    updateDay(row, item, state);
  } else {
    updateMessage(row, item, state, actions);
  }
};
