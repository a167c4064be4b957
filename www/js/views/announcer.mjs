/*
 * Says new messages to a screen reader, in a live region of its own: the log itself is not live,
 * since it is also filled with history, and rows in it change when the server answers.
 */

import { el } from '../lib/dom.mjs';
import { words } from '../lib/words.mjs';

const GATHER_MS = 500;
const MOST_AT_ONCE = 3;
const FORGET_MS = 10000;

export const createAnnouncer = () => {
  let waiting = [];
  let timer = null;
  const element = el('div', { class: 'sr announcer', 'aria-live': 'polite' });

  const put = (text) => {
    const line = el('p', {}, text);
    element.append(line);
    setTimeout(() => line.remove(), FORGET_MS);
  };

  const flush = () => {
    timer = null;
    if (waiting.length > MOST_AT_ONCE) {
      put(words.newMessages(waiting.length));
    } else {
      waiting.forEach((text) => put(text()));
    }
    waiting = [];
  };

  return {
    element,
    // Says what text() gives in a moment; many at once are only counted.
    say: (text) => {
      waiting.push(text);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    clear: () => {
      waiting = [];
      element.replaceChildren();
    },
  };
};
