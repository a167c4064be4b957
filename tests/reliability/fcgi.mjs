// The FastCGI record layer as a web server speaks it, for what lighttpd would never send.
import net from 'node:net';
import { join } from 'node:path';

export const BEGIN = 1;
export const ABORT = 2;
export const END = 3;
export const PARAMS = 4;
export const STDIN = 5;
export const STDOUT = 6;

export function record(type, content = Buffer.alloc(0), id = 1, { version = 1, length = content.length } = {}) {
  const head = Buffer.alloc(8);
  head[0] = version;
  head[1] = type;
  head.writeUInt16BE(id, 2);
  head.writeUInt16BE(length & 0xffff, 4);
  return Buffer.concat([head, content]);
}

const size = (n) => (n < 128 ? Buffer.from([n]) : (() => { const b = Buffer.alloc(4); b.writeUInt32BE(n + 0x80000000); return b; })());

export const pair = (name, value) => Buffer.concat([size(Buffer.byteLength(name)), size(Buffer.byteLength(value)), Buffer.from(name), Buffer.from(value)]);

export const begin = (id = 1, flags = 0) => record(BEGIN, Buffer.from([0, 1, flags, 0, 0, 0, 0, 0]), id);

/** A whole GET of /api/events. extra: more CGI variables. */
export function request(cookie, query = '', extra = {}) {
  const vars = { REQUEST_METHOD: 'GET', SCRIPT_NAME: '/api/events', PATH_INFO: '', QUERY_STRING: query, SERVER_PROTOCOL: 'HTTP/1.1',
    HTTP_HOST: 'localhost', REMOTE_ADDR: '127.0.0.1', HTTP_COOKIE: cookie, ...extra };
  const params = Buffer.concat(Object.entries(vars).map(([name, value]) => pair(name, value)));
  return Buffer.concat([begin(), record(PARAMS, params), record(PARAMS), record(STDIN)]);
}

/** A connection to the hub's own socket; lighttpd numbers the sockets of what it starts. */
export const connect = (snug) => net.connect(join(snug.dir, 'events.sock-0'));

/** Takes what a hub says; calls out(bytes) for what is to reach the browser. */
export function reader(out, ended = () => {}) {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 8) {
      const whole = 8 + rest.readUInt16BE(4) + rest[6];
      if (rest.length < whole) return;
      const content = rest.subarray(8, 8 + rest.readUInt16BE(4));
      if (rest[1] === STDOUT && content.length) out(content);
      if (rest[1] === END) ended();
      rest = rest.subarray(whole);
    }
  };
}
