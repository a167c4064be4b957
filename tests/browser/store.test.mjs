// The state of the page: reducers and selectors, without a browser.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createStore, onlineTotal, partnerOf, reduce, roomList, signedOutState, unreadTotal, watch }
  from '../../www/js/store.mjs';

const pablo = { id: '1', username: 'Pablo' };
const general = { id: '0', kind: 'public', name: 'General' };
const withJoe = { id: '1:2', kind: 'direct', names: ['Pablo', 'Joe'], users: ['1', '2'], online: ['2'] };
const withMary = { id: '1:3', kind: 'direct', names: ['Pablo', 'Mary'], users: ['1', '3'], online: [] };

let clock = 1795485000;
const message = (roomId, from, text, more = {}) => {
  clock += 1;
  return { id: `${clock}.000001`, from, date: clock, message: text, roomId, ...more };
};

const apply = (state, ...actions) => actions.reduce(reduce, state);

// Pablo, signed in, with three rooms, looking at General, whose history is `messages`.
const chatting = (messages = [], more = false) => apply({ ...signedOutState, today: '2026-11-24' },
  { type: 'signed.in', user: pablo, outbox: [] },
  { type: 'rooms.loaded', rooms: [general, withJoe, withMary] },
  { type: 'room.opened', roomId: '0' },
  { type: 'page.asked', roomId: '0', before: null },
  { type: 'page.loaded', roomId: '0', before: null, page: { messages, more, users: { 3: 'Mary' } } });

const texts = (state, roomId = '0') => state.timelines[roomId].messages.map((one) => one.message);
const heard = (one) => ({ type: 'message', message: one });

describe('messages', () => {
  test('a live message goes to the end, once, however often it comes', () => {
    const one = message('0', '3', 'one');
    const two = message('0', '3', 'two');
    const state = apply(chatting([one]), heard(two), heard(one), heard(two));
    assert.deepEqual(texts(state), ['one', 'two']);
    assert.equal(state.rooms['0'].last.message, 'two');
  });

  test('one that comes late goes to its place', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => message('0', '3', text));
    const state = apply(chatting([a]), heard(c), heard(b));
    assert.deepEqual(texts(state), ['a', 'b', 'c']);
    assert.equal(state.rooms['0'].last.message, 'c');
  });

  test('ids with the same whole part are told apart by their fraction, as text', () => {
    const at = (id) => ({ ...message('0', '3', id), id });
    const ids = ['1795485000', '1795485000.0000001', '1795485000.5', '1795485000.500001',
      '1795485001~0f3a9c21', '17954850000'];
    const state = apply(chatting(), ...[5, 2, 0, 4, 1, 3].map((i) => heard(at(ids[i]))));
    assert.deepEqual(state.timelines['0'].messages.map(({ id }) => id), ids);
  });

  test('one that is older than all that is loaded waits for its page', () => {
    const old = message('0', '3', 'old');
    const state = apply(chatting([message('0', '3', 'one')], true), heard(old));
    assert.deepEqual(texts(state), ['one']);
  });

  test('messages that come before the first page does are not lost', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => message('1:2', '2', text));
    const state = apply(chatting(), { type: 'room.opened', roomId: '1:2' }, heard(b), heard(c),
      { type: 'page.loaded', roomId: '1:2', before: null, page: { messages: [a, b], more: false } });
    assert.deepEqual(texts(state, '1:2'), ['a', 'b', 'c']);
  });

  test('an older page goes before, and what is in both is there once', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => message('0', '3', text));
    const state = apply(chatting([b, c], true), { type: 'page.asked', roomId: '0', before: b.id },
      { type: 'page.loaded', roomId: '0', before: b.id, page: { messages: [a, b], more: true } });
    assert.deepEqual(texts(state), ['a', 'b', 'c']);
    assert.equal(state.timelines['0'].more, true);
    assert.equal(state.timelines['0'].older, 'ready');
  });

  test('an older page for what is no longer the beginning would leave a hole, and is dropped', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => message('0', '3', text));
    const state = apply(chatting([b, c], true), { type: 'timeline.trimmed', roomId: '0', keep: 1 },
      { type: 'page.loaded', roomId: '0', before: b.id, page: { messages: [a], more: false } });
    assert.deepEqual(texts(state), ['c']);
    assert.equal(state.timelines['0'].more, true);
  });

  test('names come with pages, rooms and presence', () => {
    const state = apply(chatting(),
      { type: 'user.connected', user: { id: '9', username: 'Nina', online: true } });
    assert.deepEqual(state.names, { 1: 'Pablo', 2: 'Joe', 3: 'Mary', 9: 'Nina' });
  });
});

