/**
 * Runs one small job of each kind into a fault at every write of its coordinator, resumes it, and compares.
 * `npm run crash-points [-- --kind files --fault kill --every 5 --at 17]`
 */
import { parseArgs } from 'node:util';
import { jobKinds, type KindName, tryCrashPoint } from '../test/support/faults/crash-points.ts';
import { type FaultKind, faultKinds, isFaultKind } from '../test/support/faults/kinds.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', multiple: true },
    fault: { type: 'string', multiple: true },
    every: { type: 'string', default: '1' },
    at: { type: 'string' },
    parallel: { type: 'string', default: '2' },
  },
});
const kinds = Object.keys(jobKinds).filter((kind) => values.kind === undefined || values.kind.includes(kind)) as KindName[];
const faults = faultKinds.filter((fault) => fault !== 'none' && (values.fault === undefined || values.fault.includes(fault)));

let failed = 0;
for (const kind of kinds) {
  for (const fault of faults.filter(isFaultKind)) failed += await every(kind, fault);
}
process.exit(failed === 0 ? 0 : 1);

async function every(kind: KindName, fault: FaultKind): Promise<number> {
  const step = Number(values.every);
  const { calls = 0 } = await tryCrashPoint({ kind, fault: fault === 'EMFILE' ? 'EMFILE' : 'none', at: 1e9 });
  const points = values.at === undefined ? Array.from({ length: Math.ceil(calls / step) }, (_, i) => 1 + i * step) : [Number(values.at)];
  const ends = new Map<string, number>();
  let wrong = 0;
  const next = points.values();
  const work = async () => {
    for (const at of next) {
      const verdict = await tryCrashPoint({ kind, fault, at });
      ends.set(verdict.ended, (ends.get(verdict.ended) ?? 0) + 1);
      if (verdict.wrong.length === 0) continue;
      wrong += 1;
      console.log(
        `${kind}, ${fault} at ${at} of ${calls} (${verdict.ended}):\n  ${verdict.wrong.map((line) => line.split('\n').slice(0, 3).join(' ')).join('\n  ')}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  const how = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
  console.log(`${kind}, ${fault}: ${points.length} of ${calls} points tried (${how}); ${wrong} not right`);
  return wrong;
}
