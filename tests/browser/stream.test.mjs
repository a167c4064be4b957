// The stream's wrapper, against an EventSource and a clock that the test drives.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { backOff, openStream } from '../../www/js/stream.mjs';

const sources = [];

class Source {
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.listeners = {};
    sources.push(this);
  }

  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }

  close() {
    this.readyState = 2;
  }

  send(type, data, lastEventId = '') {
    this.readyState = 1;
    this.listeners[type]({ data: typeof data === 'string' ? data : JSON.stringify(data), lastEventId });
  }

  fail(readyState) {
    this.readyState = readyState;
    this.onerror();
  }
}

// A clock with setTimeout and setInterval: pass(ms) runs what is due.
const createClock = () => {
  let now = 0;
  let ids = 0;
  const jobs = new Map();
  const set = (job, ms, every) => {
    ids += 1;
    jobs.set(ids, { job, at: now + ms, every });
    return ids;
  };
  return {
    setTimeout: (job, ms) => set(job, ms, 0),
    setInterval: (job, ms) => set(job, ms, ms),
    clearTimeout: (id) => jobs.delete(id),
    clearInterval: (id) => jobs.delete(id),
    pass: async (ms) => {
      const end = now + ms;
      for (;;) {
        const due = [...jobs].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) {
          break;
        }
        const [id, { job, at, every }] = due;
        now = at;
        if (every) {
          jobs.set(id, { job, at: at + every, every });
        } else {
          jobs.delete(id);
        }
        job();
        await new Promise(setImmediate);
      }
      now = end;
    },
    pending: () => jobs.size,
  };
};

const ready = { user: { id: '1', username: 'Pablo' }, stream: 's', heartbeat: 15, online: [] };

const open = (options = {}) => {
  const clock = createClock();
  const events = [];
  const links = [];
  const stream = openStream({ since: '5.1', Source, timers: clock, check: async () => {},
    onEvent: (type, data) => events.push({ type, data }), onLink: (link) => links.push(link), ...options });
  return { stream, clock, events, links, source: () => sources.at(-1) };
};

beforeEach(() => {
  sources.length = 0;
});

describe('the stream', () => {
  test('opens at the cursor, passes events on, and is live with ready', () => {
    const { source, events, links } = open();
    assert.equal(source().url, 'api/events?since=5.1');
    assert.deepEqual(links, ['connecting']);
    source().send('ready', ready, '5.1');
    source().send('message', { id: '1' }, '5.2');
    assert.deepEqual(links, ['connecting', 'live']);
    assert.deepEqual(events.map(({ type }) => type), ['ready', 'message']);
  });

  test('what is not JSON is passed over', () => {
    const { source, events } = open();
    source().send('message', '{', '5.2');
    assert.deepEqual(events, []);
  });

  test('leaves a broken connection to the browser', async () => {
    const { source, clock, links } = open();
    source().send('ready', ready, '5.1');
    source().fail(0);
    await clock.pass(10000);
    assert.equal(sources.length, 1);
    assert.deepEqual(links, ['connecting', 'live', 'connecting']);
  });

  test('comes back from a refusal, at the last event', async () => {
    const { source, clock, links } = open();
    source().send('ready', ready, '5.1');
    source().send('message', { id: '1' }, '5.7');
    source().send('user.connected', { id: '2' });
    source().fail(2);
    await clock.pass(2000);
    assert.equal(sources.length, 2);
    assert.equal(source().url, 'api/events?since=5.7');
    source().send('ready', ready, '5.7');
    assert.equal(links.at(-1), 'live');
  });

  test('tries more and more slowly, and from the start after success', async () => {
    const { source, clock } = open();
    const refusals = async (seconds) => {
      const before = sources.length;
      for (let s = 0; s < seconds; s += 1) {
        if (source().readyState !== 2) {
          source().fail(2);
        }
        await clock.pass(1000);
      }
      return sources.length - before;
    };
    assert.ok(await refusals(60) <= 8);
    assert.ok(await refusals(600) <= 20);
    while (source().readyState === 2) {
      await clock.pass(1000);
    }
    source().send('ready', ready, '5.1');
    assert.ok(await refusals(5) >= 2);
  });

  test('a session that is over ends it; a server that is away does not', async () => {
    let status = 503;
    const { source, clock } = open({ check: async () => {
      throw Object.assign(new Error('no'), { status });
    } });
    source().fail(2);
    await clock.pass(30000);
    assert.equal(sources.length, 1);
    status = 401;
    await clock.pass(120000);
    assert.equal(sources.length, 1);
  });

  test('a source that never gets ready is replaced within some heartbeats', async () => {
    const { clock } = open();
    await clock.pass(65000);
    assert.ok(sources.length >= 2);
    assert.equal(sources[0].readyState, 2);
  });

  test('a live one that was closed without a word is replaced', async () => {
    const { source, clock } = open();
    source().send('ready', ready, '5.1');
    source().readyState = 2;
    await clock.pass(40000);
    assert.equal(sources.length, 2);
  });

  test('waking opens a closed one at once, and an open one only where it may be stale', async () => {
    const { stream, source, clock } = open();
    source().send('ready', ready, '5.4');
    stream.wake();
    assert.equal(sources.length, 1);
    stream.wake(true);
    assert.equal(sources.length, 2);
    assert.equal(sources[0].readyState, 2);
    source().fail(2);
    stream.wake();
    assert.equal(sources.length, 3);
    await clock.pass(5000);
    assert.equal(sources.length, 3);
  });

  test('one that another tab has replaced waits until somebody comes', async () => {
    const { stream, source, clock, links } = open();
    source().send('ready', ready, '5.1');
    source().send('bye', { reason: 'replaced' });
    await clock.pass(300000);
    assert.equal(sources.length, 1);
    assert.equal(links.at(-1), 'parked');
    stream.wake();
    assert.equal(sources.length, 2);
  });

  test('an old source has nothing more to say', () => {
    const { stream, events } = open();
    stream.wake(true);
    sources[0].send('message', { id: '1' }, '5.2');
    assert.deepEqual(events, []);
  });

  test('closing ends everything', async () => {
    const { stream, source, clock, events } = open();
    source().fail(2);
    stream.close();
    assert.equal(clock.pending(), 0);
    stream.wake(true);
    await clock.pass(120000);
    assert.equal(sources.length, 1);
    assert.deepEqual(events, []);
  });
});

test('the waits double from one second to one minute, with jitter', () => {
  assert.equal(backOff(0, () => 0), 1000);
  assert.equal(backOff(0, () => 1), 1250);
  assert.equal(backOff(3, () => 0), 6000);
  assert.equal(backOff(3, () => 1), 10000);
  assert.equal(backOff(30, () => 1), 60000);
  assert.ok(backOff(30, () => 0) >= 45000);
});
