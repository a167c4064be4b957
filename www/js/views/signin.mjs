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

const field = (id, label, hintText, attributes) => {
  const input = el('input', { id, name: id, required: true, autocapitalize: 'none', spellcheck: 'false', ...attributes });
  const hint = el('p', { id: `${id}-hint`, class: 'hint' }, hintText);
  return { input, hint, element: el('div', { class: 'field' }, el('label', { for: id }, label), input,
    hint) };
};

export const signinView = ({ store, actions }) => {
  let mode = 'in';
  let busy = false;

  const name = field('username', words.userName, words.userNameRule,
    { type: 'text', autocomplete: 'username', maxlength: '64' });
  const password = field('password', words.password, words.passwordRule,
    { type: 'password', maxlength: '256' });
  const title = el('h2', {});
  const notice = el('p', { class: 'notice', role: 'status' });
  const trouble = el('p', { id: 'trouble', class: 'trouble', role: 'alert' });
  const submit = el('button', { type: 'submit', class: 'primary' });
  const other = el('button', { type: 'button', class: 'quiet', onclick: () => setMode(
    mode === 'in' ? 'up' : 'in') });
  const form = el('form', { class: 'card', onsubmit: (event) => {
    event.preventDefault();
    enter();
  } }, title, name.element, password.element, trouble, submit, other);
  const again = el('button', { type: 'button', class: 'primary', onclick: () => actions.wake() },
    words.tryNow);

  const element = el('main', { class: 'signin' },
    el('header', { class: 'welcome' },
      el('img', { src: 'img/icon.svg', alt: '', width: '72', height: '72' }),
      el('h1', {}, words.brand), el('p', { class: 'tagline' }, words.tagline)),
    notice, again, form);

  const setTrouble = (text) => {
    setText(trouble, text);
    setAttribute(name.input, 'aria-invalid', text ? 'true' : null);
    setAttribute(password.input, 'aria-invalid', text ? 'true' : null);
  };

  const setBusy = (value) => {
    busy = value;
    setAttribute(submit, 'aria-disabled', busy ? 'true' : null);
    setText(submit, busy ? words.working : modes[mode].submit);
  };

  // Rules are for new names and passwords only: what exists is for the server to know.
  const setMode = (next) => {
    mode = next;
    const isNew = mode === 'up';
    setText(title, modes[mode].title);
    setText(other, modes[mode].other);
    setAttribute(name.input, 'pattern', isNew ? NAME_PATTERN : null);
    setAttribute(name.input, 'title', isNew ? words.userNameRule : null);
    setAttribute(password.input, 'minlength', isNew ? PASSWORD_MIN : null);
    setAttribute(password.input, 'autocomplete', modes[mode].autocomplete);
    for (const { input, hint } of [name, password]) {
      hint.hidden = !isNew;
      setAttribute(input, 'aria-describedby', isNew ? `${hint.id} trouble` : 'trouble');
    }
    setTrouble('');
    setBusy(false);
  };

  const enter = async () => {
    if (busy) {
      return;
    }
    setTrouble('');
    setBusy(true);
    const act = mode === 'in' ? actions.signIn : actions.signUp;
    try {
      await act(name.input.value.trim(), password.input.value);
    } catch (error) {
      setTrouble(wordsOf(error));
      password.input.select();
      password.input.focus();
    }
    setBusy(false);
  };

  const noticeWords = { expired: words.expired, loggedOut: words.loggedOut,
    unreachable: words.noServer };

  setMode(mode);
  watch(store, (state) => [state.phase, state.notice], (state) => {
    element.hidden = state.phase === 'chatting';
    form.hidden = state.phase !== 'signedOut';
    again.hidden = state.phase !== 'starting' || !state.notice;
    setText(notice, noticeWords[state.notice] ?? '');
    form.reset();
    if (state.phase === 'signedOut') {
      setMode('in');
      name.input.focus();
    }
  });

  return element;
};
