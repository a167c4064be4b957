// Everything that the page says to people, in one language.

const plural = new Intl.PluralRules('en');
const count = (n, one, other) => `${n} ${plural.select(n) === 'one' ? one : other}`;

export const words = {
  lang: 'en',
  brand: 'snug',
  tagline: 'Come in, sit down.',

  // signing in
  signIn: 'Sign in',
  signUp: 'Create account',
  signOut: 'Log out',
  signInTitle: 'Welcome back',
  signUpTitle: 'Take a seat',
  invitedTitle: 'You are invited',
  resetTitle: 'A new password',
  setPassword: 'Set password',
  passwordSet: 'Your new password is set. Sign in with it.',
  newPassword: 'New password',
  signInInstead: 'Sign in instead',
  noNewcomers: 'This server takes nobody new just now.',
  toSignUp: 'New here? Create an account',
  toSignIn: 'Have an account? Sign in',
  userName: 'User name',
  userNameRule: '1 to 32 letters, digits, “_”, “.” or “-”, not only digits.',
  password: 'Password',
  passwordRule: 'At least 8 characters.',
  working: 'One moment…',
  loggedOut: 'You have logged out.',
  expired: 'Your session has ended. Sign in again: what you were writing is still there.',
  signedInElsewhere: 'The web server of this chat signs people in, and has not said who you are. '
    + 'Reload the page to sign in.',
  noServer: 'The server cannot be reached. Trying again…',
  tryNow: 'Try now',

  // rooms
  rooms: 'Rooms',
  showRooms: 'Show rooms',
  hideRooms: 'Hide rooms',
  newConversation: 'New conversation',
  talkTo: 'User name',
  talk: 'Open',
  nobodyCalled: (name) => `There is nobody called “${name}”.`,
  yourself: 'That is you. Choose somebody else.',
  online: 'online',
  offline: 'offline',
  onlineCount: (n) => `${n} online`,
  unread: (n) => `${n} unread`,
  unreadRooms: (n) => `Unread messages in ${count(n, 'other room', 'other rooms')}`,
  lastLine: (who, text) => (who ? `${who}: ${text}` : text),
  you: 'You',
  somebody: 'Somebody',
  closedRoom: 'Private room',
  nameless: (id) => `Room ${id}`,

  // the timeline
  messagesIn: (room) => `Messages in ${room}`,
  loading: 'Loading…',
  loadFailed: 'The messages could not be loaded.',
  olderFailed: 'Older messages could not be loaded.',
  tryAgain: 'Try again',
  beginning: (room) => `This is where ${room} begins.`,
  beginningWith: (name) => `This is the beginning of your conversation with ${name}.`,
  empty: 'No messages yet. Say hello.',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: (n) => count(n, 'new message', 'new messages'),
  said: (who, text) => `${who}: ${text}`,
  edited: 'edited',
  deleted: 'This message was deleted.',
  reacted: (emoji, n) => `${emoji} ${n}`,
  sending: 'Sending…',
  retry: 'Retry',
  remove: 'Delete',

  // the composer
  messageTo: (room) => `Message to ${room}`,
  placeholder: (room) => `Message ${room}`,
  send: 'Send',
  skip: 'Skip to writing a message',
  tooLong: (bytes) => `Too long by ${count(bytes, 'byte', 'bytes')}.`,

  // the connection
  connected: 'Connected',
  connecting: 'Connecting',
  parked: 'Paused',
  lost: 'Not connected. Trying again…',
  parkedLong: 'Paused: snug is open in many other places.',
  reconnect: 'Reconnect here',
  back: 'Connected again.',

  title: (room, unread) => `${unread ? `(${unread}) ` : ''}${room ? `${room} · ` : ''}snug`,
};

const errors = {
  unreachable: 'The server cannot be reached.',
  unavailable: 'The server is busy. Try again in a moment.',
  unauthenticated: 'Your session has ended.',
  bad_link: 'This link was used already, or is too old. Ask for another one.',
  bad_credentials: 'Unknown user name or wrong password.',
  name_taken: 'Somebody has this name already.',
  forbidden: 'That is not allowed here.',
  cross_site: 'The request came from another site.',
  not_found: 'There is no such room, or you are not in it.',
  nonce_reused: 'This message was already sent with another text.',
  too_large: 'The message is too long.',
  bad_text: 'The text has characters that cannot be sent.',
  password_common: 'This password is one of the first that are tried. Choose another.',
  password_long: 'A password has at most 72 bytes on this server.',
  banned: 'Nothing can be done here from your address.',
  rate_limited: 'Too many attempts. Wait a little, then try again.',
  busy: 'Many people sign in just now. Try again in a moment.',
  storage_full: 'The server has no room left for messages.',
  internal: 'Something went wrong on the server.',
};

// A sentence for an ApiError; the server's own where this page knows none.
export const wordsOf = (error) => errors[error.code] ?? (error.detail || errors.internal);

// What stands at a message that could not be sent.
export const notSent = (code) => `Not sent. ${errors[code] ?? errors.internal}`;
