// What the browser's address may name behind `#`: a room, `room=1:2`, or a way in, `invite/CODE`.

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

// The way in that a fragment names, { kind: 'invite' or 'reset', code }, or null.
export const passIn = (hash) => {
  const [, kind, code] = /^#(invite|reset)\/([A-Za-z0-9_-]+)$/.exec(hash) ?? [];
  return kind ? { kind, code } : null;
};
