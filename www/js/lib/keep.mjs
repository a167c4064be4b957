/*
 * What the browser keeps for a person: drafts (for all tabs, until they log out) and messages not
 * yet sent (for this tab). Storage may be full or forbidden; then nothing is kept, and nothing breaks.
 */

const attempt = (work, otherwise) => {
  try {
    return work() ?? otherwise;
  } catch {
    return otherwise;
  }
};

const draftKey = (userId, roomId) => `snug:${userId}:draft:${roomId}`;
const outboxKey = (userId) => `snug:${userId}:outbox`;

const put = (storage, key, value) => {
  if (value) {
    storage.setItem(key, value);
  } else {
    storage.removeItem(key);
  }
};

export const keep = {
  draft: (userId, roomId) => attempt(() => localStorage.getItem(draftKey(userId, roomId)), ''),

  setDraft: (userId, roomId, text) => attempt(() => {
    put(localStorage, draftKey(userId, roomId), text);
  }),

  outbox: (userId) => attempt(() => JSON.parse(sessionStorage.getItem(outboxKey(userId))), []),

  setOutbox: (userId, outbox) => attempt(() => {
    put(sessionStorage, outboxKey(userId), outbox.length > 0 ? JSON.stringify(outbox) : '');
  }),

  // Who logs out leaves nothing behind for the next person at this machine.
  forget: (userId) => attempt(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`snug:${userId}:`)) {
        localStorage.removeItem(key);
      }
    }
    sessionStorage.removeItem(outboxKey(userId));
  }),
};
