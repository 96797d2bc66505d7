/**
 * Rubbish by the million: `npm run fuzz -- [TARGET …] [--seconds S | --runs N] [--seed S]`. Without names all targets take turns.
 * Each try has a seed of its own; what was found is found again with `--seed S --runs 1 TARGET`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { targets } from './targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, seconds: { type: 'string', default: '60' }, runs: { type: 'string' } },
});
const chosen = positionals.length === 0 ? targets : targets.filter(({ name }) => positionals.includes(name));
if (chosen.length < new Set(positionals).size) {
  console.error(`Known targets: ${targets.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(values.runs ?? Number.POSITIVE_INFINITY);
const seconds = values.runs === undefined ? Number(values.seconds) / chosen.length : Number.POSITIVE_INFINITY;

const root = mkdtempSync(join(tmpdir(), 'prl-fuzz-'));
let failed = 0;
try {
  for (const target of chosen) {
    const end = performance.now() + seconds * 1000;
    let tries = 0;
    let found = 0;
    // Enough to see what is wrong; the rest would be more of the same.
    for (; tries < runs && performance.now() < end && found < 10; tries += 1) {
      const seed = (first + tries) | 0;
      const directory = join(root, 'try');
      mkdirSync(directory, { recursive: true });
      try {
        await target.try(seed, directory);
      } catch (thrown) {
        found += 1;
        console.log(`FAIL ${target.name}, seed ${seed}: ${told(thrown)}`);
        console.log(`     again: npm run fuzz -- ${target.name} --seed ${seed} --runs 1`);
      }
      rmSync(directory, { recursive: true, force: true });
    }
    console.log(`${target.name}: ${tries - found} of ${tries} as they must be`);
    failed += found;
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(`${chosen.length} targets, ${failed} failed tries`);
process.exitCode = failed === 0 ? 0 : 1;

/** The sentence, and where it comes from. */
function told(thrown: unknown): string {
  return thrown instanceof Error
    ? `${thrown.message}\n${(thrown.stack ?? '')
        .split('\n    at ')
        .slice(1, 4)
        .map((frame) => `     at ${frame}`)
        .join('\n')}`
    : String(thrown);
}
