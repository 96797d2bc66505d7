/** What the documents of the two SDKs show is compiled and run, in a folder and a home of the test's own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folder.ts';

const root = resolve(import.meta.dirname, '../../..');
const doors = {
  parallelrun: join(root, 'src/authoring/v2/index.ts'),
  'parallelrun/v1': join(root, 'src/authoring/v1/index.ts'),
};

interface Block {
  readonly language: string;
  /** Where the block is written, when its info string says so. */
  readonly file: string | undefined;
  readonly text: string;
  readonly line: number;
}

function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(join(root, 'docs', document), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    file: match[2],
    text: match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Writes the document's files and data into the folder. */
function prepare(document: string, folder: string): void {
  for (const { language, file, text } of blocksOf(document)) {
    if (file !== undefined) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    } else if (language === 'sh') execFileSync('bash', ['-euc', text], { cwd: folder });
  }
}

function programsOf(document: string): readonly Block[] {
  return blocksOf(document).filter(({ language, file }) => language === 'ts' && file === undefined);
}

function run(program: Block, folder: string): string {
  const source = program.text.replace(/from '(parallelrun(?:\/v1)?)'/g, (_all, door: keyof typeof doors) => `from '${doors[door]}'`);
  const file = join(folder, `program-${program.line}.mts`);
  writeFileSync(file, source);
  try {
    const env = { ...process.env, PARALLELRUN_HOME: join(folder, 'home') };
    return execFileSync(process.execPath, [file], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`the block at line ${program.line} failed:\n${said}`);
  }
}

describe.each(['../README.md', 'typescript-quick-start.md', 'sdk-v2.md', 'sdk-v1.md'])('%s', (document) => {
  it('compiles', () => {
    const folder = temporaryFolder();
    prepare(document, folder);
    expect(programsOf(document)).not.toEqual([]);
    for (const { text, line } of programsOf(document)) writeFileSync(join(folder, `program-${line}.mts`), text);
    const options = { paths: { ...Object.fromEntries(Object.entries(doors).map(([name, path]) => [name, [path]])) } };
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { ...options, noUnusedLocals: false, typeRoots: [join(root, 'node_modules', '@types')] },
      include: ['*.mts', '**/*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    expect(compile(folder)).toBe('');
  });

  // README leaves the data and the script to its reader.
  it.skipIf(document === '../README.md')('runs', () => {
    const folder = temporaryFolder();
    prepare(document, folder);
    for (const program of programsOf(document)) run(program, folder);
  });
});

function compile(folder: string): string {
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}
