// Runs the suites that are named on the command line, one after the other, and counts their tests:
//   node tests/run.mjs lint unit store integration browser asan fuzz
// Every suite's output is shown as it is. A suite that runs no test has failed. The last line is
// "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = process.env.SNUG_BUILD || 'release';
const fuzzSeconds = Number(process.env.FUZZ_SECONDS || 30);
const total = { passed: 0, failed: 0 };

function run(command, args, env = {}) {
  const out = spawnSync(command, args, {
    cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env },
  });
  const text = `${out.stdout ?? ''}${out.stderr ?? ''}`;
  return { ok: out.status === 0, text, status: out.status ?? out.signal ?? out.error?.code };
}

function make(variant, ...targets) {
  const { ok, text } = run('make', [`BUILD=${variant}`, ...targets]);
  if (!ok) console.log(text);
  return ok;
}

function list(folder, pattern) {
  const at = join(root, folder);
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true }).map(String).filter((f) => pattern.test(f)).sort()
    .map((f) => join(folder, f));
}

/** Counts one result and says so. */
function count(name, passed, failed, text = '') {
  total.passed += passed;
  total.failed += failed;
  console.log(`${failed ? 'not ok' : 'ok'} ${name}: ${passed} passed, ${failed} failed`);
  if (failed) console.log(text);
}

/** A cmocka program, counted by its TAP lines. One that dies before its end has a failed test. */
function cmocka(file, variant) {
  const program = `build/${variant}/${file.replace(/\.c$/, '')}`;
  const { ok, text } = run(program, [], { CMOCKA_MESSAGE_OUTPUT: 'TAP' });
  const passed = (text.match(/^ok /gm) ?? []).length;
  const failed = (text.match(/^not ok /gm) ?? []).length;
  count(`${file} (${variant})`, passed, failed || (ok && passed ? 0 : 1), text);
}

function cSuite(files, variant) {
  if (!make(variant, 'tests')) return count(`the C tests build (${variant})`, 0, 1);
  for (const file of files) cmocka(file, variant);
}

/** node's own runner, counted by its TAP totals. */
function nodeSuite(files, variant) {
  if (!make(variant, 'programs')) return count(`the programs build (${variant})`, 0, 1);
  for (const file of files) {
    const { ok, text } = run('node', ['--test', '--test-reporter=tap', file], { SNUG_BUILD: variant });
    const passed = Number(/^# pass (\d+)/m.exec(text)?.[1] ?? 0);
    const failed = Number(/^# fail (\d+)/m.exec(text)?.[1] ?? 0);
    count(`${file} (${variant})`, passed, failed || (ok && passed ? 0 : 1), text);
  }
}

const unit = () => list('tests/unit', /test_.*\.c$/);
const store = () => list('tests/store', /test_.*\.c$/);
const integration = () => list('tests/integration', /\.test\.mjs$/);

const suites = {
  lint() {
    for (const file of list('tests/lint', /\.sh$/)) {
      const { ok, text } = run('sh', [file]);
      count(file, ok ? 1 : 0, ok ? 0 : 1, text);
    }
    for (const cc of ['gcc', 'clang']) {
      const { ok, text } = run('make', [`CC=${cc}`, 'WERROR=1', `B=build/${cc}-werror`, 'programs', 'tests']);
      count(`everything compiles without a warning (${cc})`, ok ? 1 : 0, ok ? 0 : 1, text);
    }
  },
  unit: () => cSuite(unit(), build),
  store: () => cSuite(store(), build),
  integration: () => nodeSuite(integration(), build),
  browser: () => nodeSuite(list('tests/browser', /^[^/]*\.test\.mjs$/), build),
  asan() {
    cSuite([...unit(), ...store()], 'asan');
    nodeSuite(integration(), 'asan');
  },
  fuzz() {
    if (!make('fuzz', 'fuzzers')) return count('the fuzz targets build', 0, 1);
    for (const file of list('tests/fuzz', /^fuzz_.*\.c$/)) {
      const name = basename(file, '.c').replace('fuzz_', '');
      const found = `build/fuzz/corpus/${name}`;
      mkdirSync(join(root, found), { recursive: true });
      const { ok, text } = run(`build/fuzz/tests/fuzz/fuzz_${name}`,
        [`-max_total_time=${fuzzSeconds}`, '-timeout=10', '-print_final_stats=1', found, `tests/fuzz/corpus/${name}`]);
      count(`fuzz_${name}, ${fuzzSeconds} s`, ok ? 1 : 0, ok ? 0 : 1, text.slice(-4000));
    }
    return undefined;
  },
};

for (const name of process.argv.slice(2)) {
  const before = total.passed + total.failed;
  console.log(`# ${name}`);
  if (!suites[name]) count(`a suite of the name ${name}`, 0, 1);
  else suites[name]();
  if (total.passed + total.failed === before) count(`${name} ran no test`, 0, 1);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
