/** A job of a shape, on disk, and what must come out of it whatever happens on the way. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Shape } from './case.ts';

export interface ChaosJob {
  readonly file: string;
  /** Each begun mini-batch adds a byte. */
  readonly trace: string;
  readonly output: string;
  readonly expected: string;
  /** The parallel step's name, and the counts that it must end with. */
  readonly step: string;
  readonly items: { readonly total: number; readonly done: number; readonly failed: number };
}

/** @param directory empty, of the case's own */
export function writeJob(directory: string, shape: Shape): ChaosJob {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  const isTable = shape.kind === 'table';
  const names = Array.from({ length: shape.items }, (_, index) => String(index).padStart(6, '0'));
  if (isTable) write('table.csv', `name,half\n${names.map((name, index) => `n${name},${index + 0.5}\n`).join('')}`);
  else for (const name of names) write(`in/${name}`, `text of ${name}\n`);
  mkdirSync(join(directory, 'shaken'));

  const isTypeScript = shape.kind === 'typescript';
  if (isTypeScript) write('code/score.ts', typeScript(shape));
  else write('code/score.py', isTable ? pythonTable(shape) : python(shape));
  write('job.yml', shape.kind === 'pipeline' ? pipeline(shape) : standalone(shape));

  const kept = isTable ? names : keptNames(names, shape);
  const rows = isTable ? names.map((name, index) => `n${name} ${index + 0.5}\n`) : kept.map((name) => `${name}: text of ${name}\n`);
  return {
    file: join(directory, 'job.yml'),
    trace: join(directory, 'trace'),
    output: join(directory, 'rows.txt'),
    expected: shape.kind === 'pipeline' ? [...rows].reverse().join('') : rows.join(''),
    step: shape.kind === 'pipeline' ? 'score' : 'main',
    items: { total: names.length, done: kept.length, failed: names.length - kept.length },
  };
}

const isEvery = (index: number, every: number) => every > 0 && index % every === every - 1;

/** A bad file takes its whole mini-batch with it. */
function keptNames(names: readonly string[], { badEvery, miniBatchSize }: Shape): readonly string[] {
  const miniBatch = (index: number) => Math.floor(index / miniBatchSize);
  const lost = new Set(names.flatMap((_, index) => (isEvery(index, badEvery) ? [miniBatch(index)] : [])));
  return names.filter((_, index) => !lost.has(miniBatch(index)));
}

// Not `time.sleep`: under libfaketime it fails.
function python({ runMilliseconds, badEvery, shakyEvery }: Shape): string {
  return `import os, select
root = os.environ['CHAOS']
def run(mini_batch):
    with open(os.path.join(root, 'trace'), 'a') as trace: trace.write('.')
    select.select([], [], [], ${runMilliseconds / 1000})
    rows = []
    for path in mini_batch:
        name = os.path.basename(path)
        index = int(name)
        if ${badEvery} and index % ${badEvery || 1} == ${badEvery - 1}: raise ValueError('bad ' + name)
        if ${shakyEvery} and index % ${shakyEvery || 1} == ${shakyEvery - 1}:
            mark = os.path.join(root, 'shaken', name)
            if not os.path.exists(mark):
                open(mark, 'w').close()
                raise RuntimeError('not yet ' + name)
        with open(path) as file: rows.append(name + ': ' + file.read().strip())
    return rows
`;
}

function pythonTable({ runMilliseconds, shakyEvery }: Shape): string {
  return `import os, select
root = os.environ['CHAOS']
def run(mini_batch):
    with open(os.path.join(root, 'trace'), 'a') as trace: trace.write('.')
    select.select([], [], [], ${runMilliseconds / 1000})
    first = str(mini_batch['name'].iloc[0])
    mark = os.path.join(root, 'shaken', first)
    if ${shakyEvery} and int(first[1:]) % 3 == 0 and not os.path.exists(mark):
        open(mark, 'w').close()
        raise RuntimeError('not yet ' + first)
    return mini_batch
`;
}

function typeScript({ runMilliseconds, badEvery, shakyEvery }: Shape): string {
  return `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
const root = process.env.CHAOS ?? '';
export async function run(miniBatch: string[]) {
  appendFileSync(join(root, 'trace'), '.');
  await new Promise((resolve) => setTimeout(resolve, ${runMilliseconds}));
  return miniBatch.map((path) => {
    const name = basename(path);
    const index = Number(name);
    if (${badEvery} > 0 && index % ${badEvery || 1} === ${badEvery - 1}) throw new Error('bad ' + name);
    const mark = join(root, 'shaken', name);
    if (${shakyEvery} > 0 && index % ${shakyEvery || 1} === ${shakyEvery - 1} && !existsSync(mark)) {
      writeFileSync(mark, '');
      throw new Error('not yet ' + name);
    }
    return name + ': ' + readFileSync(path, 'utf8').trim();
  });
}
`;
}

/** More retries than a case has faults: what we kill may not cost a mini-batch. */
const patience = 'retry_settings: { max_retries: 100, timeout: 60 }';

function settings({ kind, miniBatchSize, workers, badEvery }: Shape): readonly string[] {
  return [
    `mini_batch_size: "${kind === 'table' ? miniBatchSize * 12 : miniBatchSize}"`,
    `max_concurrency_per_instance: ${workers}`,
    // A mini-batch that fails whatever one does must be given up some time.
    badEvery > 0 ? 'retry_settings: { max_retries: 12, timeout: 60 }' : patience,
  ];
}

function standalone(shape: Shape): string {
  const isTable = shape.kind === 'table';
  return [
    'type: parallel',
    `inputs: { data: { type: ${isTable ? 'uri_file' : 'uri_folder'}, path: ./${isTable ? 'table.csv' : 'in'} } }`,
    'outputs: { rows: { type: uri_file, path: ./rows.txt } }',
    `input_data: $\{{inputs.data}}`,
    ...settings(shape),
    'task:',
    '  type: run_function',
    '  code: ./code',
    `  entry_script: score.${shape.kind === 'typescript' ? 'ts' : 'py'}`,
    `  append_row_to: $\{{outputs.rows}}`,
    '',
  ].join('\n');
}

function pipeline(shape: Shape): string {
  return `type: pipeline
inputs: { data: { type: uri_folder, path: ./in } }
outputs: { rows: { type: uri_file, path: ./rows.txt } }
jobs:
  prepare:
    type: command
    command: cp -r $\{{inputs.raw}}/. $\{{outputs.prepared}}/
    inputs: { raw: "$\{{parent.inputs.data}}" }
    outputs: { prepared: { type: uri_folder } }
  score:
    type: parallel
    inputs: { data: "$\{{parent.jobs.prepare.outputs.prepared}}" }
    outputs: { rows: { type: uri_file } }
    input_data: "$\{{inputs.data}}"
${settings(shape)
  .map((line) => `    ${line}\n`)
  .join('')}    task: { type: run_function, code: ./code, entry_script: score.py, append_row_to: "$\{{outputs.rows}}" }
  reverse:
    type: command
    command: tac $\{{inputs.rows}} > $\{{outputs.reversed}}
    inputs: { rows: "$\{{parent.jobs.score.outputs.rows}}" }
    outputs: { reversed: "$\{{parent.outputs.rows}}" }
`;
}