describe('what may have been missed', () => {
  const run = (n) => Array.from({ length: n }, (_, i) => message('0', '3', `m${i}`));
  const asked = { type: 'page.asked', roomId: '0', before: null };
  const missed = (after, messages, more) => ({ type: 'page.loaded', roomId: '0', after: after.id,
    page: { messages, more } });

  test('a new page that joins on keeps what was loaded', () => {
    const all = run(6);
    const state = apply(chatting(all.slice(0, 4), true), { type: 'history.lost' }, asked,
      { type: 'page.loaded', roomId: '0', before: null, page: { messages: all.slice(3), more: true } });
    assert.deepEqual(texts(state), ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    assert.equal(state.timelines['0'].tail, null);
  });

  test('one that does not replaces it, also where live messages look like a join', () => {
    const all = run(8);
    const state = apply(chatting(all.slice(0, 2), false), { type: 'history.lost' }, asked, heard(all[6]),
      { type: 'page.loaded', roomId: '0', before: null,
        page: { messages: all.slice(4, 7), more: true } }, heard(all[7]));
    assert.deepEqual(texts(state), ['m4', 'm5', 'm6', 'm7']);
    assert.equal(state.timelines['0'].more, true);
  });

  test('page after page fills the gap, before what came live, and keeps all that was there', () => {
    const all = run(8);
    const first = apply(chatting(all.slice(0, 2), true), { type: 'history.lost' }, asked, heard(all[7]),
      missed(all[1], all.slice(2, 4), true));
    assert.equal(first.timelines['0'].newest, 'loading');
    assert.equal(first.timelines['0'].tail, all[3].id);
    const state = apply(first, missed(all[1], all.slice(2, 4), true), missed(all[3], all.slice(4), false));
    assert.deepEqual(texts(state), all.map((one) => one.message));
    assert.deepEqual(state.timelines['0'], { ...first.timelines['0'], newest: 'ready', tail: null,
      messages: all, more: true });
  });

  test('a page that was on its way when history was lost does not end the search', () => {
    const all = run(4);
    for (const late of [missed(all[1], [all[2]], false),
      { type: 'page.loaded', roomId: '0', page: { messages: all.slice(0, 3), more: false } }]) {
      const state = apply(chatting(all.slice(0, 2)), { type: 'history.lost' }, late);
      assert.deepEqual(texts(state), ['m0', 'm1', 'm2']);
      assert.equal(state.timelines['0'].newest, 'wanted');
      assert.equal(state.timelines['0'].tail, all[1].id);
    }
  });

  test('other rooms are forgotten and loaded anew when they are opened', () => {
    const state = apply(chatting(), { type: 'room.opened', roomId: '1:2' }, { type: 'history.lost' });
    assert.deepEqual(Object.keys(state.timelines), ['1:2']);
    assert.equal(state.timelines['1:2'].newest, 'wanted');
  });

  test('an older snapshot of the rooms does not take back a newer last message', () => {
    const last = message('1:2', '2', 'newest');
    const before = { ...withJoe, last: { ...last, id: '1.000001', message: 'before' } };
    const state = apply(chatting(), heard(last), { type: 'rooms.loaded', rooms: [general, before] });
    assert.equal(state.rooms['1:2'].last.message, 'newest');
    assert.equal(state.rooms['1:3'], undefined);
  });
});

describe('sending', () => {
  const entry = { nonce: 'n1', roomId: '0', message: 'hello', date: 1795485000 };

  test('a row waits, and the message takes its place by its nonce', () => {
    const waiting = apply(chatting(), { type: 'send.started', entry });
    assert.deepEqual(waiting.outbox, [{ ...entry, from: '1', failed: null }]);
    const state = apply(waiting, heard(message('0', '1', 'hello', { nonce: 'n1' })));
    assert.deepEqual(state.outbox, []);
    assert.equal(state.timelines['0'].messages[0].key, 'n1');
  });

  test('answer and event for one message make one row', () => {
    const stored = message('0', '1', 'hello', { nonce: 'n1' });
    const state = apply(chatting(), { type: 'send.started', entry }, heard(stored), heard(stored));
    assert.deepEqual(texts(state), ['hello']);
    assert.equal(state.timelines['0'].messages[0].key, 'n1');
  });

  test('somebody else with the same nonce changes nothing', () => {
    const state = apply(chatting(), { type: 'send.started', entry },
      heard(message('0', '3', 'mine', { nonce: 'n1' })));
    assert.equal(state.outbox.length, 1);
    assert.equal(state.timelines['0'].messages[0].key, undefined);
  });

  test('a failed row keeps its text, can be tried again, and dropped', () => {
    const failed = apply(chatting(), { type: 'send.started', entry },
      { type: 'send.failed', nonce: 'n1', code: 'unreachable' });
    assert.equal(failed.outbox[0].failed, 'unreachable');
    assert.equal(failed.outbox[0].message, 'hello');
    assert.equal(apply(failed, { type: 'send.again', nonce: 'n1' }).outbox[0].failed, null);
    assert.deepEqual(apply(failed, { type: 'send.dropped', nonce: 'n1' }).outbox, []);
  });

  test('what was on its way when the page was left is failed, unless history has it', () => {
    const kept = apply(signedOutState,
      { type: 'signed.in', user: pablo, outbox: [{ ...entry, from: '1', failed: null }] },
      { type: 'rooms.loaded', rooms: [general] }, { type: 'room.opened', roomId: '0' });
    assert.equal(kept.outbox[0].failed, 'unreachable');
    const stored = message('0', '1', 'hello', { nonce: 'n1' });
    const state = apply(kept, { type: 'page.loaded', roomId: '0', before: null,
      page: { messages: [stored], more: false } });
    assert.deepEqual(state.outbox, []);
    assert.deepEqual(texts(state), ['hello']);
  });
});

describe('what becomes of a message', () => {
  const one = message('0', '3', 'one');
  const changed = (change, id = one.id) => ({ type: 'message.changed', roomId: '0', id, change });

  test('it changes where it stands, in the list of rooms too', () => {
    const state = apply(chatting([one, message('0', '3', 'two')]), changed({ message: 'eins', edited: 5 }));
    assert.deepEqual(texts(state), ['eins', 'two']);
    assert.equal(state.rooms['0'].last, undefined);
    const last = apply(chatting(), heard(one), changed({ message: '', deleted: true }));
    assert.equal(last.rooms['0'].last.deleted, true);
    assert.equal(last.timelines['0'].messages[0].deleted, true);
  });

  test('one that is not loaded changes nothing', () => {
    const before = chatting([one]);
    const state = apply(before, changed({ message: 'x' }, '1.000001'));
    assert.deepEqual(state.timelines['0'].messages, before.timelines['0'].messages);
  });

  test('a list of rooms that is told anew knows what became of the newest', () => {
    const state = apply(chatting(), heard(one),
      { type: 'rooms.loaded', rooms: [{ ...general, last: { ...one, message: 'eins' } }, withJoe, withMary] });
    assert.equal(state.rooms['0'].last.message, 'eins');
  });
});

describe('unread', () => {
  test('counts what others say in rooms that are not open', () => {
    const state = apply(chatting(), heard(message('1:2', '2', 'psst')), heard(message('1:2', '2', 'hey')),
      heard(message('1:3', '1', 'from my other tab')), heard(message('0', '3', 'seen')));
    assert.deepEqual(state.unread, { '1:2': 2 });
    assert.equal(unreadTotal(state), 2);
  });

  test('counts nothing twice', () => {
    const one = message('1:2', '2', 'psst');
    assert.equal(unreadTotal(apply(chatting(), heard(one), heard(one))), 1);
  });

  test('counts the open room while nobody looks, until somebody does', () => {
    const hidden = apply(chatting(), { type: 'visible', visible: false }, heard(message('0', '3', 'hi')));
    assert.deepEqual(hidden.unread, { 0: 1 });
    assert.deepEqual(apply(hidden, { type: 'visible', visible: true }).unread, {});
  });

  test('opening a room reads it', () => {
    const state = apply(chatting(), heard(message('1:2', '2', 'psst')), { type: 'room.opened', roomId: '1:2' });
    assert.deepEqual(state.unread, {});
  });
});

describe('rooms', () => {
  const ids = (state) => roomList(state).map(({ id }) => id);

  test('General first, then by the newest message, then those without one', () => {
    const state = apply(chatting(), heard(message('1:3', '3', 'hi')));
    assert.deepEqual(ids(state), ['0', '1:3', '1:2']);
    assert.deepEqual(ids(apply(state, heard(message('1:2', '2', 'hi')))), ['0', '1:2', '1:3']);
  });

  test('show.room adds a room, with nested or flat names', () => {
    for (const names of [[['Pablo'], ['Nina']], ['Pablo', 'Nina']]) {
      const state = apply(chatting(), { type: 'room.shown', data: { id: '1:9', names } });
      assert.equal(partnerOf(state, state.rooms['1:9']), '9');
      assert.equal(state.names['9'], 'Nina');
    }
    const named = apply(chatting(), { type: 'room.shown', data: { id: '7', names: ['Cellar'] } });
    assert.deepEqual(named.rooms['7'], { id: '7', kind: 'public', name: 'Cellar' });
  });

  test('show.room for a known room keeps its last message', () => {
    const state = apply(chatting(), heard(message('1:2', '2', 'hi')),
      { type: 'room.shown', data: { id: '1:2', names: [['Pablo'], ['Joe']] } });
    assert.equal(state.rooms['1:2'].last.message, 'hi');
  });

  test('room.left takes everything of a room away', () => {
    const state = apply(chatting(), heard(message('1:2', '2', 'hi')),
      { type: 'send.started', entry: { nonce: 'n', roomId: '1:2', message: 'mine', date: 1 } },
      { type: 'send.started', entry: { nonce: 'm', roomId: '0', message: 'mine', date: 1 } },
      { type: 'room.left', roomId: '1:2' });
    assert.deepEqual(ids(state), ['0', '1:3']);
    assert.deepEqual(state.unread, {});
    assert.deepEqual(state.outbox.map(({ nonce }) => nonce), ['m']);
  });
});

describe('presence', () => {
  test('comes with the rooms, with ready, and with every change', () => {
    const start = chatting();
    assert.deepEqual(start.online, { 2: true });
    const ready = apply(start, { type: 'ready', online: ['1', '3'] });
    assert.deepEqual(ready.online, { 1: true, 3: true });
    const left = apply(ready, { type: 'user.disconnected', user: { id: '3' } });
    assert.deepEqual(left.online, { 1: true });
    assert.equal(onlineTotal(left), 1);
  });

  test('too many to be listed are counted', () => {
    const crowd = apply(chatting(), { type: 'ready', onlineCount: 500 });
    assert.deepEqual(crowd.online, { 2: true });
    assert.equal(onlineTotal(crowd), 500);
    const more = apply(crowd, { type: 'user.connected', user: { id: '9', username: 'Nina' } });
    assert.equal(onlineTotal(more), 501);
    assert.equal(onlineTotal(apply(more, { type: 'user.disconnected', user: { id: '9' } })), 500);
  });

  test('many changes at once leave a count, and those who are shown', () => {
    const crowd = apply(chatting(), { type: 'ready', online: ['1', '2', '7'] }, { type: 'presence', online: 300 });
    assert.deepEqual(crowd.online, { 1: true, 2: true });
    assert.equal(onlineTotal(crowd), 300);
    const back = apply(crowd, { type: 'user.connected', user: { id: '7', username: 'Nina' } });
    assert.equal(onlineTotal(back), 301);
    assert.equal(onlineTotal(apply(back, { type: 'ready', online: ['1'] })), 1);
  });

  test('is asked for by id', () => {
    const state = apply(chatting(), { type: 'users.loaded',
      users: [{ id: '2', username: 'Joe', online: false }, { id: '8', username: 'Zed', online: true }] });
    assert.deepEqual(state.online, { 8: true });
    assert.equal(state.names['8'], 'Zed');
  });
});

describe('the store', () => {
  test('signing out forgets everything but where and when we are', () => {
    const state = apply(chatting([message('0', '3', 'hi')]), { type: 'signed.out', notice: 'expired' });
    assert.deepEqual(state, { ...signedOutState, phase: 'signedOut', notice: 'expired', today: '2026-11-24' });
  });

  test('tells about every action in order, also those dispatched meanwhile', () => {
    const store = createStore();
    const told = [];
    store.subscribe((state, previous, { link }) => {
      told.push(`a:${link}:${state.link}`);
      if (link === 'live') {
        store.dispatch({ type: 'link', link: 'parked' });
      }
    });
    store.subscribe((state, previous, { link }) => told.push(`b:${link}:${state.link}`));
    store.dispatch({ type: 'link', link: 'live' });
    assert.deepEqual(told, ['a:live:live', 'b:live:live', 'a:parked:parked', 'b:parked:parked']);
  });

  test('watch renders at once, and again only for what it picked', () => {
    const store = createStore();
    const seen = [];
    watch(store, (state) => [state.link], (state) => seen.push(state.link));
    store.dispatch({ type: 'visible', visible: false });
    store.dispatch({ type: 'link', link: 'live' });
    assert.deepEqual(seen, ['connecting', 'live']);
  });
});
