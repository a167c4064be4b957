// The way in: one form that signs in or signs up, and what is shown before either is possible.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { words, wordsOf } from '../lib/words.mjs';
import { watch } from '../store.mjs';

const NAME_PATTERN = '(?![0-9]+$)[A-Za-z0-9_.\\-]{1,32}';
const PASSWORD_MIN = 8;

const modes = {
  in: { title: words.signInTitle, submit: words.signIn, other: words.toSignUp,
    autocomplete: 'current-password' },
  up: { title: words.signUpTitle, submit: words.signUp, other: words.toSignIn,
    autocomplete: 'new-password' },
};

const notices = { expired: words.expired, loggedOut: words.loggedOut, unreachable: words.noServer };

const createField = (id, label, hintText, attributes) => {
  const input = el('input', { id, name: id, required: true, autocapitalize: 'none',
    spellcheck: 'false', ...attributes });
  const hint = el('p', { id: `${id}-hint`, class: 'hint' }, hintText);
  return { input, hint, element: el('div', { class: 'field' }, el('label', { for: id }, label), input,
    hint) };
};

const createWelcome = () => el('header', { class: 'welcome' },
  el('img', { src: 'img/icon.svg', alt: '', width: '72', height: '72' }),
  el('h1', {}, words.brand), el('p', { class: 'tagline' }, words.tagline));

// The two fields, and what is wrong with them.
const createFields = () => {
  const name = createField('username', words.userName, words.userNameRule,
    { type: 'text', autocomplete: 'username', maxlength: '64' });
  const password = createField('password', words.password, words.passwordRule,
    { type: 'password', maxlength: '256' });
  const trouble = el('p', { id: 'trouble', class: 'trouble', role: 'alert' });

  const setTrouble = (text) => {
    setText(trouble, text);
    setAttribute(name.input, 'aria-invalid', text ? 'true' : null);
    setAttribute(password.input, 'aria-invalid', text ? 'true' : null);
  };

  return {
    elements: [name.element, password.element, trouble],
    setTrouble,
    values: () => [name.input.value.trim(), password.input.value],
    focus: () => name.input.focus(),
    refuse: (text) => {
      setTrouble(text);
      password.input.select();
      password.input.focus();
    },
    // Rules are for new names and passwords only: what exists is for the server to know.
    setMode: (isNew, autocomplete) => {
      setAttribute(name.input, 'pattern', isNew ? NAME_PATTERN : null);
      setAttribute(name.input, 'title', isNew ? words.userNameRule : null);
      setAttribute(password.input, 'minlength', isNew ? PASSWORD_MIN : null);
      setAttribute(password.input, 'autocomplete', autocomplete);
      for (const { input, hint } of [name, password]) {
        hint.hidden = !isNew;
        setAttribute(input, 'aria-describedby', isNew ? `${hint.id} trouble` : 'trouble');
      }
      setTrouble('');
    },
  };
};

// The form in one of its two modes. enter(mode, username, password) may be refused.
const createForm = (enter) => {
  let mode = 'in';
  let busy = false;

  const fields = createFields();
  const title = el('h2', {});
  const submit = el('button', { type: 'submit', class: 'primary' });
  const other = el('button', { type: 'button', class: 'quiet',
    onclick: () => setMode(mode === 'in' ? 'up' : 'in') });

  const setBusy = (value) => {
    busy = value;
    setAttribute(submit, 'aria-disabled', busy ? 'true' : null);
    setText(submit, busy ? words.working : modes[mode].submit);
  };

  const setMode = (next) => {
    mode = next;
    setText(title, modes[mode].title);
    setText(other, modes[mode].other);
    fields.setMode(mode === 'up', modes[mode].autocomplete);
    setBusy(false);
  };

  const onsubmit = async (event) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    fields.setTrouble('');
    setBusy(true);
    try {
      await enter(mode, ...fields.values());
    } catch (error) {
      fields.refuse(wordsOf(error));
    }
    setBusy(false);
  };

  const element = el('form', { class: 'card', onsubmit }, title, ...fields.elements, submit, other);
  setMode(mode);
  return {
    element,
    focus: fields.focus,
    reset: () => {
      element.reset();
      setMode('in');
    },
  };
};

export const signinView = ({ store, actions }) => {
  const notice = el('p', { class: 'notice', role: 'status' });
  const again = el('button', { type: 'button', class: 'primary', onclick: () => actions.wake() },
    words.tryNow);
  const form = createForm((mode, username, password) => (mode === 'in'
    ? actions.signIn(username, password) : actions.signUp(username, password)));
  const element = el('main', { class: 'signin' }, createWelcome(), notice, again, form.element);

  watch(store, (state) => [state.phase, state.notice], (state) => {
    element.hidden = state.phase === 'chatting';
    form.element.hidden = state.phase !== 'signedOut';
    again.hidden = state.phase !== 'starting' || !state.notice;
    setText(notice, notices[state.notice] ?? '');
    form.reset();
    if (state.phase === 'signedOut') {
      form.focus();
    }
  });

  return element;
};
