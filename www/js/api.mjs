// The HTTP interface as functions: each answers with the body, or throws an ApiError.

const PATIENCE_MS = 20000;

/*
 * What went wrong: `code` is the server's, or `unreachable` when there was no answer at all.
 * `detail` is the server's sentence for people, and may be empty.
 */
export class ApiError extends Error {
  constructor(code, status = 0, detail = '') {
    super(detail || code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

// A web server in front of us may answer in HTML: then only the status speaks.
const codeOfStatus = (status) => {
  if (status === 401) {
    return 'unauthenticated';
  }
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal';
};

const readBody = async (response) => {
  if (response.status === 204) {
    return null;
  }
  let text;
  try {
    text = await response.text();
  } catch {
    throw new ApiError('unreachable');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(codeOfStatus(response.status), response.status);
  }
};

const request = async (method, path, body) => {
  const options = { method, signal: AbortSignal.timeout(PATIENCE_MS) };
  if (body !== undefined) {
    options.headers = { 'content-type': 'application/json' };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new ApiError('unreachable');
  }
  const answer = await readBody(response);
  if (!response.ok) {
    const code = answer?.code ?? codeOfStatus(response.status);
    throw new ApiError(code, response.status, answer?.detail);
  }
  return answer;
};

export const api = {
  session: () => request('GET', 'session'),
  signIn: (username, password) => request('POST', 'session', { username, password }),
  signUp: (username, password, invite) => request('POST', 'users', { username, password, invite }),
  reset: (code, password) => request('POST', 'session/reset', { code, password }),
  server: () => request('GET', 'server'),
  signOut: () => request('DELETE', 'session'),
  users: (ids) => request('GET', `users?ids=${ids.map(encodeURIComponent).join(',')}`),
  rooms: () => request('GET', 'rooms'),
  openDirect: (user) => request('POST', 'rooms', { user }),
  newest: (roomId) => request('GET', `messages/${roomId}`),
  before: (roomId, id) => request('GET', `messages/${roomId}?before=${encodeURIComponent(id)}`),
  after: (roomId, id) => request('GET', `messages/${roomId}?limit=200&after=${encodeURIComponent(id)}`),
  send: (roomId, message, nonce) => request('POST', `messages/${roomId}`, { message, nonce }),
  beat: (stream) => request('POST', 'events', { stream }),
};
