/** Edited code in place of a job's: the copy that its steps run in is exchanged, what ran before is remembered by its hash. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSpec } from '../../language/types.ts';
import { renameDurably } from '../../os/files.ts';
import type { StepLayout } from '../../store/layout.ts';
import { hashValue } from '../reuse/hash.ts';
import type { Handled } from './file-by-file.ts';
import { changedFiles, readSnapshot, type Snapshot, takingSnapshot } from './snapshot.ts';

type Place = Pick<StepLayout, 'code' | 'snapshot' | 'formerCode' | 'state'>;

/**
 * Takes the code as it stands now. A coordinator that dies on the way leaves the old code, the new one, or none: then the next
 * one takes what stands there, as for a new job.
 * @returns the files that changed, in name order; none: everything stays as it was
 * @throws RequestError when the code is not there or can not be read; the old code stays then
 */
export function* takingEditedCode(code: CodeSpec, place: Place, exclude: readonly string[]): Generator<Handled, readonly string[]> {
  const former = readSnapshot(place);
  const next = { code: `${place.code}.next`, snapshot: `${place.snapshot}.next` };
  rmSync(next.snapshot, { force: true });
  try {
    const edited = yield* takingSnapshot(code, next, exclude);
    if (former === undefined) return [];
    const changed = changedFiles(former, edited);
    if (changed.length > 0) exchange(place, next);
    return changed;
  } finally {
    rmSync(next.snapshot, { force: true });
    rmSync(next.code, { recursive: true, force: true });
  }
}

function exchange(place: Place, next: Pick<StepLayout, 'code' | 'snapshot'>): void {
  // Nothing ran yet under the code of a step that has not begun.
  if (existsSync(place.state)) {
    mkdirSync(place.formerCode, { recursive: true });
    renameDurably(place.snapshot, join(place.formerCode, `${formerSnapshots(place).length}.json`));
  } else rmSync(place.snapshot);
  // What scripts wrote to `./outputs` so far stays.
  const outputs = join(place.code, 'outputs');
  if (existsSync(outputs)) {
    rmSync(join(next.code, 'outputs'), { recursive: true, force: true });
    renameSync(outputs, join(next.code, 'outputs'));
  }
  rmSync(place.code, { recursive: true, force: true });
  renameSync(next.code, place.code);
  renameDurably(next.snapshot, place.snapshot);
}

/** What tells each code that the step has run with from the others, oldest first; the last is the present one. Empty where there was only ever one. */
export function codeHashes(place: Pick<StepLayout, 'formerCode' | 'snapshot'>): readonly string[] {
  const former = formerSnapshots(place);
  if (former.length === 0) return [];
  return [...former, readSnapshot(place) ?? {}].map((snapshot) => hashValue(snapshot).slice(0, 12));
}

function formerSnapshots({ formerCode }: Pick<StepLayout, 'formerCode'>): readonly Snapshot[] {
  if (!existsSync(formerCode)) return [];
  const count = readdirSync(formerCode).filter((name) => name.endsWith('.json')).length;
  return Array.from({ length: count }, (_, number) => readSnapshot({ snapshot: join(formerCode, `${number}.json`) }) ?? {});
}
