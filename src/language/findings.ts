/** Where the loader stands and what it found: every mistake is told at its own line, and all of them at once. */

import { resolve } from 'node:path';
import { type Problem, RequestError } from '../errors/types.ts';
import type { SourcePosition } from './types.ts';

export type KeyPath = readonly (string | number)[];

/** A file (or a plain object) that is being read. */
export interface Source {
  /** Absent for an object built in a program. */
  readonly file?: string;
  /** What relative paths in it are relative to; absolute. */
  readonly baseDirectory: string;
  /**
   * Line and column (1-based) of what stands at a path, else of the nearest thing that holds it: a scalar's own, a
   * collection's key. With `onKey`, always the key's.
   */
  locate(path: KeyPath, onKey?: boolean): { readonly line: number; readonly column: number } | undefined;
  /** The text of a plain scalar as it was written (`1.0`, `1e-4`), where the value alone would not tell. */
  written(path: KeyPath): string | undefined;
  /** The path of the `--set` that put what stands at a path over the file. */
  override?(path: KeyPath): string | undefined;
  /** Folders that are not there yet: whoever wrote the object makes them before the job runs. Absolute. */
  readonly promised?: ReadonlySet<string>;
}

/** An object built in a program: no file and no lines. */
export function objectSource(baseDirectory: string, promised: ReadonlySet<string> = new Set()): Source {
  return { baseDirectory, locate: () => undefined, written: () => undefined, promised };
}

export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  /** @throws RequestError with everything that was found wrong */
  throwIfAny(): void {
    if (this.problems.length > 0) throw new RequestError(inOrder(this.problems));
  }
}

/** By files, in the order in which they were met, and lines; each once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const order = (one: Problem, other: Problem): number =>
    files.indexOf(one.file) - files.indexOf(other.file) || (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
  const seen = new Set<string>();
  const unique = problems.filter((problem) => {
    const key = JSON.stringify([problem.file, problem.line, problem.column, problem.path, problem.message]);
    const first = !seen.has(key);
    seen.add(key);
    return first;
  });
  return unique.toSorted(order);
}

/** A value's place in a source: what reports about it need. */
export class Place {
  readonly source: Source;
  readonly path: KeyPath;
  readonly findings: Findings;

  constructor(source: Source, findings: Findings, path: KeyPath = []) {
    this.source = source;
    this.findings = findings;
    this.path = path;
  }

  at(...keys: KeyPath): Place {
    return new Place(this.source, this.findings, [...this.path, ...keys]);
  }

  error(code: string, message: string, hint?: string): void {
    // What was found wrong was taken out before the rest was judged: then it only seems to be missing.
    if (code.startsWith('missing-') && this.#isWrongAlready()) return;
    this.findings.problems.push(this.problem(code, message, hint));
  }

  #isWrongAlready(): boolean {
    const path = dotted(this.path);
    return this.findings.problems.some(
      (problem) =>
        problem.file === this.source.file && problem.path !== undefined && (problem.path === path || problem.path.startsWith(`${path}.`)),
    );
  }

  /** An error about the key itself, not about its value. */
  keyError(code: string, message: string, hint?: string): void {
    this.findings.problems.push({ ...this.problem(code, message, hint), ...this.source.locate(this.path, true) });
  }

  warn(code: string, message: string, hint?: string): void {
    this.findings.warnings.push(this.problem(code, message, hint));
  }

  /** A warning about the key itself, not about its value. */
  keyWarn(code: string, message: string, hint?: string): void {
    this.findings.warnings.push({ ...this.problem(code, message, hint), ...this.source.locate(this.path, true) });
  }

  position(): SourcePosition | undefined {
    const found = this.source.locate(this.path);
    return this.source.file === undefined || found === undefined ? undefined : { file: resolve(this.source.file), ...found };
  }

  problem(code: string, message: string, hint?: string): Problem {
    const override = this.source.override?.(this.path);
    return {
      code,
      message: override === undefined ? message : `${message} It is set by --set ${override}.`,
      ...(this.source.file !== undefined && { file: this.source.file }),
      ...this.source.locate(this.path),
      ...(this.path.length === 0 ? {} : { path: dotted(this.path) }),
      ...(hint !== undefined && { hint }),
    };
  }
}

/** `jobs.score.partition_keys[0]` */
export function dotted(path: KeyPath): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}
