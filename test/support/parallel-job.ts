/** A small parallel job over files, in a sandbox: the entry script is the test's own. */
import type { Sandbox } from './prl.ts';

export interface JobOptions {
  readonly files?: number;
  readonly entryScript?: string;
  readonly script: string;
  /** Lines of YAML at the top level of the job. */
  readonly settings?: readonly string[];
  readonly programArguments?: string;
  /** Default: rows are appended to `rows.txt`; false: summary only. */
  readonly appendRow?: boolean;
  /** Where the rows go; default `rows.txt`. */
  readonly output?: string;
  /** Default: `./in`. */
  readonly data?: string;
}

/** Writes `in/000.txt …`, `code/<script>` and `job.yml`; returns the job file. */
export function parallelJob(box: Sandbox, options: JobOptions): string {
  const entryScript = options.entryScript ?? 'score.py';
  for (let index = 0; index < (options.files ?? 10); index += 1) box.write(`in/${String(index).padStart(3, '0')}.txt`, `${index}\n`);
  box.write(`code/${entryScript}`, options.script);
  return box.write(
    'job.yml',
    [
      'type: parallel',
      `inputs: { data: { type: uri_folder, path: ${options.data ?? './in'} } }`,
      `outputs: { rows: { type: uri_file, path: ./${options.output ?? 'rows.txt'} } }`,
      'input_data: ${{inputs.data}}',
      ...(options.settings?.some((line) => line.startsWith('mini_batch_size')) ? [] : ['mini_batch_size: "1"']),
      ...(options.settings?.some((line) => line.startsWith('max_concurrency')) ? [] : ['max_concurrency_per_instance: 2']),
      ...(options.settings ?? []),
      'task:',
      '  type: run_function',
      '  code: ./code',
      `  entry_script: ${entryScript}`,
      ...(options.programArguments === undefined ? [] : [`  program_arguments: >-\n    ${options.programArguments}`]),
      ...(options.appendRow === false ? [] : ['  append_row_to: ${{outputs.rows}}']),
      '',
    ].join('\n'),
  );
}

export interface ShownJob {
  readonly name: string;
  readonly status: string;
  readonly error?: string;
  readonly directory: string;
  readonly steps: Readonly<Record<string, ShownStep>>;
}

export interface ShownStep {
  readonly status: string;
  readonly directory: string;
  readonly error?: string;
  readonly mini_batches: { readonly total: number; readonly done: number; readonly failed: number; readonly retries: number };
  readonly items: { readonly total: number; readonly done: number; readonly failed: number };
}

export async function showJob(box: Sandbox, name: string): Promise<{ readonly job: ShownJob; readonly main: ShownStep }> {
  const { stdout } = await box.prl(['job', 'show', '--name', name, '--output', 'json']);
  const job = JSON.parse(stdout) as ShownJob;
  const { main } = job.steps;
  if (main === undefined) throw new Error(`the job has no step main: ${stdout}`);
  return { job, main };
}
