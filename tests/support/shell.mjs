// The snug command, run as from a shell: with a standard input, or at a terminal of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './harness.mjs';

/** Runs it; what it said and its exit status. options: { input, env }. */
export async function command(snug, args, { input = '', env = {} } = {}) {
  const child = spawn(join(snug.programs, 'snug'), args, { env: { ...snug.environment(), ...env }, stdio: 'pipe' });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => { said.out += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { said.err += text; });
  child.stdin.on('error', () => {}); // a command that needs no input does not read it
  child.stdin.end(input);
  const [status, signal] = await once(child, 'close');
  return { ...said, status, signal };
}

/** The document that it answers; fails where it fails. */
export async function answer(snug, args, options) {
  const { out, err, status } = await command(snug, [...args, '--json'], options);
  if (status !== 0) throw new Error(`snug ${args.join(' ')}: ${status} ${err}`);
  return JSON.parse(out);
}

/** A shell line at a terminal, which script(1) makes; $SNUG is the command. */
export class Terminal {
  constructor(snug, line) {
    this.text = '';
    this.child = spawn('script', ['-q', '-e', '-E', 'always', '-c', line, '/dev/null'],
      { env: { ...snug.environment(), SNUG: join(snug.programs, 'snug'), SHELL: '/bin/sh' }, stdio: 'pipe' });
    this.child.stdout.setEncoding('utf8').on('data', (text) => { this.text += text; });
    this.ended = once(this.child, 'close').then(([status]) => status);
  }

  /** Waits until the terminal shows this. */
  shows(text) {
    return until(() => this.text.includes(text), `the terminal to show "${text}", not ${JSON.stringify(this.text)}`);
  }

  type(text) { this.child.stdin.write(text); }
}
