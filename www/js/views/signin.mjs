// The way in: one form that signs in, signs up or sets a password, and what is shown before that is possible.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { words, wordsOf } from '../lib/words.mjs';
import { watch } from '../store.mjs';

const NAME_PATTERN = '(?![0-9]+$)[A-Za-z0-9_.\\-]{1,32}';
const PASSWORD_MIN = 8;

const modes = {
  in: { title: words.signInTitle, submit: words.signIn, other: words.toSignUp,
    password: words.password, autocomplete: 'current-password' },
  up: { title: words.signUpTitle, submit: words.signUp, other: words.toSignIn,
    password: words.password, autocomplete: 'new-password' },
  invited: { title: words.invitedTitle, submit: words.signUp, other: words.toSignIn,
    password: words.password, autocomplete: 'new-password' },
  reset: { title: words.resetTitle, submit: words.setPassword, other: words.signInInstead,
    password: words.newPassword, autocomplete: 'new-password' },
};

const notices = { expired: words.expired, loggedOut: words.loggedOut, unreachable: words.noServer,
  passwordSet: words.passwordSet };

// How one may become somebody here: 'up', 'invited', or null.
const wayIn = ({ registration, pass }) => {
  if (pass?.kind === 'invite') {
    return registration === 'closed' ? null : 'invited';
  }
  return registration === 'open' ? 'up' : null;
};

const firstMode = (state) => {
  if (state.pass?.kind === 'reset') {
    return 'reset';
  }
  return state.pass && wayIn(state) ? 'invited' : 'in';
};

const createField = (id, label, hintText, attributes) => {
  const name = el('label', { for: id }, label);
  const input = el('input', { id, name: id, required: true, autocapitalize: 'none',
    spellcheck: 'false', ...attributes });
  const hint = el('p', { id: `${id}-hint`, class: 'hint' }, hintText);
  return { input, hint, name, element: el('div', { class: 'field' }, name, input, hint) };
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
    focus: () => (name.input.disabled ? password : name).input.focus(),
    refuse: (text) => {
      setTrouble(text);
      password.input.select();
      password.input.focus();
    },
    // Rules are for new names and passwords only: what exists is for the server to know.
    setMode: (mode) => {
      const isNew = mode !== 'in';
      name.element.hidden = mode === 'reset';
      name.input.disabled = mode === 'reset';
      setText(password.name, modes[mode].password);
      setAttribute(name.input, 'pattern', isNew ? NAME_PATTERN : null);
      setAttribute(name.input, 'title', isNew ? words.userNameRule : null);
      setAttribute(password.input, 'minlength', isNew ? PASSWORD_MIN : null);
      setAttribute(password.input, 'autocomplete', modes[mode].autocomplete);
      for (const { input, hint } of [name, password]) {
        hint.hidden = !isNew;
        setAttribute(input, 'aria-describedby', isNew ? `${hint.id} trouble` : 'trouble');
      }
      setTrouble('');
    },
  };
};

/*
 * The form in one of its modes. enter(mode, username, password) may be refused; swap(mode) is asked for
 * another mode than the one that is shown.
 */
const createForm = (enter, swap) => {
  let mode = 'in';
  let busy = false;

  const fields = createFields();
  const title = el('h2', {});
  const submit = el('button', { type: 'submit', class: 'primary' });
  const other = el('button', { type: 'button', class: 'quiet', onclick: () => swap(mode) });

  const setBusy = (value) => {
    busy = value;
    setAttribute(submit, 'aria-disabled', busy ? 'true' : null);
    setText(submit, busy ? words.working : modes[mode].submit);
  };

  const setMode = (next) => {
    mode = next;
    setText(title, modes[mode].title);
    setText(other, modes[mode].other);
    fields.setMode(mode);
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
    setMode,
    // Is there anything but signing in?
    offer: (isThere) => {
      other.hidden = mode === 'in' && !isThere;
    },
    reset: (next) => {
      element.reset();
      setMode(next);
    },
  };
};

const noticeOf = ({ phase, login, notice }, isUninvited) => {
  if (phase === 'signedOut' && login === 'server') {
    return words.signedInElsewhere;
  }
  return isUninvited ? words.noNewcomers : notices[notice] ?? '';
};

export const signinView = ({ store, actions }) => {
  const notice = el('p', { class: 'notice', role: 'status' });
  const again = el('button', { type: 'button', class: 'primary', onclick: () => actions.wake() },
    words.tryNow);

  const enter = (mode, username, password) => {
    if (mode === 'reset') {
      return actions.reset(password);
    }
    return mode === 'in' ? actions.signIn(username, password) : actions.signUp(username, password);
  };

  // Who does not want another password goes on with what there was.
  const swap = (mode) => {
    if (mode === 'reset') {
      actions.start();
    } else {
      form.setMode(mode === 'in' ? wayIn(store.get()) : 'in');
      form.offer(wayIn(store.get()));
    }
  };

  const form = createForm(enter, swap);
  const element = el('main', { class: 'signin' }, createWelcome(), notice, again, form.element);

  watch(store, (state) => [state.phase, state.notice, state.pass, state.login], (state) => {
    element.hidden = state.phase === 'chatting';
    form.element.hidden = state.phase !== 'signedOut' || state.login === 'server';
    again.hidden = state.phase !== 'starting' || !state.notice;
    form.reset(firstMode(state));
    if (state.phase === 'signedOut') {
      form.focus();
    }
  });

  // The server's word may come when somebody is writing already.
  watch(store, (state) => [state.phase, state.notice, state.pass, state.login,
    state.registration], (state) => {
    const isUninvited = state.pass?.kind === 'invite' && !wayIn(state);
    setText(notice, noticeOf(state, isUninvited));
    if (isUninvited) {
      form.setMode('in');
    }
    form.offer(wayIn(state));
  });

  return element;
};
