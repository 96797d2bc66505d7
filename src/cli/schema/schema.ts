/** JSON Schemas for editors, of every kind of file. */
import { configuration } from '../../config/schema.ts';
import { mltable } from '../../data/mltable/schema.ts';
import { RequestError } from '../../errors/types.ts';
import { editorSchema, jsonSchema, SCHEMA_KINDS } from '../../language/json-schema.ts';
import { suggestion } from '../../language/near.ts';

export const FILE_KINDS = [...SCHEMA_KINDS, 'mltable', 'config'] as const;

/** The text of a schema file. @throws as `schema` */
export function schemaText(kind: string): string {
  return `${JSON.stringify(schema(kind), undefined, 2)}\n`;
}

/** @throws RequestError for a kind of file that has no schema. */
export function schema(kind: string): Record<string, unknown> {
  if (kind === 'mltable') return editorSchema(kind, mltable);
  if (kind === 'config') return editorSchema('configuration', configuration);
  const found = SCHEMA_KINDS.find((each) => each === kind);
  if (found !== undefined) return jsonSchema(found);
  throw new RequestError({
    code: 'unknown-kind',
    message: `No schema for ${JSON.stringify(kind)}: expected one of ${FILE_KINDS.join(', ')}.`,
    hint: suggestion(kind, FILE_KINDS, 'kind'),
  });
}
