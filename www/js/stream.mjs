/*
 * One live stream of events that does not give up.
 *
 * An EventSource reconnects by itself when a connection breaks, but never again after an answer
 * other than 200. Then this wrapper opens a new one, with back-off, from the last event it saw.
 */

const TYPES = ['ready', 'message', 'show.room', 'user.connected', 'user.disconnected', 'bye',
  'reset'];
const SHORTEST_MS = 1000;
const LONGEST_MS = 60000;
const HEARTBEAT_S = 15;
const CLOSED = 2;

// How long to wait before try number `tries` (from 0): doubling, and jittered by a quarter.
export const backOff = (tries, random = Math.random) => {
  const step = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** tries);
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, step * (0.75 + random() / 2)));
};

/*
 * Opens the stream at the cursor `since`.
 * onEvent(type, data): an event.
 * onLink(link): `live`, `connecting`, or `parked` when another tab has taken our place.
 * check(): is there still a session? A promise; its rejection with status 401 ends all tries.
 */
export const openStream = ({ since, onEvent, onLink, check, Source = globalThis.EventSource,
  timers = globalThis }) => {
  let source = null;
  let lastId = since;
  let link = '';
  let tries = 0;
  let waiting = null;
  let watchdog = null;
  let hungTicks = 0;
  let ended = false;

  const setLink = (next) => {
    if (next !== link) {
      link = next;
      onLink(next);
    }
  };

  const stopWaiting = () => {
    timers.clearTimeout(waiting);
    waiting = null;
  };

  const later = () => {
    source.close();
    stopWaiting();
    setLink('connecting');
    waiting = timers.setTimeout(again, backOff(tries));
    tries += 1;
  };

  // An EventSource hides the status that ended it, so the session is asked for first.
  const again = async () => {
    const mine = waiting;
    try {
      await check();
    } catch (error) {
      if (!ended && waiting === mine && error.status !== 401) {
        later();
      }
      return;
    }
    if (!ended && waiting === mine) {
      connect();
    }
  };

  const take = (type, event) => {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    lastId = event.lastEventId || lastId;
    if (type === 'ready') {
      tries = 0;
      setLink('live');
      watch(data.heartbeat);
    }
    if (type === 'bye' && data.reason === 'replaced') {
      // Coming back at once would push out the tab that pushed us out.
      source.close();
      setLink('parked');
    }
    onEvent(type, data);
  };

  const connect = () => {
    stopWaiting();
    source?.close();
    hungTicks = 0;
    setLink('connecting');
    const mine = new Source(`api/events?since=${encodeURIComponent(lastId)}`);
    source = mine;
    for (const type of TYPES) {
      mine.addEventListener(type, (event) => {
        if (mine === source && !ended) {
          take(type, event);
        }
      });
    }
    mine.onerror = () => {
      if (mine !== source || ended || link === 'parked') {
        return;
      }
      setLink('connecting');
      if (mine.readyState === CLOSED && waiting === null) {
        later();
      }
    };
  };

  // Comments are invisible to a page: what can be seen is a source that is closed or never ready.
  const tick = () => {
    if (waiting !== null || link === 'parked') {
      return;
    }
    hungTicks = link === 'live' ? 0 : hungTicks + 1;
    if (source.readyState === CLOSED || hungTicks > 1) {
      later();
    }
  };

  const watch = (heartbeat = HEARTBEAT_S) => {
    timers.clearInterval(watchdog);
    watchdog = timers.setInterval(tick, heartbeat * 2000);
  };

  watch();
  connect();

  return {
    /*
     * Something happened that may have ended the connection: opens it again if it is closed, or in
     * any case where `stale`, since a socket of another network may look open for minutes.
     */
    wake: (stale = false) => {
      if (!ended && (stale || source.readyState === CLOSED)) {
        tries = 0;
        connect();
      }
    },
    close: () => {
      ended = true;
      stopWaiting();
      timers.clearInterval(watchdog);
      source.close();
    },
  };
};
