// A whole snug for a test: a private redis-server and a real lighttpd with the checkout's lighttpd.conf
// and the built programs, in a folder of their own. The listening socket is bound here and handed over by
// systemd's protocol, so no test can race for a port.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync, closeSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Contract } from './openapi.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const path = `${process.env.PATH}:/usr/sbin:/sbin`;

let patience = 1;
let contract;

/** Programs that run under something slow are waited for so many times as long. */
export function bePatient(times) { patience = times; }

/** Waits until fn gives something true, and gives that. what names the wish in the failure. */
export async function until(fn, what, ms = 10000) {
  const end = Date.now() + ms * patience;
  for (;;) {
    const value = await fn();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

class Snug {
  constructor(options) {
    this.options = options;
    this.build = process.env.BUILD || 'release';
    this.dir = mkdtempSync(join(tmpdir(), 'snug-'));
    this.socket = options.beside?.socket ?? join(this.dir, 'redis.sock');
    this.log = join(this.dir, 'log');
    this.programs = join(root, 'build', this.build, 'bin');
    mkdirSync(join(this.dir, 'redis'));
  }

  /** redis-cli with these arguments, or this input; its output without the last newline. */
  redis(...args) {
    const input = typeof args.at(-1) === 'object' ? args.pop().input : undefined;
    return execFileSync('redis-cli', ['-s', this.socket, ...args], { encoding: 'utf8', input, stdio: 'pipe', maxBuffer: 1 << 28 }).trimEnd();
  }

  async startRedis() {
    this.redisServer = spawn('redis-server', ['--port', '0', '--unixsocket', this.socket, '--dir', join(this.dir, 'redis'),
      '--appendonly', 'yes', '--appendfsync', this.options.fsync ?? 'everysec', '--save', '', '--logfile', join(this.dir, 'redis.log')], { stdio: 'ignore', env: { PATH: path } });
    await until(() => { try { return this.redis('ping') === 'PONG'; } catch { return false; } }, 'redis-server');
  }

  async killRedis() {
    this.redisServer.kill('SIGKILL');
    await ended(this.redisServer);
  }

  conf() {
    const file = join(this.dir, 'lighttpd.conf');
    const { fds = 1024 } = this.options;
    writeFileSync(file, `var.bind = "127.0.0.1"
var.port = ${this.port}
var.www = "${root}/www"
var.programs = "${this.options.wrap?.(this) ?? this.programs}"
var.state = "${this.dir}"
var.max_fds = ${fds}
var.max_connections = ${fds / 2}
include "${this.options.hub ? this.elsewhere() : join(root, 'lighttpd.conf')}"
server.systemd-socket-activation = "enable"
${this.options.conf ?? ''}
`);
    return file;
  }

  /** The checkout's lighttpd.conf, with a hub that somebody else starts. */
  elsewhere() {
    const file = join(this.dir, 'elsewhere.conf');
    const conf = readFileSync(join(root, 'lighttpd.conf'), 'utf8');
    writeFileSync(file, conf.replace('"bin-path" => var.programs + "/events.fcgi", "socket" => var.state + "/events.sock",',
      '"socket" => var.state + "/hub.sock",'));
    return file;
  }

  /** What the programs find in their environment. */
  environment() {
    return {
      PATH: path,
      TEST_DIR: this.dir,
      SNUG_CONFIG: '/dev/null',
      SNUG_REDIS: `unix:${this.options.redisSocket?.(this) ?? this.socket}`,
      SNUG_DEMO: this.options.demo === false ? '0' : '1',
      SNUG_FAMILY: '1',
      SNUG_REGISTRATION: 'open',
      SNUG_ARGON2_KIB: '1024',
      SNUG_RUN_DIR: this.dir,
      // Throttles have tests of their own; others log in and send as often as they like.
      ...(this.options.throttles ? {} : {
        SNUG_HASH_SLOTS: '0', SNUG_LOGIN_LIMIT: '0', SNUG_LOGIN_ADDRESS_LIMIT: '0', SNUG_LOGIN_NAME_LIMIT: '0',
        SNUG_REGISTER_LIMIT: '0', SNUG_SEND_LIMIT: '0', SNUG_HOOK_LIMIT: '0', SNUG_ROOM_LIMIT: '0',
      }),
      ASAN_OPTIONS: 'abort_on_error=0:exitcode=99:detect_leaks=1',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
      ...this.options.env,
    };
  }

  async startWeb() {
    await this.options.hub?.(this);
    const server = net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
    await once(server, 'listening');
    this.port = server.address().port;
    this.url = `http://127.0.0.1:${this.port}/`;
    const log = openSync(this.log, 'a');
    this.web = spawn('sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec lighttpd -D -f "$0"', this.conf()], {
      stdio: ['ignore', log, log, server._handle.fd],
      env: this.environment(),
    });
    closeSync(log);
    server.close();
    await until(async () => (await this.client().get('api/health').catch(() => ({}))).status === 200, 'the hub', 20000);
  }

  /** What the programs have said so far. */
  said() {
    return readFileSync(this.log, 'utf8');
  }

  client() {
    return new Client(this);
  }

  /** Every answer that any test gets is held to docs/openapi.yaml, where that has the path. */
  hold(method, target, answer) {
    if (/^Basic /.test(answer.headers['www-authenticate'])) return; // the web server's own: snug never asks for Basic
    contract ??= new Contract();
    const operation = contract.find(method, target);
    if (operation) contract.check(operation, answer, method === 'HEAD');
  }

  /** The programs that run, lighttpd included; only those of this name. */
  processes(name) {
    const read = (pid, what) => { try { return readFileSync(`/proc/${pid}/${what}`, 'utf8'); } catch { return ''; } };
    return readdirSync('/proc').filter((p) => /^\d+$/.test(p)).map(Number)
      .filter((pid) => read(pid, 'environ').split('\0').includes(`TEST_DIR=${this.dir}`)
        && (!name || read(pid, 'comm').trim() === name));
  }

  /** kill -9 for all of them, the web server first; as if the machine went away. */
  async crash() {
    this.web.kill('SIGKILL');
    await ended(this.web);
    for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
  }

  /** Ends everything, and fails when a program was reported by a sanitizer or valgrind. keep leaves the folder. */
  async stop({ keep = false } = {}) {
    this.web?.kill('SIGTERM');
    if (this.web) await ended(this.web);
    await until(() => this.processes().length === 0, 'the programs to end', 15000);
    this.redisServer?.kill('SIGCONT');
    this.redisServer?.kill('SIGTERM');
    if (this.redisServer) await ended(this.redisServer);
    const said = this.said();
    if (!keep) rmSync(this.dir, { recursive: true, force: true });
    if (/Sanitizer|runtime error|^==\d+== /m.test(said)) throw new Error(`a sanitizer or valgrind reported:\n${said.slice(-20000)}`);
  }
}

/** One person with a cookie jar. */
class Client {
  constructor(snug) {
    this.snug = snug;
    this.cookie = '';
  }

  /** A request; body may be a string, bytes, or an object, which is sent as JSON. */
  send(method, target, { body, headers = {} } = {}) {
    const json = body !== undefined && typeof body === 'object' && !Buffer.isBuffer(body);
    const bytes = body === undefined ? undefined : Buffer.from(json ? JSON.stringify(body) : body);
    const all = { ...(json ? { 'content-type': 'application/json' } : {}), ...headers };
    if (this.cookie) all.cookie = this.cookie;
    if (bytes) all['content-length'] = bytes.length;
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.snug.port, method, path: `/${target}`, headers: all, agent: false }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const set = answer.headers['set-cookie']?.[0];
          if (set) this.cookie = set.split(';')[0];
          let value;
          try { value = JSON.parse(text); } catch { value = undefined; }
          const said = { status: answer.statusCode, headers: answer.headers, text, json: value };
          try { this.snug.hold(method, target, said); } catch (error) { reject(error); }
          resolve(said);
        });
      });
      request.on('error', reject);
      request.end(bytes);
    });
  }

  get(target, options) { return this.send('GET', target, options); }

  post(target, body, headers) { return this.send('POST', target, { body, headers }); }

  async login(username, password = 'password123') {
    const answer = await this.post('api/session', { username, password });
    if (answer.status !== 200) throw new Error(`login of ${username}: ${answer.status} ${answer.text}`);
    return this;
  }

  /** Opens a stream; resolves when its first event has come. */
  async stream(target = 'api/events', headers = {}) {
    const stream = new Stream(this, target, headers);
    await stream.next('ready');
    return stream;
  }
}

