// Requests on behalf of whoever is signed in, and the patience to make them again.

import { backOff } from './lib/backoff.mjs';

// expired() is called when an answer says that the session has ended.
export const createAsking = (store, expired) => {
  let hurry = () => {};

  // Waits, unless somebody is in a hurry.
  const pause = (tries) => new Promise((done) => {
    setTimeout(done, backOff(tries));
    hurry = done;
  });

  // The answer to a call; if whoever made it has left meanwhile, there never is one.
  const ask = async (call) => {
    const { me } = store.get();
    const never = new Promise(() => {});
    try {
      const answer = await call;
      return store.get().me === me ? answer : never;
    } catch (error) {
      if (store.get().me !== me) {
        return never;
      }
      if (error.status === 401) {
        expired();
      }
      throw error;
    }
  };

  return {
    ask,
    pause,
    hurry: () => hurry(),

    // Calls until there is an answer; only the end of the session ends it.
    askUntilAnswered: async (call) => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await ask(call());
        } catch (error) {
          if (error.status === 401) {
            return new Promise(() => {});
          }
          await pause(tries);
        }
      }
    },
  };
};
