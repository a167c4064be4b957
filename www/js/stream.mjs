/*
 * One live stream of events that does not give up.
 *
 * A connection that ends is most often back in a moment: an EventSource reconnects by itself, with
 * its cursor, after the time that the server asked for. So one end is no outage yet; a second one
 * before the stream was ready again is, and so is a moment that gets long. Where there is no hub,
 * every answer is short and ends like this, and nobody needs to see it.
 *
 * After an answer other than 200 an EventSource never comes back. Then this wrapper opens a new one,
 * with back-off, from the last event it saw. Heartbeats are comments, which a page does not see; so
 * the page has a beat of its own, which also tells the server that somebody is still there.
 */

import { backOff } from './lib/backoff.mjs';

const TYPES = ['ready', 'message', 'message.edited', 'message.deleted', 'reaction', 'show.room',
  'room.updated', 'room.left', 'user.connected', 'user.disconnected', 'user.updated', 'presence',
  'reset', 'bye'];
const CLOSED = 2;
const BEAT_MS = 30000;
const ASLEEP_MS = 3 * BEAT_MS;  // a beat this late: the machine was asleep, its connections are dead
const DOUBT_MS = 8000;          // above the pause of 5 s between the short answers without a hub
const HUNG_MS = 45000;          // above the 20 s for which a hub that stops sends its clients away

class Stream {
  #options;
  #source = null;
  #cursor;
  #link = '';
  #isReady = false;
  #id = null;
  #tries = 0;
  #beatAt = 0;
  #timers = {};   // by what they are for: 'beat', 'doubt', 'hung', 'next'

  constructor(options) {
    this.#options = options;
    this.#cursor = options.since;
    this.#setLink('connecting');
    this.#connect();
  }

  /*
   * Something happened that may have ended the connection, or what kept it from coming back: opens
   * it again if it is not ready, or in any case where `stale`, since a socket of another network may
   * look open for minutes. A parked stream stays as it is.
   */
  wake(stale = false) {
    if (this.#source && (stale || !this.#isReady || this.#source.readyState === CLOSED)) {
      this.#tries = 0;
      this.#connect();
    }
  }

  // Somebody asks for it here and now: opens the stream anew, a parked one too.
  reopen() {
    this.#tries = 0;
    this.#setLink('connecting');
    this.#connect();
  }

  // Ends it; nothing comes from it any more.
  close() {
    this.#source?.close();
    this.#source = null;
    this.#isReady = false;
    Object.keys(this.#timers).forEach((name) => this.#stop(name));
  }

  #connect() {
    this.close();
    const source = new this.#options.Source(`api/events?since=${encodeURIComponent(this.#cursor)}`);
    this.#source = source;
    for (const type of TYPES) {
      source.addEventListener(type, (event) => {
        if (source === this.#source) {
          this.#take(type, event);
        }
      });
    }
    source.onerror = () => {
      if (source === this.#source) {
        this.#fail();
      }
    };
    this.#doubt();
  }

  #take(type, event) {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    this.#cursor = event.lastEventId || this.#cursor;
    if (type === 'ready') {
      this.#settle(data.stream);
    }
    if (type === 'bye' && data.reason === 'replaced') {
      // Coming back at once would push out the tab that pushed us out.
      this.close();
      this.#setLink('parked');
    }
    this.#options.onEvent(type, data);
  }

  #settle(id) {
    this.#isReady = true;
    this.#id = id;
    this.#tries = 0;
    this.#stop('doubt');
    this.#stop('hung');
    this.#setLink('live');
    this.#beatAt = this.#options.now();
    this.#start('beat', 'setInterval', () => this.#beat(), BEAT_MS);
  }

  #fail() {
    if (this.#source.readyState === CLOSED) {
      this.#retreat();
    } else if (this.#isReady) {
      this.#isReady = false;
      this.#stop('beat');
      this.#doubt();
    } else {
      this.#setLink('connecting');
    }
  }

  // It is not ready, which may be over in a moment, and must be over some time.
  #doubt() {
    this.#start('doubt', 'setTimeout', () => this.#setLink('connecting'), DOUBT_MS);
    this.#start('hung', 'setTimeout', () => this.#retreat(), HUNG_MS);
  }

  // A new source, in a while. What ended the old one is hidden, so the session is asked for first.
  #retreat() {
    const source = this.#source;
    this.close();
    this.#source = source;
    this.#setLink('connecting');
    this.#start('next', 'setTimeout', () => this.#comeBack(source), backOff(this.#tries));
    this.#tries += 1;
  }

  async #comeBack(source) {
    let next = () => this.#connect();
    try {
      await this.#options.check();
    } catch (error) {
      next = () => error.status !== 401 && this.#retreat();
    }
    if (source === this.#source) {
      next();
    }
  }

  // No answer at all means that the stream's own connection is hardly better; a refusal means nothing.
  async #beat() {
    const source = this.#source;
    const late = this.#options.now() - this.#beatAt > ASLEEP_MS;
    this.#beatAt = this.#options.now();
    if (late || source.readyState === CLOSED) {
      this.#connect();
      return;
    }
    try {
      await this.#options.beat(this.#id);
    } catch (error) {
      if (error.code === 'unreachable' && source === this.#source && this.#isReady) {
        this.#connect();
      }
    }
  }

  #start(name, kind, job, ms) {
    this.#stop(name);
    this.#timers[name] = this.#options.timers[kind](job, ms);
  }

  // One kind of handle serves both: clearTimeout ends intervals too.
  #stop(name) {
    this.#options.timers.clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }

  #setLink(link) {
    if (link !== this.#link) {
      this.#link = link;
      this.#options.onLink(link);
    }
  }
}

/*
 * Opens the stream at the cursor `since`.
 * onEvent(type, data): an event.
 * onLink(link): `live`, `connecting`, or `parked` when another place has taken ours.
 * check(): is there still a session? A promise; its rejection with status 401 ends all tries.
 * beat(id): tells the server that the stream with this id is wanted. A promise.
 * Source, timers and now stand in for the browser's.
 */
export const openStream = (options) => new Stream({ Source: globalThis.EventSource,
  timers: globalThis, now: Date.now, ...options });
