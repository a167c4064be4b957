// How the connection is: a dot that is always there, and words when it stays away for long.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { roomName } from '../lib/names.mjs';
import { words } from '../lib/words.mjs';
import { unreadTotal, watch } from '../store.mjs';

const PATIENCE_MS = 5000;
const GOOD_NEWS_MS = 3000;

export const statusView = ({ store, actions }) => {
  let timer = null;

  const dotWords = el('span', { class: 'sr' });
  const dot = el('span', { class: 'link' }, dotWords);
  const text = el('span', {});
  const retry = el('button', { type: 'button', class: 'small', onclick: () => actions.wake(true) },
    words.tryNow);
  const banner = el('div', { class: 'banner' }, el('span', { role: 'status' }, text), retry);

  const showBanner = (message, canRetry) => {
    setText(text, message);
    retry.hidden = !canRetry;
    banner.classList.toggle('shown', message !== '');
  };

  const render = (link) => {
    clearTimeout(timer);
    const wasShown = banner.classList.contains('shown');
    setText(dotWords, words[link === 'live' ? 'connected' : link]);
    setAttribute(dot, 'title', dotWords.textContent);
    dot.dataset.link = link;
    if (link === 'parked') {
      showBanner(words.parkedLong, true);
    } else if (link === 'connecting') {
      timer = setTimeout(showBanner, PATIENCE_MS, words.lost, true);
    } else if (wasShown) {
      showBanner(words.back, false);
      timer = setTimeout(showBanner, GOOD_NEWS_MS, '', false);
    }
  };

  showBanner('', false);
  watch(store, (state) => [state.phase, state.link], ({ phase, link }) => {
    if (phase === 'chatting') {
      render(link);
    } else {
      clearTimeout(timer);
      showBanner('', false);
    }
  });

  watch(store, (state) => [state.open, state.unread, state.rooms, state.names], (state) => {
    document.title = words.title(roomName(state, state.rooms[state.open]), unreadTotal(state));
  });

  return { dot, banner };
};
