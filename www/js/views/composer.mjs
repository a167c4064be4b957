// Where a message is written. A draft belongs to a room, and outlives the page.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { icon } from '../lib/icons.mjs';
import { keep } from '../lib/keep.mjs';
import { roomName } from '../lib/names.mjs';
import { words } from '../lib/words.mjs';
import { watch } from '../store.mjs';

const LIMIT_BYTES = 8000;
const encoder = new TextEncoder();

// Control characters that a paste may bring along, which no message can hold.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/*
 * What is sent for what was typed: without control characters, blank lines before it and white
 * space behind it.
 */
export const cleaned = (text) => text.replace(/\r\n?/g, '\n').replace(CONTROLS, '')
  .replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();

const createParts = () => {
  const label = el('label', { for: 'composer', class: 'sr' });
  const area = el('textarea', { id: 'composer', rows: '1', enterkeyhint: 'send', dir: 'auto',
    'aria-describedby': 'composer-trouble' });
  const trouble = el('p', { id: 'composer-trouble', class: 'trouble', role: 'alert' });
  const send = el('button', { type: 'submit', class: 'round primary', title: words.send,
    'aria-label': words.send }, icon('send'));
  const element = el('form', { class: 'composer' }, label, el('div', { class: 'box' }, area, send),
    trouble);
  return { element, label, area, trouble, send };
};

// Without field-sizing the height has to be measured.
const grow = (area) => {
  if (!CSS.supports('field-sizing', 'content')) {
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }
};

/*
 * The field: what is in it, and whether that can be sent. changed(text) is told what somebody types,
 * submitted(text) what they send.
 */
const createField = ({ changed, submitted }) => {
  const { element, label, area, trouble, send } = createParts();

  const sendable = () => {
    const text = cleaned(area.value);
    const over = encoder.encode(text).length - LIMIT_BYTES;
    setText(trouble, over > 0 ? words.tooLong(over) : '');
    setAttribute(area, 'aria-invalid', over > 0 ? 'true' : null);
    setAttribute(send, 'aria-disabled', text === '' || over > 0 ? 'true' : null);
    grow(area);
    return over <= 0 ? text : '';
  };

  const submit = (event) => {
    event.preventDefault();
    const text = sendable();
    if (text !== '') {
      submitted(text);
    }
  };

  element.addEventListener('submit', submit);
  // While an input method composes, Enter belongs to it; Safari says so by the key code alone.
  area.addEventListener('keydown', (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === 'Enter' && !event.shiftKey && !composing) {
      submit(event);
    }
  });
  area.addEventListener('input', () => {
    sendable();
    changed(area.value);
  });

  return {
    element,
    focus: () => area.focus(),
    get: () => area.value,
    set: (text) => {
      area.value = text;
      sendable();
    },
    name: (name) => {
      setText(label, words.messageTo(name));
      setAttribute(area, 'placeholder', words.placeholder(name));
    },
  };
};

export const composerView = ({ store, actions }) => {
  let room = null;

  const keepDraft = (text) => {
    if (room !== null) {
      keep.setDraft(store.get().me.id, room, text);
    }
  };

  const field = createField({
    changed: keepDraft,
    submitted: (text) => {
      if (room !== null) {
        actions.send(room, text);
        field.set('');
        keepDraft('');
        field.focus();
      }
    },
  });

  watch(store, (state) => [state.open, state.me, state.rooms, state.names], (state) => {
    if (state.open !== room || !state.me) {
      // What was typed before there was a room belongs to the first one.
      const typed = room === null && state.me ? field.get() : '';
      room = state.open;
      field.set(typed || (room && state.me ? keep.draft(state.me.id, room) : ''));
    }
    field.name(roomName(state, state.rooms[room]));
  });

  return { element: field.element, focus: field.focus };
};
