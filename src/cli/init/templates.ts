/** What `prl init` can begin with: a folder of `templates/` for each language that has it. */
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { packageRoot } from '../../os/own-files.ts';

export const languages = ['ts', 'python'] as const;
export const templateNames = ['text', 'images', 'table', 'llm'] as const;

export type Language = (typeof languages)[number];
export type TemplateName = (typeof templateNames)[number];

export interface Template {
  /** Absolute path of the folder that is copied. */
  readonly folder: string;
  /** What its job does, for a sentence that begins "A job that". */
  readonly does: string;
  /** Where its job is. */
  readonly file: string;
  /** The kind of packages that it needs. */
  readonly more?: string;
}

const table: Readonly<Record<Language, Readonly<Partial<Record<TemplateName, Omit<Template, 'folder'>>>>>> = {
  python: {
    text: { does: 'scores the reviews in data/ with src/score.py, two files at a time', file: 'pipeline.yml' },
    images: { does: 'makes thumbnails of the images in data/ and describes them with src/describe.py', file: 'job.yml', more: packages() },
    table: { does: 'scores the rows of data/customers.csv with src/score.py', file: 'job.yml', more: packages() },
    llm: {
      does: 'asks a language model about each row of data/tickets.csv with src/answer.py',
      file: 'job.yml',
      more: asked('python3 stand_in.py'),
    },
  },
  ts: {
    text: { does: 'scores the reviews in data/ with src/score.ts, two files at a time', file: 'pipeline.yml' },
    llm: {
      does: 'asks a language model about each row of data/tickets.csv with src/answer.ts',
      file: 'job.yml',
      more: asked('node stand-in.ts'),
    },
  },
};

/** @throws RequestError where there is none for the language */
export function templateFor(language: Language, name: TemplateName): Template {
  const found = table[language][name];
  if (found !== undefined) return { ...found, folder: join(packageRoot, 'templates', language, name) };
  throw new RequestError({
    code: 'no-such-template',
    message: `There is no template "${name}" for ${language}; there are ${Object.keys(table[language]).join(', ')}.`,
    hint: `For Python: prl init --language python --template ${name}`,
  });
}

function packages(): string {
  return 'conda.yml names the packages that the script needs; the first run installs them.';
}

function asked(standIn: string): string {
  return `Which model answers is said by OPENAI_BASE_URL and OPENAI_API_KEY; without one: ${standIn}`;
}
