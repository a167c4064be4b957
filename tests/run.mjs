// Runs the suites that are named on the command line, one after the other, and counts their tests:
//   node tests/run.mjs lint unit store integration reliability browser asan fuzz
// What passes is a line; what fails is shown whole. A failing suite does not keep the next from running.
// A file or suite that runs no test has failed, and so has a skipped test. The last line is
// "N passed, N failed".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = process.env.BUILD || 'release';
const fuzzSeconds = Number(process.env.FUZZ_SECONDS || 30);
const cpus = availableParallelism();
const proofOptions = (process.env.RELIABILITY ?? '').split(' ').filter(Boolean); // --full, --seed=N, …
const longest = 10 * 60 * 1000; // ms that one command may take
const total = { passed: 0, failed: 0 };

// Of the make that called us, its variables (WERROR=1) are handed on, and its job server is not.
const variables = / -- .*/.exec(process.env.MAKEFLAGS ?? '')?.[0] ?? '';
const environment = { ...process.env, MAKEFLAGS: variables, MAKELEVEL: '' };
// Settings of whoever calls are not the tests'.
for (const name of Object.keys(environment)) if (name.startsWith('SNUG_')) delete environment[name];

/** A command in the checkout's root; what it said, both streams as they came. */
function run(command, args, env = {}, timeout = longest) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root, env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (some) => { text += some; });
    }
    child.on('error', (error) => resolve({ ok: false, text: `${command}: ${error.message}` }));
    child.on('close', (status, signal) => {
      if (signal) text += `\n${command} was ended by ${signal}`;
      resolve({ ok: status === 0, text });
    });
  });
}

/** Says how a file or check went, and counts it. text is what it said. */
function count(name, began, passed, failed, text) {
  total.passed += passed;
  total.failed += failed;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${failed ? 'not ok' : 'ok'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
  if (failed) console.log(text.trimEnd());
}

/** A command that is one test by itself. */
async function check(name, command, args, env) {
  const began = Date.now();
  const { ok, text } = await run(command, args, env);
  count(name, began, ok ? 1 : 0, ok ? 0 : 1, text);
  return ok;
}

/** Builds targets; only a failure is counted. */
async function make(variant, ...targets) {
  const began = Date.now();
  const { ok, text } = await run('make', ['--no-print-directory', `-j${cpus}`, `BUILD=${variant}`, ...targets]);
  if (!ok) count(`make BUILD=${variant} ${targets.join(' ')}`, began, 0, 1, text);
  return ok;
}

/** The files below folder that fit, sorted; packages of npm are not ours. */
function list(folder, pattern, at = folder) {
  if (!existsSync(join(root, at))) return [];
  return readdirSync(join(root, at), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(at, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : list(folder, pattern, path);
      return pattern.test(entry.name) ? [path] : [];
    });
}

const matches = (text, pattern) => (text.match(pattern) ?? []).length;

/** A test program that speaks TAP, counted. One that dies, skips, or runs nothing has failed. */
async function tap(name, command, args, env, tally) {
  const began = Date.now();
  const { ok, text } = await run(command, args, env);
  const { passed, failed } = tally(text);
  count(name, began, passed, failed || (ok && passed ? 0 : 1), text);
}

/** cmocka: a line for each test. */
function cmocka(text) {
  const skipped = matches(text, /^ok .*# skip/gim);
  return { passed: matches(text, /^ok /gm) - skipped, failed: matches(text, /^not ok /gm) + skipped };
}

/** node's runner: totals at the end. */
function nodeTotals(text) {
  const of = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { passed: of('pass'), failed: of('fail') + of('cancelled') + of('skipped') + of('todo') };
}

async function cSuite(files, variant) {
  if (!await make(variant, 'tests')) return;
  for (const file of files) {
    const program = `build/${variant}/${file.replace(/\.c$/, '')}`;
    await tap(`${file} (${variant})`, program, [], { CMOCKA_MESSAGE_OUTPUT: 'TAP' }, cmocka);
  }
}

/** One file at a time: each starts servers of its own. */
async function nodeSuite(files, variant) {
  if (!await make(variant, 'programs', 'load')) return;
  for (const file of files) {
    await tap(`${file} (${variant})`, 'node', ['--test', '--test-reporter=tap', file], { BUILD: variant }, nodeTotals);
  }
}

/** A program that bounds its own time, and whose line of figures is shown in any case. */
async function proof(file) {
  const began = Date.now();
  const { ok, text } = await run('node', [file, ...proofOptions], { BUILD: build }, 0);
  count(`${file} (${build})`, began, ok ? 1 : 0, ok ? 0 : 1, text);
  if (ok) console.log(text.trimEnd());
}

/** One fuzz target on its corpus; what it finds new stays in build/. */
async function fuzz(file) {
  const name = basename(file, '.c').replace('fuzz_', '');
  const found = `build/fuzz/corpus/${name}`;
  mkdirSync(join(root, found), { recursive: true });
  await check(`${file}, ${fuzzSeconds} s`, `build/fuzz/tests/fuzz/fuzz_${name}`, [
    `-max_total_time=${fuzzSeconds}`, '-timeout=10', `-artifact_prefix=build/fuzz/${name}-`, '-verbosity=0',
    '-print_final_stats=1', found, `tests/fuzz/corpus/${name}`,
  ]);
}

/** Does each file, n at a time. */
async function shared(files, n, each) {
  const work = async () => { while (files.length) await each(files.shift()); };
  await Promise.all(Array.from({ length: n }, work));
}

const unit = () => list('tests/unit', /^test_.*\.c$/);
const store = () => list('tests/store', /^test_.*\.c$/);
const integration = () => list('tests/integration', /\.test\.mjs$/);

const suites = {
  async lint() {
    await check('the programs and tests build without a warning (gcc)', 'make', [`-j${cpus}`, 'WERROR=1', 'programs', 'tests']);
    await check('the programs and tests build without a warning (clang)', 'make',
      [`-j${cpus}`, 'WERROR=1', 'CC=clang', 'B=build/clang', 'programs', 'tests']);
    for (const file of list('tests/lint', /\.sh$/)) await check(file, 'sh', [file]);
  },
  unit: () => cSuite(unit(), build),
  store: () => cSuite(store(), build),
  integration: () => nodeSuite(integration(), build),
  async reliability() {
    if (!await make(build, 'programs', 'load')) return;
    // Short forms hold nothing to a time of the machine's, and wait more than they work.
    await shared(list('tests/reliability', /^\d\d-.*\.mjs$/), proofOptions.includes('--full') ? 1 : cpus, proof);
  },
  browser: () => nodeSuite(list('tests/browser', /\.test\.mjs$/), build),
  async asan() {
    await cSuite([...unit(), ...store()], 'asan');
    await nodeSuite(integration(), 'asan');
  },
  async fuzz() {
    if (!await make('fuzz', 'fuzzers')) return;
    await shared(list('tests/fuzz', /^fuzz_.*\.c$/), cpus, fuzz);
  },
};

for (const name of process.argv.slice(2)) {
  const before = total.passed + total.failed;
  console.log(`# ${name}`);
  if (suites[name]) await suites[name]();
  if (total.passed + total.failed === before) count(name, Date.now(), 0, 1, 'this suite ran no test');
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
