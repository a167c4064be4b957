// The way of a message from the composer to the server, by the outbox.

const nowInSeconds = () => Math.floor(Date.now() / 1000);

const newNonce = () => [...crypto.getRandomValues(new Uint8Array(12))]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const createSending = ({ store, api, ask }) => {
  const { get, dispatch } = store;
  let owner = null;
  let queues = {};

  const post = async ({ roomId, message, nonce }) => {
    try {
      dispatch({ type: 'message', message: await ask(api.send(roomId, message, nonce)) });
    } catch (error) {
      if (get().me) {
        dispatch({ type: 'send.failed', nonce, code: error.code });
      }
    }
  };

  // One after the other in a room, so that they arrive in the order in which they were written.
  const enqueue = (entry) => {
    if (owner !== get().me) {
      owner = get().me;
      queues = {};
    }
    queues[entry.roomId] = (queues[entry.roomId] ?? Promise.resolve()).then(() => post(entry));
  };

  return {
    send: (roomId, message) => {
      const entry = { roomId, message, nonce: newNonce(), date: nowInSeconds() };
      dispatch({ type: 'send.started', entry });
      enqueue(entry);
    },

    // The same nonce again: if the server has the message after all, it is not stored twice.
    retry: (nonce) => {
      const entry = get().outbox.find((one) => one.nonce === nonce);
      dispatch({ type: 'send.again', nonce });
      enqueue(entry);
    },

    drop: (nonce) => dispatch({ type: 'send.dropped', nonce }),
  };
};
