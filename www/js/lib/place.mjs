// The room in the browser's address: `#room=1:2`.

const PREFIX = '#room=';

export const hrefOf = (roomId) => `${PREFIX}${roomId}`;

// The room that a fragment names, or null.
export const roomIn = (hash) => {
  if (!hash.startsWith(PREFIX)) {
    return null;
  }
  try {
    return decodeURIComponent(hash.slice(PREFIX.length));
  } catch {
    return null;
  }
};
