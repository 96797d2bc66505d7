/** Files of any name that a file may have: each is an item once, in byte order, in both languages. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { drawn } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '-',
    '--help',
    ' ',
    '\n',
    '\t',
    '\r',
    '"',
    "'",
    '\\',
    '\\n',
    '%',
    '%20',
    '#',
    '?',
    '*',
    '[a]',
    '{b}',
    '$HOME',
    '${{inputs.data}}',
    '`ls`',
    ';',
    '|',
    '~',
    '.',
    '..',
    '.hidden',
  ),
  fc.constantFrom(
    'é',
    'e\u0301',
    '\u202e',
    '\ufeff',
    '💥',
    '\u2028',
    '\u0085',
    '\x7f',
    '\x1b[31m',
    'x'.repeat(200),
    'CON',
    '_x',
    'MLTable',
    'a.csv',
  ),
);
const name = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join('').replaceAll(/[/\0]/g, '').toWellFormed())
  .filter((text) => text !== '' && text !== '.' && text !== '..' && Buffer.byteLength(text) <= 255);
const drawing = fc.record({
  names: fc.uniqueArray(fc.record({ folder: fc.option(name, { nil: undefined, freq: 4 }), name }), {
    minLength: 1,
    maxLength: 30,
    selector: ({ folder, name }) => (folder === undefined ? name : `${folder}/${name}`),
  }),
  isPython: fc.boolean(),
  miniBatchSize: fc.integer({ min: 1, max: 7 }),
});

const python = `import json, os
def run(mini_batch):
    return [json.dumps(os.path.relpath(path, os.environ['IN'])) for path in mini_batch if os.path.isfile(path)]
`;
const typeScript = `import { statSync } from 'node:fs';
import { relative } from 'node:path';
export function run(miniBatch: string[]) {
  return miniBatch.filter((path) => statSync(path).isFile()).map((path) => JSON.stringify(relative(process.env.IN ?? '', path)));
}
`;

export const fileNames: FuzzTarget = {
  name: 'file-names',
  async try(seed, directory) {
    const { names, isPython, miniBatchSize } = drawn(drawing, seed);
    const input = join(directory, 'in');
    mkdirSync(input);
    const made: string[] = [];
    for (const { folder, name } of names) {
      // A name may be a folder's and a file's: the later one is left out.
      try {
        if (folder !== undefined) mkdirSync(join(input, folder), { recursive: true });
        writeFileSync(folder === undefined ? join(input, name) : join(input, folder, name), '', { flag: 'wx' });
      } catch {
        continue;
      }
      made.push(folder === undefined ? name : `${folder}/${name}`);
    }
    mkdirSync(join(directory, 'code'));
    const script = isPython ? 's.py' : 's.ts';
    writeFileSync(join(directory, 'code', script), isPython ? python : typeScript);
    writeFileSync(
      join(directory, 'job.yml'),
      `type: parallel
inputs: { data: { type: uri_folder, path: ./in } }
outputs: { rows: { type: uri_file, path: ./rows.txt } }
input_data: $\{{inputs.data}}
mini_batch_size: "${miniBatchSize}"
max_concurrency_per_instance: 2
task: { type: run_function, code: ./code, entry_script: ${script}, append_row_to: "$\{{outputs.rows}}" }
`,
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'run', 'job.yml'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, PARALLELRUN_HOME: join(directory, 'home'), IN: input, NO_COLOR: '1' },
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`exit ${status}:\n${stdout}${stderr}`);
    const found = readFileSync(join(directory, 'rows.txt'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    const expected = made.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const at = expected.findIndex((each, index) => each !== found[index]);
    if (at !== -1 || found.length !== expected.length)
      throw new Error(
        `${found.length} items, not ${expected.length}; item ${at} is ${JSON.stringify(found[at])}, not ${JSON.stringify(expected[at])}`,
      );
  },
};
