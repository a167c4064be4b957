// What tests/bench/fanout.mjs found, as tables for docs/BENCHMARKS.md and as a plot.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const titles = { snug: 'snug', ceiling: 'ceiling', nchan: 'Nchan' };
const colours = { snug: '#2563a8', ceiling: '#9aa5b1', nchan: '#c4722d' };

const total = (numbers) => Object.values(numbers).reduce((a, b) => a + b, 0);
const cpu = (found) => total(found.cpu_us);

function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Every load at every size: of(server, pick) and ratio(server, other, pick) are medians over its rounds. */
function cells(run) {
  const sizes = [...new Set(run.rounds.map((round) => round.streams))].sort((a, b) => a - b);
  return run.loads.flatMap((load) => sizes.map((streams) => {
    const rounds = run.rounds.filter((round) => round.streams === streams).map(({ results }) => results);
    return {
      load, streams,
      of: (server, pick) => median(rounds.map((results) => pick(results[server][load]))),
      sum: (server, pick) => rounds.reduce((sum, results) => sum + pick(results[server][load]), 0),
      ratio: (pick) => median(rounds.map((results) => pick((server) => results[server][load]))),
    };
  }));
}

const rounded = (n) => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));
const short = (n) => (n >= 1e6 ? `${(n / 1e6).toFixed(2)}M` : n >= 1e4 ? `${(n / 1e3).toFixed(0)}k` : n >= 1e3 ? `${(n / 1e3).toFixed(1)}k` : rounded(n));

