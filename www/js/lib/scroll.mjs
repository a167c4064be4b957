/*
 * Keeps the place of who reads: at the end of the log what comes is followed, and elsewhere what is
 * read does not move, whatever comes above or below it.
 */

const NEAR_END_PX = 100;

// log scrolls, rows are its content; atEnd() is called when somebody has scrolled to the end.
export const createScroll = (log, rows, atEnd) => {
  let isAtEnd = true;

  const toEnd = () => {
    isAtEnd = true;
    log.scrollTop = log.scrollHeight;
  };

  // The first message in sight.
  const findAnchor = () => {
    const { top } = log.getBoundingClientRect();
    return [...rows.querySelectorAll('.message')]
      .find((row) => row.getBoundingClientRect().bottom > top);
  };

  log.addEventListener('scroll', () => {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    if (isAtEnd) {
      atEnd();
    }
  }, { passive: true });

  // The height changes with the window, the keyboard of a phone, and the composer.
  new ResizeObserver(() => {
    if (isAtEnd) {
      toEnd();
    }
  }).observe(log);

  return {
    isAtEnd: () => isAtEnd,
    toEnd,

    // Changes the rows by change(), and nothing for who reads.
    around: (change) => {
      const anchor = isAtEnd ? null : findAnchor();
      const before = anchor?.getBoundingClientRect().top;
      change();
      if (isAtEnd) {
        toEnd();
      } else if (anchor?.isConnected) {
        log.scrollTop += anchor.getBoundingClientRect().top - before;
      }
    },
  };
};
