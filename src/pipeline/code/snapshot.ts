/** The snapshot of a step's code: what the step runs is what stood there when the job began. */
import { createHash } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { CodeSpec } from '../../language/types.ts';
import { factIn, isRecord, readFactFile, writeFactFile } from '../../os/facts.ts';
import type { StepLayout } from '../../store/layout.ts';
import { hashFile } from '../reuse/hash.ts';
import { type CodeFile, codeFiles } from './code-files.ts';
import { atOnce, type Handled } from './file-by-file.ts';

/** SHA-256 by path, relative to the snapshot, with `/`. */
export type Snapshot = Readonly<Record<string, string>>;

type Place = Pick<StepLayout, 'code' | 'snapshot'>;

/**
 * Copies the code once; a later call (a resumed job) finds the whole snapshot and leaves it as it is.
 * The folder always has an `outputs` folder, which scripts write to without making it.
 * @param exclude folders and files that are never copied: the home, which may lie inside the code, and data.
 * @throws RequestError when the code is not there or can not be read.
 */
export function takeSnapshot(code: CodeSpec | undefined, place: Place, exclude: readonly string[]): Snapshot {
  return atOnce(takingSnapshot(code, place, exclude));
}

/** The same, a file at a time. */
export function* takingSnapshot(code: CodeSpec | undefined, layout: Place, exclude: readonly string[]): Generator<Handled, Snapshot> {
  const taken = readSnapshot(layout);
  if (taken !== undefined) {
    mendCopies(taken, code, layout, exclude);
    return taken;
  }
  // A copy that was cut short would mix two states of the code.
  rmSync(layout.code, { recursive: true, force: true });
  mkdirSync(join(layout.code, 'outputs'), { recursive: true });
  const snapshot: Record<string, string> = {};
  if (code !== undefined) {
    for (const path of [code.path, ...code.additionalIncludes]) {
      for (const file of filesOf(path, path === code.path, exclude)) {
        snapshot[file.path] = copy(file, layout.code);
        yield file;
      }
    }
    linkPackages(code.path, layout.code);
  }
  writeFactFile(layout.snapshot, snapshot);
  return snapshot;
}

/** Undefined where none was taken to its end, or the list of its files is torn. */
export function readSnapshot(layout: Pick<StepLayout, 'snapshot'>): Snapshot | undefined {
  return factIn(readFactFile(layout.snapshot, isSnapshot));
}

function isSnapshot(value: unknown): value is Snapshot {
  return isRecord(value) && Object.values(value).every((hash) => typeof hash === 'string');
}

/** Files that are not, or no longer, as a snapshot has them; in name order. What is gone altogether is no change to run. */
export function* findingChanges(snapshot: Snapshot, code: CodeSpec, exclude: readonly string[]): Generator<Handled, readonly string[]> {
  const now: Record<string, string> = {};
  for (const path of [code.path, ...code.additionalIncludes].filter((path) => existsSync(path))) {
    for (const file of filesOf(path, path === code.path, exclude)) {
      now[file.path] = hashFile(file.source);
      yield file;
    }
  }
  return Object.keys(now).length === 0 ? [] : changedFiles(snapshot, now);
}

/** In name order. */
export function changedFiles(before: Snapshot, after: Snapshot): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]).sort();
}

/** A loss of power may have emptied copies that were made shortly before. @throws RequestError where the code has changed since */
function mendCopies(snapshot: Snapshot, code: CodeSpec | undefined, layout: Place, exclude: readonly string[]): void {
  const torn = Object.keys(snapshot).filter((path) => isTorn(join(layout.code, path), snapshot[path]));
  if (torn.length === 0 || code === undefined) return;
  const places = [code.path, ...code.additionalIncludes].filter((path) => existsSync(path));
  const sources = places.flatMap((path) => [...filesOf(path, path === code.path, exclude)]);
  for (const path of torn) {
    const file = sources.find((each) => each.path === path);
    if (file === undefined || hashFile(file.source) !== snapshot[path]) {
      throw new RequestError({
        code: 'torn-code',
        file: join(layout.code, path),
        message: "The job's copy of this file is empty, and the file that it was made from is no longer what it was.",
        hint: 'Put that back and resume again, or run the job as a new one.',
      });
    }
    copy(file, layout.code);
  }
}

const hashOfNothing = createHash('sha256').digest('hex');

function isTorn(copied: string, hash: string | undefined): boolean {
  return hash !== hashOfNothing && statSync(copied, { throwIfNoEntry: false })?.size === 0;
}

function* filesOf(path: string, isCode: boolean, exclude: readonly string[]): Generator<CodeFile> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new RequestError({
      code: 'missing-code',
      message: `${isCode ? 'The code' : 'The additional include'} ${path} is not there.`,
      hint: 'Put it back, or correct the path in the job file.',
    });
  }
  const folder = basename(path);
  if (!stat.isDirectory()) yield { source: path, path: folder };
  else if (isCode) yield* codeFiles(path, exclude);
  else for (const file of codeFiles(path, exclude)) yield { source: file.source, path: `${folder}/${file.path}` };
}

function copy(file: CodeFile, target: string): string {
  const copied = join(target, file.path);
  try {
    mkdirSync(dirname(copied), { recursive: true });
    copyFileSync(file.source, copied, constants.COPYFILE_FICLONE);
  } catch (cause) {
    throw new RequestError(
      { code: 'unreadable-code', message: `The code file ${file.source} could not be copied: ${messageOf(cause)}.` },
      { cause },
    );
  }
  return hashFile(copied);
}

/** JavaScript finds packages by walking up from the script, which the copy no longer stands below: a link brings them back. */
function linkPackages(code: string, target: string): void {
  if (existsSync(join(target, 'node_modules'))) return;
  const start = realpathSync(statSync(code).isDirectory() ? code : dirname(code));
  for (let folder = start; ; folder = dirname(folder)) {
    const packages = join(folder, 'node_modules');
    if (existsSync(packages)) {
      symlinkSync(packages, join(target, 'node_modules'));
      return;
    }
    if (dirname(folder) === folder) return;
  }
}