function lay(head, rows, words) {
  const rule = head.map((_, i) => (i < words ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Deliveries, and how they compare. */
function rates(run, all) {
  const others = run.servers.filter((name) => name !== 'snug');
  const compared = run.servers.includes('snug') ? others : [];
  const head = ['load', 'streams', ...run.servers.map((name) => `${titles[name]}/s`),
    ...compared.map((name) => `of ${titles[name]}`), ...compared.map((name) => `of ${titles[name]}, by CPU`)];
  return lay(head, all.map(({ load, streams, of, ratio }) => [load, streams,
    ...run.servers.map((name) => short(of(name, (r) => r.per_second))),
    ...compared.map((name) => ratio((r) => r('snug').per_second / r(name).per_second).toFixed(2)),
    ...compared.map((name) => ratio((r) => cpu(r(name)) / cpu(r('snug'))).toFixed(2))]), 1);
}

function latencies(run, all) {
  const head = ['load', 'streams', ...run.servers.flatMap((name) => [`${titles[name]} p50 ms`, 'p99', 'lost'])];
  return lay(head, all.map(({ load, streams, of, sum }) => [load, streams, ...run.servers.flatMap((name) => [
    rounded(of(name, (r) => r.p50_ms)), rounded(of(name, (r) => r.p99_ms)), sum(name, (r) => r.lost)])]), 1);
}

/** What each process needs: CPU of a delivery, memory in the end. */
function processes(run, all) {
  const rows = all.flatMap(({ load, streams, of }) => run.servers.map((server) => {
    const names = Object.keys(run.rounds[0].results[server][load].cpu_us);
    const each = (pick, show) => names.map((name) => `${name} ${show(of(server, (r) => pick(r)[name]))}`).join(', ');
    return [load, titles[server], streams, rounded(of(server, cpu)), each((r) => r.cpu_us, rounded),
      each((r) => r.rss_kib, (kib) => (kib / 1024).toFixed(0))];
  }));
  return lay(['load', 'server', 'streams', 'us a delivery', 'of which', 'MiB resident'], rows, 2);
}

/** What an open stream costs where nothing is sent: the first load finds the servers fresh. */
function idle(run) {
  const fresh = cells({ ...run, loads: run.loads.slice(0, 1) });
  const rows = fresh.flatMap(({ streams, of }) => run.servers.map((server) => {
    const front = (r) => r.idle_kib.lighttpd ?? r.idle_kib.nginx;
    const hub = (r) => r.idle_kib.hub ?? r.idle_kib[server] ?? 0;
    return [titles[server], streams, of(server, front).toFixed(2), of(server, hub).toFixed(2),
      of(server, (r) => front(r) + hub(r)).toFixed(2)];
  }));
  return lay(['server', 'streams', 'web server KiB a stream', 'hub', 'together'], rows, 1);
}

function words({ about, rounds }) {
  const busy = rounds.flatMap(({ results }) => Object.values(results).flatMap((loads) => Object.values(loads).map((r) => r.others)));
  const times = rounds.filter((round) => round.streams === rounds[0].streams).length;
  return `${about.date}, ${about.cores} cores, ${about.pinned ? 'all servers on one of them, the load client on the other' : 'nothing pinned'}; `
    + `${times} round${times > 1 ? 's' : ''} of ${about.seconds} s a load. Load average before: ${about.load.toFixed(1)}; others took `
    + `${median(busy).toFixed(2)} cores in the median, ${Math.max(...busy).toFixed(2)} at most.`;
}

export function table(run) {
  const all = cells(run);
  return [rates(run, all), latencies(run, all), processes(run, all), idle(run), words(run)].join('\n\n');
}

/** A panel: bars in groups, one group a size, one bar a server; its highest value takes the whole height. */
function panel(run, all, { title, load, pick, show, x, y }) {
  const [width, height] = [380, 150];
  const groups = all.filter((cell) => cell.load === load);
  const most = Math.max(...groups.flatMap((cell) => run.servers.map((name) => cell.of(name, pick))));
  const step = width / groups.length;
  const bar = (step - 14) / run.servers.length;
  const bars = groups.flatMap((cell, g) => run.servers.map((name, s) => {
    const value = cell.of(name, pick);
    const tall = most > 0 ? (value / most) * height : 0;
    const left = x + g * step + 7 + s * bar;
    const top = y + height - tall;
    return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${(bar - 2).toFixed(1)}" height="${tall.toFixed(1)}" fill="${colours[name]}"/>`
      + `<text x="${(left + bar / 2 - 1).toFixed(1)}" y="${(top - 3).toFixed(1)}" class="n">${show(value)}</text>`;
  }));
  const labels = groups.map((cell, g) => `<text x="${(x + (g + 0.5) * step).toFixed(1)}" y="${y + height + 15}" class="n">${cell.streams}</text>`);
  return [`<text x="${x}" y="${y - 20}" class="t">${title}</text>`, ...bars,
    `<path d="M${x} ${y + height}h${width}" stroke="#52606d"/>`, ...labels].join('\n');
}

export function plot(run) {
  const all = cells(run);
  const panels = run.loads.map((load, i) => ({
    title: load.includes('flight') ? `${load}: deliveries a second` : `${load}: p99, ms`,
    load,
    pick: load.includes('flight') ? (r) => r.per_second : (r) => r.p99_ms,
    show: load.includes('flight') ? short : rounded,
    x: 20 + (i % 2) * 410,
    y: 80 + (i >> 1) * 220,
  }));
  const legend = run.servers.map((name, i) => `<rect x="${20 + i * 110}" y="14" width="12" height="12" fill="${colours[name]}"/>`
    + `<text x="${37 + i * 110}" y="24" class="l">${titles[name]}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 480" font-family="sans-serif" role="img">
<title>Deliveries a second by streams and load, for ${run.servers.map((name) => titles[name]).join(', ')}</title>
<style>text{fill:#1f2933}.t{font-size:13px;font-weight:bold}.l{font-size:12px}.n{font-size:9px;text-anchor:middle}</style>
<rect width="820" height="480" fill="#fff"/>
${[...legend, ...panels.map((one) => panel(run, all, one))].join('\n')}
<text x="800" y="470" class="n" style="text-anchor:end">streams</text>
</svg>
`;
}

/** Puts the tables between their marks in folder/BENCHMARKS.md, the plot into folder/img/. */
export function writeDocs(folder, run) {
  const file = join(folder, 'BENCHMARKS.md');
  const [open, close] = ['<!-- bench-fanout -->', '<!-- /bench-fanout -->'];
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`${file} has no place between ${open} and ${close}`);
  mkdirSync(join(folder, 'img'), { recursive: true });
  writeFileSync(join(folder, 'img', 'fanout.svg'), plot(run));
  writeFileSync(file, `${text.slice(0, from)}${open}\n\n![deliveries a second](img/fanout.svg)\n\n${table(run)}\n\n${text.slice(to)}`);
}
