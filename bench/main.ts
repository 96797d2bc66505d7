/** `npm run bench [-- CASE … --repeat N --scale F --json FILE]`: how fast and how big, each figure beside its yardstick. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cluster } from './cases/cluster.ts';
import { csv } from './cases/csv.ts';
import { environment } from './cases/environment.ts';
import { farTable } from './cases/far-table.ts';
import { groups } from './cases/groups.ts';
import { million } from './cases/million.ts';
import { nap } from './cases/nap.ts';
import { noop } from './cases/noop.ts';
import { parquet } from './cases/parquet.ts';
import { startup } from './cases/startup.ts';
import { stores } from './cases/stores.ts';
import { spreadOf } from './measure.ts';
import { machine, table } from './report.ts';
import type { Bench, BenchCase, Contest, Result, Target } from './types.ts';

const cases: readonly BenchCase[] = [startup, environment, noop, nap, csv, parquet, million, stores, farTable, groups, cluster];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repeat: { type: 'string' }, scale: { type: 'string', default: '1' }, json: { type: 'string' }, help: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !cases.some((one) => one.name === name));
if (values.help === true || unknown.length > 0) {
  process.stderr.write(
    `${unknown.map((name) => `There is no case ${name}.\n`).join('')}Cases: ${cases.map(({ name, about }) => `\n  ${name.padEnd(11)} ${about}`).join('')}\n`,
  );
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  await main(cases.filter(({ name }) => positionals.length === 0 || positionals.includes(name)));
}

async function main(chosen: readonly BenchCase[]): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'parallelrun-bench-'));
  const python = interpreter();
  const results: Result[] = [];
  try {
    for (const one of chosen) {
      const bench: Bench = { folder: join(root, one.name), python, scale: Number(values.scale), say };
      mkdirSync(bench.folder);
      say(`${one.name}: ${one.about}`);
      for (const contest of await one.prepare(bench)) {
        results.push(await measure(one, contest));
      }
      rmSync(bench.folder, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const record = { when: new Date().toISOString(), scale: Number(values.scale), machine: machine(python), results };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(record, undefined, 2)}\n`);
  const { processor, cores, memoryGigabytes, system, node, python: version } = record.machine;
  process.stdout.write(
    `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}, Python ${version}\n\n${table(results)}\n`,
  );
}

async function measure(one: BenchCase, contest: Contest): Promise<Result> {
  const ours: number[] = [];
  const yardsticks = (contest.yardsticks ?? []).map((yardstick) => ({ ...yardstick, samples: [] as number[] }));
  const repeat = Number(values.repeat ?? contest.repeat ?? one.repeat);
  for (let i = 0; i < repeat; i++) {
    ours.push(await contest.ours());
    for (const { measure, samples } of yardsticks) samples.push(await measure());
    const theirs = yardsticks.map(({ samples }) => samples[i]?.toPrecision(4)).join(', ');
    say(
      `  ${contest.name}, ${i + 1} of ${repeat}: ${ours[i]?.toPrecision(4)} ${contest.unit}${theirs === '' ? '' : `, yardstick ${theirs}`}`,
    );
  }
  const { median } = spreadOf(ours);
  return {
    case: one.name,
    name: contest.name,
    unit: contest.unit,
    better: contest.better,
    ours: spreadOf(ours),
    yardsticks: yardsticks.map(({ name, factor, samples }) => {
      const spread = spreadOf(samples);
      return { name, ...spread, ...(factor !== undefined && { target: reach(contest, median, factor * spread.median, `${factor} ×`) }) };
    }),
    ...(contest.limit !== undefined && { target: reach(contest, median, contest.limit, String(contest.limit)) }),
  };
}

function reach({ better }: Contest, ours: number, bound: number, text: string): Target {
  return { text: `${better === 'more' ? '≥' : '≤'} ${text}`, reached: better === 'more' ? ours >= bound : ours <= bound };
}

function interpreter(): string {
  const own = join(import.meta.dirname, '..', '.venv', 'bin', 'python');
  return process.env.PARALLELRUN_PYTHON ?? (existsSync(own) ? own : 'python3');
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
