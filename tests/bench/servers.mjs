// What fans out, for tests/bench/fanout.mjs: snug, the ceiling, and Nchan with Redis. Each is started afresh and gives
// { port, args: for the load client, people(n, file): its --people file, watch: { name: [pid…] }, rest(): when nothing is left
// to do of what was, stop() }.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, start, until } from '../support/harness.mjs';
import { people, writePeople } from '../support/people.mjs';

export const build = join(root, 'build', process.env.BUILD || 'release');
const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const path = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Descriptors that a process here may have; lighttpd's number has 16 bits. */
export const descriptors = Math.min(65535, Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString().replace('unlimited', '65535')));

/** Streams that lighttpd carries: two descriptors each, of nine tenths of its limit; some are left for senders. */
export const mostStreams = Math.floor((0.9 * descriptors) / 2) - 100;

/** lighttpd with the checkout's lighttpd.conf, and all programs of snug behind it. */
const lighttpd = (conf) => start({ fds: descriptors, conf, env: { SNUG_MAX_STREAMS: String(Math.min(60000, mostStreams + 100)), SNUG_LOG_LEVEL: 'warn' } });

async function snug() {
  const server = await lighttpd();
  const watch = { lighttpd: [server.web.pid], redis: [server.redisServer.pid] };
  watch.hub = server.processes('events.fcgi');
  watch.messages = server.processes('messages.fcgi');
  return {
    port: server.port, args: [], watch,
    people: (n, file) => writePeople(file, people(server, n)),
    rest: () => until(() => server.redis('SCARD', 'online_users') === '0', 'everybody to be offline', 60000),
    stop: () => server.stop(),
  };
}

const nobodies = (n, file) => writeFileSync(file, '\t0\n'.repeat(n));

/** tests/bench/ceiling.c where the hub stands. */
async function ceiling() {
  const server = await lighttpd(`
$HTTP["url"] == "/api/ceiling" {
  fastcgi.server = ("/api/" => ((
    "bin-path" => "${build}/tests/bench/ceiling", "socket" => var.state + "/ceiling.sock",
    "max-procs" => 1, "check-local" => "disable", "listen-backlog" => 4096, "tcp-fin-propagate" => "enable"
  )))
  server.stream-response-body = 2
}
`);
  return {
    port: server.port,
    args: ['--path', '/api/ceiling', '--pub-path', '/api/ceiling', '--body', 'event'],
    watch: { lighttpd: [server.web.pid], ceiling: server.processes('ceiling') },
    people: nobodies,
    rest: () => {},
    stop: () => server.stop(),
  };
}

const nginxConf = ({ dir, port, redis }) => `
load_module ${nchanModule};
daemon off;
pid ${dir}/pid;
user root;
worker_processes 1;
worker_rlimit_nofile ${descriptors};
events { worker_connections ${descriptors - 100}; use epoll; }
http {
  access_log off;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  keepalive_requests 1000000;
  nchan_shared_memory_size 512m;
  upstream redis { nchan_redis_server redis://127.0.0.1:${redis}; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /pub { nchan_publisher http; nchan_channel_id room; nchan_redis_pass redis; nchan_message_buffer_length 256; }
    location = /sub { nchan_subscriber eventsource; nchan_channel_id room; nchan_redis_pass redis; nchan_subscriber_first_message newest; }
  }
}
`;

/** A listening socket of ours, and its port. */
async function listening() {
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  return server;
}

async function isAnswered(port) {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const childrenOf = (parent) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try { return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === parent; } catch { return false; }
}).map(Number);

async function end(child, signal) {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Debian's nginx with one worker; it takes its listening socket over, as in an upgrade of itself. */
async function nchan() {
  const dir = mkdtempSync(join(tmpdir(), 'nchan-'));
  const [web, free] = [await listening(), await listening()];
  const [port, redis] = [web.address().port, free.address().port];
  free.close();
  const store = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(redis), '--dir', dir, '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore', env: { PATH: path } });
  await until(() => isAnswered(redis), 'redis-server');
  writeFileSync(join(dir, 'nginx.conf'), nginxConf({ dir, port, redis }));
  const nginx = spawn('nginx', ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')],
    { stdio: ['ignore', 'ignore', 'ignore', web._handle.fd], env: { PATH: path, NGINX: '3;' } });
  web.close();
  await until(() => childrenOf(nginx.pid).length > 0, 'nginx');
  return {
    port,
    args: ['--path', '/sub', '--pub-path', '/pub', '--body', 'event', '--head-is-ready'],
    watch: { nginx: childrenOf(nginx.pid), redis: [store.pid] },
    people: nobodies,
    rest: () => {},
    stop: async () => {
      await end(nginx, 'SIGTERM');
      await end(store, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** By name; what is not installed is left out. */
export const servers = { snug, ceiling, ...(existsSync(nchanModule) ? { nchan } : {}) };
