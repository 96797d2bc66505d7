/**
 * Where a syntax error is. V8 says only what is wrong when an imported module does not compile, so the files that were
 * read are compiled once more, one by one, by what does say it. Only after a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';

export interface ReadModule {
  readonly file: string;
  readonly format: 'module' | 'commonjs';
  /** JavaScript whose positions are those of the file. */
  readonly code: string;
}

export interface SyntaxErrorPlace {
  /** `FILE:LINE:COLUMN` */
  readonly place: string;
  /** The line with a caret below. */
  readonly excerpt: string;
}

export function findSyntaxError(modules: readonly ReadModule[], message: string): SyntaxErrorPlace | undefined {
  // The one that failed was among the last that were read.
  for (const module of modules.toReversed()) {
    const told = module.format === 'module' ? compileModule(module) : compileCommonJs(module);
    if (told?.includes(message)) return placeIn(told, module.file);
  }
  return undefined;
}

/** From the excerpt with a caret that V8 puts before the stack: `FILE:LINE`, the line, the caret. */
export function placeIn(told: string, file?: string): SyntaxErrorPlace | undefined {
  const match = /^(.*):(\d+)\n(.*)\n(\s*)\^+/m.exec(told);
  if (match === null) return undefined;
  const [, name = '', line, text = '', indent = ''] = match;
  return { place: `${file ?? name}:${line}:${indent.length + 1}`, excerpt: `${text}\n${indent}^` };
}

function compileCommonJs({ code, file }: ReadModule): string | undefined {
  try {
    // One line, so that line numbers stay; the column of the first line is the wrapper's to take back.
    const wrapper = '(function (exports, require, module, __filename, __dirname) {';
    new Script(`${wrapper}${code}\n})`, { filename: file, columnOffset: -wrapper.length });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.stack : undefined;
  }
}

function compileModule({ code }: ReadModule): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'parallelrun-'));
  try {
    const copy = join(folder, 'module.mjs');
    writeFileSync(copy, code);
    const { status, stderr } = spawnSync(process.execPath, ['--check', copy], { encoding: 'utf8' });
    return status === 0 ? undefined : stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
