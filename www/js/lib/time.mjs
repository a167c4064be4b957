// Times for people. Everything comes in as whole seconds since 1970 and is shown in local time.

import { words } from './words.mjs';

const DAY_MS = 86400000;
const LAST_S = 253402214400;

// The words' language in the reader's flavour of it, with the reader's own 12 or 24 hours.
const locale = (globalThis.navigator?.languages ?? [])
  .find((tag) => tag.split('-')[0] === words.lang) ?? words.lang;
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions();

const format = (options) => {
  const formatter = new Intl.DateTimeFormat(locale, options);
  return (date) => formatter.format(date);
};
const clock = format({ timeStyle: 'short', hourCycle });
const full = format({ dateStyle: 'full', timeStyle: 'medium', hourCycle });
const weekday = format({ weekday: 'short' });
const dayAndMonth = format({ day: 'numeric', month: 'short' });
const longDay = format({ weekday: 'long', day: 'numeric', month: 'long' });
const longDayAndYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const two = (n) => String(n).padStart(2, '0');

// The local day of a Date as `2026-11-24`: sorts as text, and is good for `datetime`.
export const dayOf = (date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

// Other servers choose their dates: one that no calendar holds must not break the page.
const dateOf = (seconds) => new Date(Math.min(Math.max(Number(seconds) || 0, 0), LAST_S) * 1000);

export const dayOfSeconds = (seconds) => dayOf(dateOf(seconds));

// Noon, so that summer time moves it into no other day.
const noonOf = (day) => new Date(`${day}T12:00:00`);

const daysBetween = (day, today) => Math.round((noonOf(today) - noonOf(day)) / DAY_MS);

export const clockTime = (seconds) => clock(dateOf(seconds));

export const fullTime = (seconds) => full(dateOf(seconds));

export const isoTime = (seconds) => dateOf(seconds).toISOString();

// The heading of a day: today, yesterday, or its date, with the year where that is another one.
export const dayName = (day, today) => {
  const ago = daysBetween(day, today);
  if (ago === 0) {
    return words.today;
  }
  if (ago === 1) {
    return words.yesterday;
  }
  return day.slice(0, 4) === today.slice(0, 4) ? longDay(noonOf(day)) : longDayAndYear(noonOf(day));
};

// As short as can be, for a list: the time today, else the day.
export const shortTime = (seconds, today) => {
  const day = dayOfSeconds(seconds);
  const ago = daysBetween(day, today);
  if (ago === 0) {
    return clockTime(seconds);
  }
  return ago > 0 && ago < 7 ? weekday(noonOf(day)) : dayAndMonth(noonOf(day));
};
