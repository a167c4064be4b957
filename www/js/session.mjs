// Who is signed in: coming, being sent away, leaving.

export const createSession = ({ store, api, keep, asking, live, loading, openRoom, wantedRoom }) => {
  const { get, dispatch } = store;

  // The session is over: what was written is kept by `keep`, under the name of who wrote it.
  const leave = (notice) => {
    live.stop();
    dispatch({ type: 'signed.out', notice });
  };

  const forget = (notice) => {
    const { me } = get();
    leave(notice);
    keep.forget(me.id);
  };

  const enter = async (user) => {
    loading.forgetPeople();
    dispatch({ type: 'signed.in', user, outbox: keep.outbox(user.id) });
    await live.synchronize();
    openRoom(wantedRoom());
  };

  return {
    leave,
    forget,

    // Goes on with the session of an earlier visit, if there is one.
    start: async () => {
      live.stop();
      for (let tries = 0; ; tries += 1) {
        try {
          const user = await api.session();
          return enter(user);
        } catch (error) {
          if (error.status === 401) {
            return leave(null);
          }
          dispatch({ type: 'start.failed' });
          await asking.pause(tries);
        }
      }
    },

    signIn: async (username, password) => enter(await api.signIn(username, password)),

    signUp: async (username, password) => enter(await api.signUp(username, password)),

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
