// How the connection is: a dot that is always there, and words when it stays away for long.

import { el, setAttribute, setText } from '../lib/dom.mjs';
import { roomName } from '../lib/names.mjs';
import { words } from '../lib/words.mjs';
import { unreadTotal, watch } from '../store.mjs';

const PATIENCE_MS = 5000;
const GOOD_NEWS_MS = 3000;

const createBanner = (reconnect) => {
  const text = el('span', {});
  const button = el('button', { type: 'button', class: 'small', onclick: reconnect });
  const element = el('div', { class: 'banner' }, el('span', { role: 'status' }, text), button);
  return {
    element,
    isShown: () => element.classList.contains('shown'),
    // message and offer, the words of the button, may be empty.
    show: (message, offer) => {
      setText(text, message);
      setText(button, offer);
      button.hidden = offer === '';
      element.classList.toggle('shown', message !== '');
    },
  };
};

export const statusView = ({ store, actions }) => {
  let timer = null;

  const dotWords = el('span', { class: 'sr' });
  const dot = el('span', { class: 'link' }, dotWords);
  const banner = createBanner(() => actions.reconnect());
  const showLater = (ms, ...what) => {
    timer = setTimeout(banner.show, ms, ...what);
  };

  const renderDot = (link) => {
    setText(dotWords, words[link === 'live' ? 'connected' : link]);
    setAttribute(dot, 'title', dotWords.textContent);
    dot.dataset.link = link;
  };

  const renderBanner = (link, previous) => {
    if (link === 'parked') {
      banner.show(words.parkedLong, words.reconnect);
    } else if (link === 'connecting') {
      if (previous === 'parked') {
        banner.show('', '');
      }
      showLater(PATIENCE_MS, words.lost, words.tryNow);
    } else if (banner.isShown()) {
      banner.show(words.back, '');
      showLater(GOOD_NEWS_MS, '', '');
    }
  };

  banner.show('', '');
  watch(store, (state) => [state.phase, state.link], ({ phase, link }, previous) => {
    clearTimeout(timer);
    renderDot(link);
    if (phase === 'chatting') {
      renderBanner(link, previous.link);
    } else {
      banner.show('', '');
    }
  });

  watch(store, (state) => [state.open, state.unread, state.rooms, state.names], (state) => {
    document.title = words.title(roomName(state, state.rooms[state.open]), unreadTotal(state));
  });

  return { dot, banner: banner.element };
};
