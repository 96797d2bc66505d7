/** The one judge of values, also for a part of a job that stands alone: the schemas that YAML files are judged by. */
import type * as z from 'zod';
import { check } from '../../language/check.ts';
import { Findings, objectSource, Place } from '../../language/findings.ts';
import { plain } from '../../language/plain.ts';
import { strict } from '../../language/schema/fields.ts';

/** @throws RequestError with everything that is wrong, each at `<key>.…` as it would stand in a file. */
export function judgePart(key: string, schema: z.ZodType, part: unknown): void {
  const findings = new Findings();
  check(strict({ [key]: schema }), { [key]: plain(part) }, new Place(objectSource(process.cwd()), findings));
  findings.throwIfAny();
}