/** A strict reader of server-sent events. */
class Stream {
  constructor(client, target, headers) {
    this.events = [];
    this.ended = false;
    let rest = '';
    this.request = http.get({ host: '127.0.0.1', port: client.snug.port, path: `/${target}`, headers: { cookie: client.cookie, ...headers }, agent: false }, (answer) => {
      this.status = answer.statusCode;
      answer.setEncoding('utf8');
      answer.on('data', (text) => {
        rest += text;
        const blocks = rest.split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) this.take(block);
      });
      answer.on('close', () => { this.ended = true; });
    });
    this.request.on('error', () => { this.ended = true; });
  }

  take(block) {
    const event = { type: 'message' };
    for (const line of block.split('\n')) {
      const [, name, value] = /^([a-z]*):? ?(.*)$/.exec(line);
      if (name === 'event') event.type = value;
      if (name === 'id') event.id = value;
      if (name === 'data') event.data = JSON.parse(value);
    }
    this.events.push(event);
  }

  /** The first event of this type that fits and was not given yet. */
  async next(type, fits = () => true, ms = 5000) {
    let at;
    await until(() => {
      at = this.events.findIndex((e) => !e.given && e.type === type && fits(e.data));
      if (at < 0 && this.ended) throw new Error(`the stream ended (${this.status}) before a ${type}`);
      return at >= 0;
    }, `an event ${type}`, ms);
    this.events[at].given = true;
    return this.events[at];
  }

  close() {
    this.request.destroy();
  }
}

/**
 * Starts one. { demo: false }: without the demo data; { keys: file }: with redis-cli lines loaded first;
 * { env }: more settings; { throttles: true }: limits as they are by default; { fds }: what lighttpd may open; { conf }: more lines for lighttpd;
 * { fsync: 'always' }: Redis answers when its disk has it; { wrap: (snug) => folder }: other programs of the same names;
 * { redisSocket: (snug) => path }: where the programs look for Redis; { beside: snug }: no Redis of its own, but that one's;
 * { hub: async (snug) => {} }: starts a hub that listens on DIR/hub.sock, instead of lighttpd.
 */
export async function start(options = {}) {
  const snug = new Snug(options);
  try {
    if (!options.beside) await snug.startRedis();
    if (options.keys) snug.redis({ input: readFileSync(options.keys) });
    await snug.startWeb();
  } catch (error) {
    const said = (() => { try { return snug.said(); } catch { return ''; } })();
    await snug.stop().catch(() => {});
    throw new Error(`${error.message}\n${said}`);
  }
  return snug;
}
