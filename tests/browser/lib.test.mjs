// What the page computes without a browser: rows, times, text to be sent.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareIds, insert, join } from '../../www/js/lib/messages.mjs';
import { hrefOf, roomIn } from '../../www/js/lib/place.mjs';
import { rowsOf } from '../../www/js/lib/rows.mjs';
import { dayName, dayOfSeconds, fullTime, isoTime, shortTime } from '../../www/js/lib/time.mjs';
import { cleaned } from '../../www/js/views/composer.mjs';

const at = (text) => Math.floor(new Date(text).getTime() / 1000);
const message = (from, when, more = {}) => ({ id: `${at(when)}.${from}`, from, date: at(when), message: 'x', ...more });

describe('rows', () => {
  const shape = (rows) => rows.map((row) => (row.kind === 'day' ? row.day : `${row.message.from}${row.first ? '*' : ''}`));

  test('a day begins with a rule, a group with its author', () => {
    const rows = rowsOf([message('1', '2026-11-23T23:58:00'), message('1', '2026-11-24T00:01:00'),
      message('1', '2026-11-24T00:06:00'), message('1', '2026-11-24T00:11:01'), message('2', '2026-11-24T00:11:02')], [], '1');
    assert.deepEqual(shape(rows), ['2026-11-23', '1*', '2026-11-24', '1*', '1', '1*', '2*']);
  });

  test('what is on its way comes last, under the nonce that the message will have', () => {
    const sent = message('1', '2026-11-24T10:00:00', { key: 'n1' });
    const rows = rowsOf([sent], [{ nonce: 'n2', from: '1', date: sent.date, message: 'y', failed: 'unreachable' }], '1');
    assert.deepEqual(rows.map(({ key }) => key), ['day:2026-11-24', 'n1', 'n2']);
    assert.deepEqual(rows.map(({ failed }) => failed), [undefined, undefined, 'unreachable']);
  });

  test('keys are unique where dates go back', () => {
    const rows = rowsOf([message('1', '2026-11-24T10:00:00'), message('1', '2026-11-23T10:00:00'),
      message('2', '2026-11-24T10:00:00')], [], '1');
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  });
});

describe('times', () => {
  test('days have names near today, else dates, with the year where it is another', () => {
    assert.equal(dayName('2026-11-24', '2026-11-24'), 'Today');
    assert.equal(dayName('2026-11-23', '2026-11-24'), 'Yesterday');
    assert.match(dayName('2026-03-28', '2026-03-30'), /^Saturday/);
    assert.doesNotMatch(dayName('2026-03-28', '2026-03-30'), /2026/);
    assert.match(dayName('2025-12-31', '2026-01-02'), /2025/);
  });

  test('a list shows the time of today, the weekday of this week, else the date', () => {
    assert.match(shortTime(at('2026-11-24T09:05:00'), '2026-11-24'), /9:05/);
    assert.match(shortTime(at('2026-11-22T09:05:00'), '2026-11-24'), /^Sun/);
    assert.match(shortTime(at('2026-10-03T09:05:00'), '2026-11-24'), /Oct/);
  });

  test('no date breaks the page', () => {
    for (const date of [-5, 0, 1e20, Number.NaN, undefined, '1795485000']) {
      assert.match(dayOfSeconds(date), /^\d{4}-\d\d-\d\d$/);
      assert.ok(fullTime(date).length > 10);
      assert.match(isoTime(date), /Z$/);
    }
  });
});

describe('messages in order', () => {
  test('ids compare by value, not as doubles', () => {
    assert.ok(compareIds('1795485263.175001', '1795485263.175002') < 0);
    assert.ok(compareIds('1795485263', '1795485263.000001') < 0);
    assert.ok(compareIds('999999999.9', '1795485263') < 0);
    assert.equal(compareIds('1795485893~0f3a9c21', '1795485893'), 0);
  });

  test('those of one moment are kept apart', () => {
    const one = { id: '5~aa' };
    const two = { id: '5~bb' };
    assert.deepEqual(insert([one], two), [one, two]);
    assert.deepEqual(join([one, two], [two]), [one, two]);
    const both = [one, two];
    assert.equal(insert(both, { id: '5~aa' }), both);
  });
});

test('the address names a room', () => {
  assert.equal(roomIn(hrefOf('1:2')), '1:2');
  assert.equal(roomIn('#room=1%3A2'), '1:2');
  for (const hash of ['', '#', '#x=1', '#room=%']) {
    assert.equal(roomIn(hash), null);
  }
});

test('text is sent as it was written, without what no message can hold', () => {
  assert.equal(cleaned('  indented\n\tmore  \n\n'), '  indented\n\tmore');
  assert.equal(cleaned('\n \n  first'), '  first');
  assert.equal(cleaned('a\r\nb\rc\u0000\u001b[0m\u007f\u0085'), 'a\nb\nc[0m');
  assert.equal(cleaned(' \n\t '), '');
  assert.equal(cleaned('<b>x</b> & "q" é 😀'), '<b>x</b> & "q" é 😀');
});
