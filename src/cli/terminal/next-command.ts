/** The command that helps after a job ended early: another for each kind of mistake. Pure. */
import { canResume, type JobState, type StepState } from '../../events/fold.ts';
import type { ScriptError, Status } from '../../events/types.ts';

export interface NextCommand {
  readonly command: string;
  /** What it does, or what has to be done before; in a few words. */
  readonly note?: string;
}

/**
 * @param failed the first step that failed, if one did
 * @param failure what it failed with most often, if a script or a worker did
 * @returns undefined where the job would end the same way again
 */
export function nextCommand(
  job: string,
  state: Pick<JobState, 'steps'>,
  status: Status,
  failed: StepState | undefined,
  failure: ScriptError | undefined,
): NextCommand | undefined {
  if (!canResume({ ...state, status })) return undefined;
  const resume = `prl job resume --name ${job}`;
  if (status !== 'Failed' || failed === undefined) return { command: resume };
  const missing = missingModule(failure, failed);
  if (missing !== undefined) return { command: resume, note: `once ${missing} is installed; --code where you have mended the import` };
  if (failure?.type === 'ArgumentError' || (failure === undefined && /^ *ArgumentError: /m.test(failed.error ?? '')))
    return {
      command: `${resume} --code`,
      note: 'with a script that takes the arguments as they are; with others, run the job file as a new job',
    };
  const set = (setting: string, value: number) => `${resume} --set ${pathOf(failed.name)}${setting}=${value}`;
  const seconds = /^run\(\) took longer than ([\d.]+) s /.exec(failure?.type === 'Timeout' ? failure.message : '')?.[1];
  if (seconds !== undefined)
    return { command: set('retry_settings.timeout', 2 * Number(seconds)), note: 'or --code, with a script that is quicker' };
  if (failure?.type === 'WorkerDied' && failure.message.includes('out of memory'))
    return { command: set('max_concurrency_per_instance', 1), note: 'fewer workers at a time, where memory ran out' };
  if (failure?.type === 'WorkerDied' || failure?.type === 'Timeout') return { command: resume };
  if (failure?.type === 'DataError') return { command: resume, note: 'once the files can be read' };
  const ran =
    failure !== undefined || failed.exitCode !== undefined || failed.initFailed === true || (failed.summary?.shortReturns ?? 0) > 0;
  if (!ran) return { command: resume };
  return { command: `${resume} --code`, note: 'with what you have mended; without --code the same code runs again' };
}

function missingModule(failure: ScriptError | undefined, { error = '' }: StepState): string | undefined {
  const text = failure === undefined ? error : failure.type === 'ModuleNotFoundError' ? failure.message : '';
  // Python's words, then Node's.
  return (
    /No module named '([^']+)'/.exec(text)?.[1] ?? /^(?:MissingModule: )?Cannot find (?:package|module) '([^'./][^']*)'/m.exec(text)?.[1]
  );
}

/** Of a step, as the job's file names it. */
function pathOf(step: string): string {
  return step === 'main' ? '' : `jobs.${step.replaceAll('.', '.jobs.')}.`;
}
