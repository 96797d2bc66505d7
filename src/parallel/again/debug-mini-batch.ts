/**
 * Runs one mini-batch of a step again, in the foreground: in this terminal, with the same data and arguments, under the
 * language's debugger. Its rows go to a file of their own; ledger and output stay as they are.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { RequestError } from '../../errors/types.ts';
import type { ScriptError } from '../../events/types.ts';
import { LineSplitter } from '../../workers/protocol/lines.ts';
import { createMarker } from '../../workers/protocol/marker.ts';
import type { Report, WorkerInit } from '../../workers/protocol/messages.ts';
import { appendRowSettings } from '../assemble/append-row.ts';
import { outputDirectory } from '../dispatch/crew.ts';
import { hostOf } from '../dispatch/host.ts';
import { describeMiniBatch } from '../plan/describe.ts';
import { readManifest } from '../plan/manifest.ts';
import { readFact, stateFiles } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { isRegroupedAway, regroupAgain } from './regroup.ts';

export type DebugResult =
  /** `rows`: what would have been appended to the output; absent without append_row. */
  | { readonly kind: 'done'; readonly items: number; readonly returned: number; readonly runMs: number; readonly rows?: string }
  /** `hint`: what to do about it, where that is known. */
  | { readonly kind: 'failed'; readonly error: ScriptError; readonly hint?: string };

/**
 * @param told is called with the mini-batch in words before the script starts
 * @throws RequestError when the step has no such mini-batch
 */
export async function debugMiniBatch(run: ParallelRun, index: number, told: (what: string) => void): Promise<DebugResult> {
  const state = stateFiles(join(run.directory, 'state'));
  const readers = readFact(state, 'readers');
  const text = readers === undefined ? undefined : descriptorOf(state.manifest, index);
  if (readers === undefined || text === undefined) throw noSuchMiniBatch(run, index, readFact(state, 'planned')?.total);
  told(describeMiniBatch(text, readers));
  const regrouped = isRegroupedAway(readers, state);
  if (regrouped) await regroupAgain(run, state, index, text);
  const scratch = mkdtempSync(join(tmpdir(), 'parallelrun-debug-'));
  try {
    const segment = join(scratch, 'rows');
    const markerFile = join(scratch, 'marker');
    const logDirectory = join(scratch, 'logs');
    mkdirSync(logDirectory);
    createMarker(markerFile);
    const entryScript = join(run.workingDirectory, run.entryScript);
    const init: WorkerInit = {
      type: 'init',
      worker: 'debug',
      node: 'node0',
      entryScript,
      workingDirectory: run.workingDirectory,
      arguments: run.arguments,
      readers,
      output:
        run.output.kind === 'append_row'
          ? { kind: 'append_row', segment, settings: appendRowSettings(entryScript, run.output.file) }
          : { kind: 'summary_only' },
      markerFile,
      taskLog: join(scratch, 'tasks.txt'),
      logDirectory,
      outputDirectory: outputDirectory(run),
      loggingLevel: run.settings.loggingLevel,
      failOnShortReturn: run.settings.predefined.failOnShortReturn,
      debug: true,
    };
    const result = await runInTerminal(run, init, `[[${index},1,${text}]]`);
    if (result.kind === 'failed' || run.output.kind !== 'append_row') return result;
    return { ...result, rows: readFileSync(segment, 'utf8') };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    if (regrouped) rmSync(state.scratch, { recursive: true, force: true });
  }
}

function runInTerminal(run: ParallelRun, init: WorkerInit, task: string): Promise<DebugResult> {
  const host = hostOf(run);
  const child = spawn(host.file, [...host.args], {
    cwd: run.workingDirectory,
    env: { ...run.environmentVariables, ...host.env, AZUREML_BI_OUTPUT_PATH: init.outputDirectory },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const [, , , commands, reports] = child.stdio;
  if (!(commands instanceof Writable) || !(reports instanceof Readable))
    throw new Error('the debugged worker was started without its pipes');
  commands.on('error', () => {});
  let result: DebugResult | undefined;
  const take = (report: Report) => {
    if (!('type' in report)) {
      const [outcome] = report;
      if (outcome !== undefined) result = { kind: 'done', items: outcome[2], returned: outcome[3], runMs: outcome[9] };
    } else if (report.type === 'failed') result = { kind: 'failed', error: report.error };
    else if (report.type === 'init_failed') {
      const hint = report.missingModule === undefined ? undefined : run.missingModuleHint?.(report.missingModule);
      result = { kind: 'failed', error: report.error, ...(hint === undefined ? {} : { hint }) };
    }
  };
  const lines = new LineSplitter();
  reports.on('data', (chunk: Buffer) => lines.push(chunk, (line) => take(JSON.parse(line))));
  for (const command of [JSON.stringify(init), task, '{"type":"stop"}']) commands.write(`${command}\n`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const message = `The process ended (${signal ?? `exit code ${code}`}) before run() had returned.`;
      resolve(result ?? { kind: 'failed', error: { type: 'WorkerDied', message } });
    });
  });
}

function descriptorOf(manifest: string, index: number): string | undefined {
  let found: string | undefined;
  readManifest(manifest, (text, at) => {
    if (at === index) found = text;
    return at < index;
  });
  return found;
}

function noSuchMiniBatch(run: ParallelRun, index: number, total: number | undefined): RequestError {
  const has =
    total === undefined ? 'it has planned none yet' : total === 0 ? 'it has none' : `it has ${total}, numbered from 0 to ${total - 1}`;
  return new RequestError({ code: 'unknown-mini-batch', message: `The step ${run.step} has no mini-batch ${index}: ${has}.` });
}
