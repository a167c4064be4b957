// How long to wait before try number `tries` (from 0): doubling, and jittered by a quarter.

const SHORTEST_MS = 1000;
const LONGEST_MS = 60000;

export const backOff = (tries, random = Math.random) => {
  const step = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** tries);
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, step * (0.75 + random() / 2)));
};
