// Messages in their order: ids ascend in a room, and an id is had once.

// An id is decimal seconds, and behind a `~` what tells apart the messages of one moment.
const scoreOf = (id) => {
  const [whole, fraction = ''] = id.split('~')[0].split('.');
  return { whole, fraction };
};

const compareText = (a, b) => (a > b) - (a < b);

// Below, at or above zero. Ids are compared as text, since a double does not hold all their digits.
export const compareIds = (left, right) => {
  const a = scoreOf(left);
  const b = scoreOf(right);
  return a.whole.length - b.whole.length || compareText(a.whole, b.whole)
    || compareText(a.fraction, b.fraction);
};

/*
 * Two runs of messages as one, in order, each message once. What stands in both is taken from
 * `later`; where ids tell nothing, `earlier` comes first.
 */
export const join = (earlier, later) => {
  const known = new Set(later.map(({ id }) => id));
  return [...earlier.filter(({ id }) => !known.has(id)), ...later]
    .sort((a, b) => compareIds(a.id, b.id));
};

// One message more, most often at the end; the same array where it is there already.
export const insert = (messages, message) => {
  let at = messages.length;
  while (at > 0 && compareIds(messages[at - 1].id, message.id) > 0) {
    at -= 1;
  }
  for (let i = at - 1; i >= 0 && compareIds(messages[i].id, message.id) === 0; i -= 1) {
    if (messages[i].id === message.id) {
      return messages;
    }
  }
  return [...messages.slice(0, at), message, ...messages.slice(at)];
};
