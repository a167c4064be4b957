// Many people at once: their accounts and sessions are written straight into the private Redis, as
// docs/SCHEMA.md has them, since ten thousand registrations are ten thousand password hashes.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const lives = 30 * 24 * 3600; // seconds of a session

/**
 * Registers n people, who are logged in and can never log in again: [{ id, username, cookie, rooms }].
 * rooms(i) lists the public rooms of the i-th besides General; rooms that are new are made.
 */
export function people(snug, n, { rooms = () => [], prefix = 'load' } = {}) {
  const first = Number(snug.redis('GET', 'total_users') || 0) + 1;
  const now = Math.floor(Date.now() / 1000);
  const made = [];
  const commands = [];
  for (let i = 0; i < n; i += 1) {
    const id = String(first + i);
    const username = `${prefix}${id}`;
    const token = randomBytes(32).toString('base64url');
    const sha256 = createHash('sha256').update(token).digest('hex');
    const more = rooms(i).map(String).filter((room) => room !== '0');
    const session = `snug:session:${sha256}`;
    commands.push(
      `SET username:${username} user:${id}`, `HSET user:${id} username ${username} password !`,
      `SADD user:${id}:rooms ${['0', ...more].join(' ')}`, `HSET snug:names ${username.toLowerCase()} ${id}`,
      `HSET ${session} user ${id} created ${now} seen ${now} ip 127.0.0.1 agent load`, `EXPIRE ${session} ${lives}`,
      `SADD snug:user:${id}:sessions ${sha256}`);
    made.push({ id, username, cookie: `snug_session=${token}`, rooms: ['0', ...more] });
  }
  for (const room of new Set(made.flatMap((p) => p.rooms))) commands.push(`SETNX room:${room}:name Room${room}`);
  commands.push(`SET total_users ${first + n - 1}`, `SET snug:named ${first + n - 1}`);
  execFileSync('redis-cli', ['-s', snug.socket, '--pipe'], { input: commands.map((c) => `${c}\r\n`).join(''), stdio: ['pipe', 'ignore', 'inherit'] });
  return made;
}

/** Writes the --people file of the load client; of(person) lists the rooms that are expected on the stream. */
export function writePeople(file, all, of = (person) => person.rooms) {
  writeFileSync(file, all.map((person) => `${person.cookie}\t${of(person).join(',')}\n`).join(''));
}
