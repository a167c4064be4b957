// Who is signed in: coming, being sent away, leaving.

// The ends of a session, and what who is nobody then has to know.
const createLeaving = ({ store, api, keep, live }) => {
  const { get, dispatch } = store;

  // Whether there is a way in for who has no account. Without an answer none is shown.
  const askServer = async () => {
    try {
      dispatch({ type: 'server.told', ...await api.server() });
    } catch {
      // Asked again when somebody leaves.
    }
  };

  // The session is over: what was written is kept by `keep`, under the name of who wrote it.
  const leave = (notice, pass = get().pass) => {
    live.stop();
    dispatch({ type: 'signed.out', notice, pass });
    if (get().registration === null) {
      askServer();
    }
  };

  const forget = (notice) => {
    const { me } = get();
    leave(notice);
    keep.forget(me.id);
  };

  return { leave, forget };
};

// What links with a code open.
const createLinks = ({ store, api, leave }) => ({
  // A link that was followed while the page was open.
  show: (pass) => {
    if (pass.kind === 'reset' || store.get().phase === 'signedOut') {
      leave(null, pass);
    }
  },

  // A new password by the link that is shown. Whoever sets it signs in with it.
  reset: async (password) => {
    await api.reset(store.get().pass.code, password);
    leave('passwordSet', null);
  },
});

export const createSession = ({ store, api, keep, asking, live, loading, openRoom, wantedRoom }) => {
  const { get, dispatch } = store;
  const { leave, forget } = createLeaving({ store, api, keep, live });
  const links = createLinks({ store, api, leave });

  const enter = async (user) => {
    loading.forgetPeople();
    dispatch({ type: 'signed.in', user, outbox: keep.outbox(user.id) });
    await live.synchronize();
    openRoom(wantedRoom());
  };

  return {
    ...links,
    leave,
    forget,

    /*
     * Goes on with the session of an earlier visit, if there is one. Who has come by a link to reset
     * a password is shown that; an invitation is for who is nobody yet.
     */
    start: async (pass = null) => {
      live.stop();
      if (pass?.kind === 'reset') {
        return leave(null, pass);
      }
      for (let tries = 0; ; tries += 1) {
        try {
          const user = await api.session();
          return enter(user);
        } catch (error) {
          if (error.status === 401) {
            return leave(null, pass);
          }
          dispatch({ type: 'start.failed' });
          await asking.pause(tries);
        }
      }
    },

    signIn: async (username, password) => enter(await api.signIn(username, password)),

    signUp: async (username, password) =>
      enter(await api.signUp(username, password, get().pass?.code)),

    signOut: async () => {
      live.stop();
      try {
        await api.signOut();
      } catch (error) {
        live.synchronize();
        throw error;
      }
      forget(null);
    },
  };
};
