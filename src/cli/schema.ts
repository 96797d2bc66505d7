/** JSON Schemas for editors. */
import { RequestError } from '../errors/types.ts';
import { jsonSchema, SCHEMA_KINDS } from '../spec/json-schema.ts';
import { nearest } from '../spec/near.ts';

/** @throws RequestError for a kind of file that has no schema. */
export function schema(kind: string): unknown {
  const found = SCHEMA_KINDS.find((each) => each === kind);
  if (found !== undefined) return jsonSchema(found);
  const near = nearest(kind, SCHEMA_KINDS);
  throw new RequestError({
    code: 'unknown-kind',
    message: `No schema for ${JSON.stringify(kind)}: expected one of ${SCHEMA_KINDS.join(', ')}.`,
    ...(near !== undefined && { hint: `Did you mean ${near}?` }),
  });
}
