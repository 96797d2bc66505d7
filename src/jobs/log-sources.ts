/** Where what the scripts of a job printed lies. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errors/thrown.ts';
import type { JobSpec } from '../language/types.ts';
import { CommandLogs } from '../pipeline/steps/command-log.ts';
import type { JobLayout } from '../store/layout.ts';
import type { PrintStream } from '../workers/protocol/printed.ts';
import { flattenSteps } from './steps.ts';

/** What prints: a worker of a parallel step, or the command of a step. */
export interface LogSource {
  readonly step: string;
  /** `process000`; `node1/process000` where there are several nodes. Absent: a command. */
  readonly worker?: string;
  /** Those that are there need not be all. A command's two streams are in one file. */
  readonly files: Readonly<Partial<Record<PrintStream, string>>>;
  /** The log of its mini-batches. */
  readonly tasks?: string;
}

/** Of all steps in their order, as far as they have begun. */
export function logSources(spec: JobSpec, layout: JobLayout): readonly LogSource[] {
  return [...flattenSteps(spec)].flatMap(([step, { type }]): readonly LogSource[] => {
    const { logs } = layout.step(step);
    if (type === 'pipeline') return [];
    return type === 'command' ? [{ step, files: { stdout: new CommandLogs(logs).all } }] : workersOf(step, logs);
  });
}

function workersOf(step: string, logs: string): readonly LogSource[] {
  const folder = (name: PrintStream) => join(logs, 'user', name);
  const nodes = namesIn(folder('stdout'));
  return nodes.flatMap((node) =>
    namesIn(join(folder('stdout'), node)).map((file) => {
      const process = file.replace(/\.stdout\.txt$/, '');
      return {
        step,
        worker: nodes.length > 1 ? `${node}/${process}` : process,
        files: { stdout: join(folder('stdout'), node, file), stderr: join(folder('stderr'), node, `${process}.stderr.txt`) },
        tasks: join(logs, 'sys', 'node', node, `${process}.txt`),
      };
    }),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
