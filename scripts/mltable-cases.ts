/**
 * Holds what our readers make of MLTables against what the `mltable` library (PyPI) makes of them.
 * `node scripts/mltable-cases.ts` counts, and lists what differs;
 * `node scripts/mltable-cases.ts --record PYTHON` asks the library first, in a Python that has it, and writes what it says to test/cases/mltable/recorded.json;
 * `--accept` writes what we give instead, where that differs, to differences.json. Each difference has its reason there, a row of docs/data.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Differences, Outcome } from '../test/cases/mltable/case.ts';
import { differences as known, mltableCases } from '../test/cases/mltable/index.ts';
import { comparable, layOut, planCase, readInTypeScript } from '../test/support/mltable-cases.ts';

const { values } = parseArgs({ options: { record: { type: 'string' }, accept: { type: 'boolean', default: false } } });
const home = join(import.meta.dirname, '..');
const files = join(home, 'test/cases/mltable');
const folder = mkdtempSync(join(tmpdir(), 'mltable-'));
const roots = new Map(mltableCases.map(({ name }, index) => [name, join(folder, String(index))] as const));
for (const one of mltableCases) await layOut(one, roots.get(one.name) ?? '');

if (values.record !== undefined) writeJson('recorded.json', record(values.record));
const recorded: Readonly<Record<string, Outcome>> = readJson('recorded.json');
const differences: Record<string, Differences[string]> = {};
const reasons = new Map<string, number>();
for (const { name } of mltableCases) {
  const root = roots.get(name) ?? '';
  const planned = await planCase(root, `${root}.scratch`);
  const ours = 'error' in planned ? planned : await readInTypeScript(planned, root);
  const library = recorded[name] ?? { error: 'not recorded' };
  if (isDeepStrictEqual(comparable(ours), comparable(library))) continue;
  const why = known[name]?.why ?? '';
  reasons.set(why, (reasons.get(why) ?? 0) + 1);
  differences[name] = { why, gives: 'error' in ours ? { error: ours.error.replaceAll(root, '<root>').slice(0, 120) } : ours };
  if (why === '') console.log(`${name}\n  library: ${JSON.stringify(library)}\n  we:      ${JSON.stringify(ours)}`);
}
if (values.accept) writeJson('differences.json', differences);
rmSync(folder, { recursive: true });
const count = Object.keys(differences).length;
const unexplained = reasons.get('') ?? 0;
console.log(
  `${mltableCases.length - count} of ${mltableCases.length} alike, ${count - unexplained} differ for a reason, ${unexplained} without one.`,
);
for (const [why, number] of [...reasons].sort(([, one], [, other]) => other - one)) console.log(`${String(number).padStart(4)}  ${why}`);
process.exit(unexplained === 0 ? 0 : 1);

function record(python: string): Readonly<Record<string, Outcome>> {
  const { stdout, status } = spawnSync(python, [join(home, 'scripts/record_mltable.py')], {
    input: [...roots].map((one) => `${JSON.stringify(one)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
  if (status !== 0) throw new Error(`${python} ended with ${status}; does it have mltable, azureml-dataprep, pandas and pyarrow?`);
  return Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

function readJson(name: string) {
  return JSON.parse(readFileSync(join(files, name), 'utf8'));
}

/** A case a line. */
function writeJson(name: string, entries: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(entries).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  writeFileSync(join(files, name), `{\n${lines.join(',\n')}\n}\n`);
}
