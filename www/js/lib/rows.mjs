// From messages to what a timeline shows: days, and messages grouped by who wrote them.

import { dayOfSeconds } from './time.mjs';

const GROUP_S = 300;

const startsGroup = (message, previous) => !previous || previous.from !== message.from
  || Math.abs(message.date - previous.date) > GROUP_S;

// Dates may go backwards where another server set them, so a day can come twice.
const dayKey = (day, seen, messageKey) => (seen.has(day) ? `day:${day}:${messageKey}` : `day:${day}`);

/*
 * The rows of a timeline, oldest first: { kind: 'day', key, day }, or { kind: 'message', key,
 * message, first, own, failed }, where `first` begins a group, and `failed` is undefined for what
 * the server has, null for what is on its way, and the error's code for what it did not take.
 */
export const rowsOf = (messages, outbox, meId) => {
  const rows = [];
  const seen = new Set();
  let today = '';
  let previous = null;
  const add = (message, key, failed) => {
    const day = dayOfSeconds(message.date);
    if (day !== today) {
      rows.push({ kind: 'day', key: dayKey(day, seen, key), day });
      seen.add(day);
      today = day;
      previous = null;
    }
    rows.push({ kind: 'message', key, message, first: startsGroup(message, previous),
      own: message.from === meId, failed });
    previous = message;
  };
  for (const message of messages) {
    add(message, message.key ?? message.id, undefined);
  }
  for (const message of outbox) {
    add(message, message.nonce, message.failed);
  }
  return rows;
};
