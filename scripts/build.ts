/**
 * Makes `dist/`: Node does not run TypeScript below `node_modules`, where an installed package lives. The modules are joined into fewer
 * files, together with the small libraries that they use: finding some 570 files took a fifth of the time of a short job.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** What is found by its name: the doors of `package.json`, and what a process or a thread starts with (`src/os/own-files.ts`). */
const entries = [
  'authoring/v2/index',
  'authoring/v1/index',
  'cli/main',
  'jobs/background-process',
  'pipeline/reuse/tree-worker',
  'workers/typescript/entry-script',
  'workers/typescript/start',
];

rmSync(dist, { recursive: true, force: true });
const { output } = await build({
  cwd: root,
  input: Object.fromEntries(entries.map((name) => [name, join('src', `${name}.ts`)])),
  platform: 'node',
  tsconfig: false,
  external: Object.keys({ ...readManifest(root).dependencies, ...readManifest(root).peerDependencies }),
  logLevel: 'warn',
  output: { dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
});
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licences(modules));

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const declarations = ['--project', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly'];
execFileSync(process.execPath, [tsc, ...declarations], { stdio: 'inherit', cwd: root });

// For editors: what `prl schema job` prints, as files in the package.
const { FILE_KINDS, schemaText } = await import('../src/cli/schema/schema.ts');
const schemas = join(dist, 'schemas');
mkdirSync(schemas, { recursive: true });
for (const kind of FILE_KINDS) writeFileSync(join(schemas, `${kind}.schema.json`), schemaText(kind));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** What users install who need it. */
  readonly peerDependencies: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Of the libraries that are in `dist/`: their licences ask that it comes with them. */
function licences(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
  return [...folders].sort().map(licence).join('\n');
}

function licence(folder: string): string {
  const { name, version, license } = readManifest(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  // MIT-0 asks for no notice, and comes without its text.
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n\n`;
  return `${name} ${version} (${license})\n${text}`;
}
