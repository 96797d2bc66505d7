/**
 * Random faults on jobs of random shape: `npm run chaos -- --seed S --faults N --cases C`.
 * A seed stands for a job and its faults; what it finds, the same seed finds again (but for the moments, which are the machine's).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { caseOf } from './case.ts';
import { thisMachine } from './machine.ts';
import { runCase } from './run-case.ts';

const inNamespace = 'CHAOS_NAMESPACE';
const machine = thisMachine();

// In a mount namespace of its own, so that whoever may make one need not be root, and nothing that is mounted stays.
if (machine.canMount && process.env[inNamespace] === undefined) {
  const { status } = spawnSync('unshare', ['-rm', process.execPath, import.meta.filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [inNamespace]: '1' },
  });
  process.exit(status ?? 1);
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    faults: { type: 'string', default: '5' },
    cases: { type: 'string', default: '10' },
    keep: { type: 'boolean', default: false },
  },
});
const first = values.seed === undefined ? Math.floor(Math.random() * 1e9) : whole('--seed', values.seed);
const faults = whole('--faults', values.faults);
const count = whole('--cases', values.cases);

if (!machine.canMount) console.log('No small file system can be mounted here: no disk is filled.');
if (machine.fakeTime === undefined) console.log('libfaketime is not installed: the clock does not jump.');

let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const chaosCase = caseOf(seed, faults, machine);
  const directory = mkdtempSync(join(tmpdir(), 'prl-chaos-'));
  if (machine.canMount) mountSmall(directory);
  const began = performance.now();
  const { wrong, applied, resumes } = await runCase(directory, chaosCase, machine);
  const { kind, items, workers } = chaosCase.shape;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${wrong.length === 0 ? 'ok  ' : 'FAIL'} seed ${seed}  ${kind}, ${items} items, ${workers} workers  ${seconds} s, ${resumes} resumes  [${applied.join(', ')}]`,
  );
  for (const sentence of wrong) console.log(`       ${sentence.replaceAll('\n', '\n       ')}`);
  if (wrong.length > 0) {
    failed += 1;
    console.log(`       again: npm run chaos -- --seed ${seed} --faults ${faults} --cases 1`);
  }
  if (!values.keep) remove(directory);
}
console.log(`${count - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function mountSmall(directory: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${directory}: ${stderr}`);
  mkdirSync(directory, { recursive: true });
}

function remove(directory: string): void {
  if (machine.canMount) spawnSync('umount', ['-l', directory]);
  rmSync(directory, { recursive: true, force: true });
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is a whole number, not ${text}`);
  return value;
}
