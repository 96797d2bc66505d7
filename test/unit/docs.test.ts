/** What the pages say is held against what there is: links, commands with their options, where to get the package from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { judgeJob } from '../../src/language/load.ts';
import { temporaryFolder } from '../support/folder.ts';

const root = resolve(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...docs.map((name) => `docs/${name}`),
  'examples/digits/README.md',
  'examples/flights/README.md',
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** Shell blocks, a command a line. */
const commandsOf = (page: string) =>
  [...textOf(page).matchAll(/^```(?:sh|console|bash)?\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n'));

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

test('README leads to every page', () => {
  expect(docs.filter((name) => !textOf('README.md').includes(`](docs/${name})`))).toEqual([]);
});

test.each(pages)('%s has no dead link', (page) => {
  const dead = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(([, path = '', anchor]) => {
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

test.each(pages)('%s installs nothing of ours from a registry', (page) => {
  expect(textOf(page)).not.toMatch(
    /\b(?:npm (?:install|i|exec)|pip install|npx|yarn add|pnpm add)(?: -(?!-no-install)\S+)* parallelrun\b(?![-.\w/]*\.(?:tgz|whl))/,
  );
});

const program = await buildProgram([], true);

/** What is wrong with a command line, by the program's own tree of commands. */
function mistakeIn(words: readonly string[]): string | undefined {
  let command: Command = program;
  let asked = words;
  while (command.commands.length > 0 && asked[0] !== undefined && !asked[0].startsWith('-')) {
    const [name] = asked;
    const found = command.commands.find((each) => each.name() === name);
    if (found === undefined) return `no command ${name}`;
    [command, asked] = [found, asked.slice(1)];
  }
  const known = new Set(['-h', '--help', ...command.options.flatMap(({ short, long }) => [short, long])]);
  const wrong = asked.find((word) => /^--?[a-z]/.test(word) && !known.has(word.split('=')[0]));
  return wrong === undefined ? undefined : `${command.name()} has no ${wrong}`;
}

test.each(pages)('%s shows commands that there are', (page) => {
  const wrong = commandsOf(page).flatMap((line) => {
    const [, said] = /(?:^|[\s(])prl ((?:[^#&|;)\n]|\$\([^)]*\))+)/.exec(line.replace(/\s#.*$/, '')) ?? [];
    const mistake = said === undefined ? undefined : mistakeIn(said.trim().split(/\s+/));
    return mistake === undefined ? [] : [`${line}: ${mistake}`];
  });
  expect(wrong).toEqual([]);
});

test("README's job is a job", async () => {
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(textOf('README.md'))?.[1] ?? '';
  const folder = temporaryFolder();
  for (const name of ['src', 'images']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'src', 'score.py'), block('python'));
  const file = join(folder, 'job.yml');
  writeFileSync(file, block('yaml'));
  expect(await judgeJob(file, {})).toMatchObject({ kind: 'done', errors: [], warnings: [] });
});
