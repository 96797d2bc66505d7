/** The door `parallelrun`, as a TypeScript user meets it: every member says what it is, every type has a name, and nothing else is needed. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile, installDeclarations, publicSurface } from '../../support/public-surface.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let folder = '';
let declarations = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'prl-test-')));
  declarations = installDeclarations(folder);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('says what every public member is, exports every type that it names, and needs no other package', () => {
  expect(publicSurface(join(declarations, 'authoring', 'v2', 'index.d.ts'))).toEqual({ undocumented: [], unexported: [], external: [] });
});

it('would tell a member that says nothing and a type that is not exported', () => {
  const place = join(folder, 'faulty');
  mkdirSync(place);
  writeFileSync(join(place, 'inner.d.ts'), '/** A. */\nexport interface Inner {\n    readonly a: string;\n}\n');
  const outer = [
    "import type { Inner } from './inner.ts';",
    "import * as z from 'zod';",
    '/** An outer one. */',
    'export interface Outer {',
    '    /** Told. */',
    '    readonly told: string;',
    '    readonly silent: Inner;',
    '}',
    'export type Silent =',
    '/** Told. */',
    '{',
    "    readonly kind: 'a';",
    '    readonly b: string;',
    '}',
    ' | {',
    '    readonly c: string;',
    '};',
    '',
  ];
  writeFileSync(join(place, 'index.d.ts'), outer.join('\n'));
  expect(publicSurface(join(place, 'index.d.ts'))).toEqual({
    undocumented: ['Outer.silent', 'Silent', 'Silent.c'],
    unexported: ['Outer: Inner'],
    external: ['zod'],
  });
});

/** What one writes with the types alone: with names of types in signatures of one's own. */
const program = `
import { command, Data, Input, type Job, type JobEvent, type JobOperations, MLClient, Output, parallelRunFunction, type ParallelRunFunctionOptions, pipeline, RunFunction, type ComponentOptions, type WorkOptions, type EnvironmentSpec } from 'parallelrun';

const common = { miniBatchSize: '2', loggingLevel: 'DEBUG' } satisfies WorkOptions;
const score = parallelRunFunction({
  ...common,
  name: 'score',
  inputs: { texts: new Input({ type: 'uri_folder' }), level: 'INFO' },
  outputs: { rows: new Output({ type: 'uri_file' }) },
  inputData: '\${{inputs.texts}}',
  environmentVariables: { PARTS: 3 },
  task: new RunFunction({ code: './src', entryScript: 'score.py', appendRowTo: '\${{outputs.rows}}', model: './model' }),
});
const count = command({ name: 'count', inputs: { file: { type: 'uri_file' } }, command: 'wc -l < \${{inputs.file}}' });
const nightly = pipeline({ name: 'nightly' }, (inputs: { texts: Input; size: Input; level: Input }) => {
  const scored = score({ texts: inputs.texts }, { miniBatchSize: inputs.size, loggingLevel: inputs.level });
  scored.compute = 'cpu';
  scored.outputs.rows.path = './rows.txt';
  scored.inputs.texts.mode = 'direct';
  scored.setResources({ instanceCount: 2 });
  scored.task.programArguments = '--fast';
  count({ file: scored.outputs.rows });
});
const job: Job = nightly({ texts: './in', size: 3, level: 'DEBUG' });
const follow = async (jobs: JobOperations, told: (event: JobEvent) => void): Promise<void> => {
  const { name } = await jobs.createOrUpdate(job, { experimentName: 'nights' });
  for await (const event of jobs.stream(name)) told(event);
};
export const all = { follow, client: () => new MLClient(), data: new Data({ name: 'texts', path: './in' }) };
export type Mine = ComponentOptions<Record<string, Input>, Record<string, Output>> & ParallelRunFunctionOptions<{}, {}> & { environment?: EnvironmentSpec };
// @ts-expect-error no such option
score({}, { miniBatchSzie: 3 });
`;

it('compiles strictly, its declarations too, without the types of Node', () => {
  writeFileSync(join(folder, 'program.ts'), program);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const compilerOptions = { strict: true, skipLibCheck: false, module: 'nodenext', target: 'es2022', types: [], noEmit: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  expect(compile(join(folder, 'tsconfig.json'))).toBe('');
});

it('has its documents with it, and their links lead to what is there', () => {
  const listed: unknown = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const [packed] = listed as [{ files: { path: string }[] }];
  const files = new Set(packed.files.map(({ path }) => path));
  const documents = globSync(['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'examples/**/*.md'], { cwd: root });
  expect(documents.filter((file) => !files.has(file))).toEqual([]);
  const broken = documents.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replace(/^```.*?^```/gms, '');
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
    return links
      .map((link) => relative(root, join(root, dirname(file), link)))
      .flatMap((target) => {
        const inside = files.has(target) || [...files].some((each) => each.startsWith(`${target}/`));
        return inside ? [] : [`${file} → ${target}${existsSync(join(root, target)) ? ' (not in the package)' : ''}`];
      });
  });
  expect(broken).toEqual([]);
});
