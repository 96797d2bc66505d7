/** The schema of a configuration file, for the judge and for editors. */
import * as z from 'zod';
import { choice, flag, integer, nonEmpty, strict, text } from '../language/schema/fields.ts';
import { launcherSchema } from './launcher.ts';
import { computeSettings, type Setting, settings } from './settings.ts';

export const configuration = strict(
  {
    $schema: text('The schema that editors use.').optional(),
    ...Object.fromEntries(settings.map((setting) => [setting.key, field(setting).optional()])),
    computes: z
      .record(
        z.string(),
        strict(Object.fromEntries(computeSettings.map((setting) => [setting.key, field(setting).optional()])), 'settings of the compute'),
        {
          error: () => 'computes by name, each with settings of its own',
        },
      )
      .describe('What is set for the steps of one compute, by the name that jobs give it.')
      .optional(),
  },
  'settings, a key each',
);

function field({ value, description }: Setting): z.ZodType {
  switch (value.kind) {
    case 'path':
      return nonEmpty(`${description} Relative to this file.`);
    case 'program':
    case 'text':
      return nonEmpty(description);
    case 'flag':
      return flag(description);
    case 'size':
      return size(description);
    case 'count':
      return integer(description, { min: value.least });
    case 'choice':
      return choice(description, value.words);
    case 'launcher':
      return launcherSchema;
  }
}

function size(description: string) {
  const wanted = (): string => 'a size such as 100 MB, or a number of bytes';
  return z
    .union(
      [
        z.int({ error: wanted }).min(0, { error: wanted }),
        z.string({ error: wanted }).regex(/^\d+\s*(?:[kmg]i?b|b)?$/i, { error: wanted }),
      ],
      {
        error: wanted,
      },
    )
    .describe(description);
}
