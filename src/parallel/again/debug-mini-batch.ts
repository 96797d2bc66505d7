/**
 * Runs one mini-batch of a step again, in the foreground: in this terminal, with the same data and arguments, under the
 * language's debugger. Its rows go to a file of their own; ledger and output stay as they are.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { ScriptError } from '../../events/types.ts';
import { withMounts } from '../../os/container/container.ts';
import { spawnContained } from '../../os/container/spawn-contained.ts';
import { spawnInTerminal } from '../../os/spawn-in-terminal.ts';
import { entryHost } from '../../workers/local/entry-host.ts';
import { agreementsOf } from '../../workers/local/local-segments.ts';
import { LocalWorker, workerPipes } from '../../workers/local/local-worker.ts';
import { withReaders } from '../../workers/local/own-container.ts';
import type { Assignment, Report, WorkerInit } from '../../workers/protocol/messages.ts';
import { appendRowSettings } from '../assemble/append-row.ts';
import { describeExit } from '../dispatch/death.ts';
import { openFetching } from '../fetching.ts';
import { outputDirectory } from '../output-directory.ts';
import { describeMiniBatch } from '../plan/describe.ts';
import { descriptorsOf } from '../plan/manifest.ts';
import { isRegroupedAway } from '../plan/regrouped.ts';
import { readFact, stateFiles } from '../record/state-files.ts';
import type { ParallelRun } from '../types.ts';
import { regroupAgain } from './regroup.ts';

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
  const text = readers === undefined ? undefined : descriptorsOf(state.manifest, new Set([index])).get(index);
  if (readers === undefined || text === undefined) throw noSuchMiniBatch(run, index, readFact(state, 'planned')?.total);
  told(describeMiniBatch(text, readers));
  const regrouped = isRegroupedAway(readers, state);
  if (regrouped) await regroupAgain(run, state, index, text);
  const scratch = mkdtempSync(join(tmpdir(), 'parallelrun-debug-'));
  const fetching = await openFetching(run, stateFiles(scratch));
  try {
    const segment = join(scratch, 'rows');
    // Its rows are held against what the job's workers agreed on, which stays as it is.
    const agreements = join(scratch, 'agreements');
    if (existsSync(agreementsOf(state.segments))) cpSync(agreementsOf(state.segments), agreements, { recursive: true });
    const logDirectory = join(scratch, 'logs');
    mkdirSync(logDirectory);
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
          ? { kind: 'append_row', segment, agreements, settings: appendRowSettings(entryScript, run.output.file) }
          : { kind: 'summary_only' },
      ...(fetching !== undefined && { fetchAddress: fetching.address }),
      markerFile: join(scratch, 'marker'),
      taskLog: join(scratch, 'tasks.txt'),
      logDirectory,
      outputDirectory: outputDirectory(run),
      loggingLevel: run.settings.loggingLevel,
      failOnShortReturn: run.settings.predefined.failOnShortReturn,
      firstMiniBatch: run.window?.from ?? 0,
      debug: true,
    };
    const result = await runInTerminal(run, init, { index, attempt: 1, text });
    if (result.kind === 'failed' || run.output.kind !== 'append_row') return result;
    return { ...result, rows: readFileSync(segment, 'utf8') };
  } finally {
    await fetching?.close();
    rmSync(scratch, { recursive: true, force: true });
    if (regrouped) rmSync(state.scratch, { recursive: true, force: true });
  }
}

/** A worker like any other, but for its terminal, and for the one assignment that it ever gets. */
function runInTerminal(run: ParallelRun, init: WorkerInit, assignment: Assignment): Promise<DebugResult> {
  const { workingDirectory, entryScript, environmentVariables, interpreter } = run;
  const { file, args, env } = entryHost(workingDirectory, entryScript, interpreter.python, true);
  const variables = { ...environmentVariables, ...env, AZUREML_BI_OUTPUT_PATH: init.outputDirectory };
  const { fetchAddress, readers } = init;
  const folders = [dirname(init.markerFile), workingDirectory, ...(fetchAddress === undefined ? [] : [dirname(fetchAddress)])];
  const container = run.container === undefined ? undefined : withReaders(withMounts(run.container, folders, true), readers);
  const start = () => {
    const wanted = { file, args, workingDirectory, environmentVariables: variables, pipes: workerPipes };
    return container === undefined ? spawnInTerminal(wanted) : spawnContained(wanted, container, run.reaper);
  };
  return new Promise((resolve, reject) => {
    let result: DebugResult | undefined;
    const worker = new LocalWorker(init, start, {
      report(report) {
        result = resultOf(report, run) ?? result;
      },
      exit(exit) {
        if (exit.kind === 'not_started') reject(new Error(exit.reason));
        const message = `The process ended (${describeExit(exit)}) before run() had returned.`;
        resolve(result ?? { kind: 'failed', error: { type: 'WorkerDied', message } });
      },
    });
    worker.send({ type: 'run', assignments: [assignment] });
    worker.send({ type: 'stop' });
  });
}

function resultOf(report: Report, { missingModuleHint }: ParallelRun): DebugResult | undefined {
  switch (report.type) {
    case 'done':
      return report.outcomes.map(({ items, returned, runMs }) => ({ kind: 'done' as const, items, returned, runMs }))[0];
    case 'failed':
      return { kind: 'failed', error: report.error };
    case 'init_failed': {
      const hint = report.missingModule === undefined ? undefined : missingModuleHint?.(report.missingModule);
      return { kind: 'failed', error: report.error, ...(hint !== undefined && { hint }) };
    }
    default:
      return undefined;
  }
}

function noSuchMiniBatch(run: ParallelRun, index: number, total: number | undefined): RequestError {
  const has =
    total === undefined ? 'it has planned none yet' : total === 0 ? 'it has none' : `it has ${total}, numbered from 0 to ${total - 1}`;
  return new RequestError({ code: 'unknown-mini-batch', message: `The step ${run.step} has no mini-batch ${index}: ${has}.` });
}
