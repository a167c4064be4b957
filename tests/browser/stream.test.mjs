// The stream's wrapper, against an EventSource and a clock that the test drives.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { backOff } from '../../www/js/lib/backoff.mjs';
import { openStream } from '../../www/js/stream.mjs';

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
    now: () => now,
    // The machine sleeps: time goes on, and what is due comes after it.
    sleep: (ms) => {
      now += ms;
    },
    pass: async (ms) => {
      const end = now + ms;
      for (;;) {
        const due = [...jobs].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) {
          break;
        }
        const [id, { job, at, every }] = due;
        now = Math.max(now, at);
        if (every) {
          jobs.set(id, { job, at: now + every, every });
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
  const beats = [];
  const beat = async (id) => {
    beats.push(id);
  };
  const stream = openStream({ since: '5.1', Source, timers: clock, now: clock.now, check: async () => {}, beat,
    onEvent: (type, data) => events.push({ type, data }), onLink: (link) => links.push(link), ...options });
  return { stream, clock, events, links, beats, source: () => sources.at(-1) };
};

// One that is live, at the cursor 5.4.
const live = (options) => {
  const opened = open(options);
  opened.source().send('ready', ready, '5.4');
  return opened;
};

const failing = (more) => async () => {
  throw Object.assign(new Error('no'), more);
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
    source().send('presence', { online: 300 });
    assert.deepEqual(links, ['connecting', 'live']);
    assert.deepEqual(events.map(({ type }) => type), ['ready', 'message', 'presence']);
  });

  test('what is not JSON is passed over', () => {
    const { source, events } = open();
    source().send('message', '{', '5.2');
    assert.deepEqual(events, []);
  });

  test('an old source has nothing more to say', () => {
    const { stream, events, links } = live();
    stream.wake(true);
    sources[0].send('message', { id: '1' }, '5.5');
    sources[0].fail(2);
    assert.deepEqual(events.map(({ type }) => type), ['ready']);
    assert.deepEqual(links, ['connecting', 'live']);
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

describe('a connection that ends', () => {
  test('is left to the browser, and is no outage while it may be back in a moment', async () => {
    const { source, clock, links } = live();
    source().fail(0);
    await clock.pass(7000);
    assert.deepEqual(links, ['connecting', 'live']);
    await clock.pass(2000);
    assert.deepEqual(links, ['connecting', 'live', 'connecting']);
    assert.equal(sources.length, 1);
  });

  test('is an outage when the browser cannot come back', () => {
    const { source, links } = live();
    source().fail(0);
    source().fail(0);
    assert.deepEqual(links, ['connecting', 'live', 'connecting']);
  });

  test('and comes back again and again, as without a hub, is live all the time', async () => {
    const { source, clock, links, events, beats } = live();
    for (let polls = 0; polls < 20; polls += 1) {
      source().fail(0);
      await clock.pass(5000);
      source().send('ready', ready, `5.${polls + 5}`);
      source().send('message', { id: '1' }, `5.${polls + 6}`);
    }
    assert.equal(sources.length, 1);
    assert.deepEqual(links, ['connecting', 'live']);
    assert.equal(events.length, 41);
    assert.deepEqual(beats, []);
  });

  test('without getting ready again is replaced after a while, longer than a hub needs to stop', async () => {
    const { source, clock } = live();
    source().fail(0);
    await clock.pass(40000);
    assert.equal(sources.length, 1);
    await clock.pass(10000);
    assert.equal(sources.length, 2);
    assert.equal(sources[0].readyState, 2);
    assert.equal(source().url, 'api/events?since=5.4');
  });
});

describe('a refusal', () => {
  test('is told at once, and tried again at the last event', async () => {
    const { source, clock, links } = live();
    source().send('message', { id: '1' }, '5.7');
    source().send('user.connected', { id: '2' });
    source().fail(2);
    assert.equal(links.at(-1), 'connecting');
    await clock.pass(2000);
    assert.equal(sources.length, 2);
    assert.equal(source().url, 'api/events?since=5.7');
    source().send('ready', ready, '5.7');
    assert.equal(links.at(-1), 'live');
  });

  test('is tried again more and more slowly, and from the start after success', async () => {
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
    let asked = 0;
    const { source, clock } = open({ check: async () => {
      asked += 1;
      throw Object.assign(new Error('no'), { status });
    } });
    source().fail(2);
    await clock.pass(30000);
    assert.equal(sources.length, 1);
    assert.ok(asked > 1);
    status = 401;
    await clock.pass(120000);
    const last = asked;
    await clock.pass(120000);
    assert.equal(asked, last);
    assert.equal(sources.length, 1);
  });

  test('a check that is overtaken opens nothing', async () => {
    let answer;
    const { stream, source, clock } = open({ check: () => new Promise((resolve) => {
      answer = resolve;
    }) });
    source().fail(2);
    await clock.pass(2000);
    stream.wake();
    assert.equal(sources.length, 2);
    answer();
    await clock.pass(2000);
    assert.equal(sources.length, 2);
  });
});

describe('bye', () => {
  test('replaced: stays away, whatever happens, until somebody wants it here', async () => {
    const { stream, source, clock, links } = live();
    source().send('bye', { reason: 'replaced' });
    assert.equal(source().readyState, 2);
    stream.wake();
    stream.wake(true);
    await clock.pass(300000);
    assert.equal(sources.length, 1);
    assert.equal(clock.pending(), 0);
    assert.deepEqual(links, ['connecting', 'live', 'parked']);
    stream.reopen();
    assert.equal(source().url, 'api/events?since=5.4');
    source().send('ready', ready, '5.4');
    assert.deepEqual(links, ['connecting', 'live', 'parked', 'connecting', 'live']);
  });

  for (const reason of ['stopping', 'age', 'slow', 'silent']) {
    test(`${reason}: the browser comes back after the time that it was told`, async () => {
      const { source, clock, events, links } = live();
      source().send('bye', { reason });
      source().fail(0);
      await clock.pass(4000);
      source().send('ready', ready, '5.4');
      assert.equal(sources.length, 1);
      assert.deepEqual(events.map(({ type }) => type), ['ready', 'bye', 'ready']);
      assert.deepEqual(links, ['connecting', 'live']);
    });
  }

  test('logout: is passed on to who closes it', async () => {
    const opened = live({ onEvent: (type) => type === 'bye' && opened.stream.close() });
    opened.source().send('bye', { reason: 'logout' });
    await opened.clock.pass(300000);
    assert.equal(sources.length, 1);
    assert.equal(opened.source().readyState, 2);
    assert.equal(opened.clock.pending(), 0);
  });
});

describe('the beat', () => {
  test('comes every 30 s with the id of the stream, and only while it is open', async () => {
    const { source, clock, beats } = live();
    await clock.pass(61000);
    assert.deepEqual(beats, ['s', 's']);
    source().fail(0);
    await clock.pass(31000);
    assert.deepEqual(beats, ['s', 's']);
    source().send('ready', { ...ready, stream: 't' }, '5.4');
    await clock.pass(30000);
    assert.deepEqual(beats, ['s', 's', 't']);
  });

  test('that is refused is no drama', async () => {
    for (const more of [{ code: 'not_found', status: 404 }, { code: 'unavailable', status: 503 },
      { code: 'unauthenticated', status: 401 }]) {
      sources.length = 0;
      const { clock, links } = live({ beat: failing(more) });
      await clock.pass(120000);
      assert.equal(sources.length, 1);
      assert.deepEqual(links, ['connecting', 'live']);
    }
  });

  test('that nobody answers makes the stream come back by another connection', async () => {
    const { source, clock, links } = live({ beat: failing({ code: 'unreachable', status: 0 }) });
    await clock.pass(31000);
    assert.equal(sources.length, 2);
    assert.equal(source().url, 'api/events?since=5.4');
    assert.deepEqual(links, ['connecting', 'live']);
    source().fail(0);
    assert.equal(links.at(-1), 'connecting');
  });

  test('that comes much too late tells of a machine that slept', async () => {
    const { clock, source, beats } = live();
    clock.sleep(3600000);
    await clock.pass(0);
    assert.deepEqual(beats, []);
    assert.equal(sources.length, 2);
    source().send('ready', ready, '5.4');
    await clock.pass(31000);
    assert.deepEqual(beats, ['s']);
  });

  test('finds a source that was closed without a word', async () => {
    const { source, clock } = live();
    source().readyState = 2;
    await clock.pass(31000);
    assert.equal(sources.length, 2);
  });
});

describe('waking', () => {
  test('opens one that is not ready at once, and another only where it may be stale', async () => {
    const { stream, source, clock, links } = live();
    stream.wake();
    assert.equal(sources.length, 1);
    stream.wake(true);
    assert.equal(sources.length, 2);
    assert.equal(sources[0].readyState, 2);
    source().send('ready', ready, '5.4');
    assert.deepEqual(links, ['connecting', 'live']);
    source().fail(2);
    stream.wake();
    assert.equal(sources.length, 3);
    source().send('ready', ready, '5.4');
    source().fail(0);
    stream.wake();
    assert.equal(sources.length, 4);
    source().send('ready', ready, '5.4');
    await clock.pass(5000);
    assert.equal(sources.length, 4);
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
