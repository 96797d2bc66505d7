import type * as z from 'zod';
import type { Place } from '../../language/findings.ts';
import type { Conversion } from '../types.ts';
import { knownDirectives, unknownDirectives } from '../typing/date-formats.ts';
import { withFraction } from '../typing/date-shapes.ts';
import { mltableFalse, mltableTrue } from '../typing/mltable.ts';
import { spellOut } from './date-directives.ts';
import type { transformation } from './schema.ts';

type ColumnType = NonNullable<z.infer<typeof transformation>['convert_column_types']>[number]['column_type'];

/** What a column is converted to; undefined when that is wrong, which has then been told. */
export function columnConversion(type: ColumnType, place: Place): Conversion | undefined {
  if (typeof type === 'string') {
    if (type === 'boolean') return { type, trueValues: mltableTrue, falseValues: mltableFalse, mismatchAs: 'error' };
    return { type: type === 'int' ? 'integer' : type };
  }
  const kinds = Object.keys(type);
  if (kinds.length !== 1) {
    place.error('invalid-value', `Expected one type, found ${kinds.length === 0 ? 'none' : kinds.join(' and ')}.`);
    return undefined;
  }
  if (type.boolean !== undefined) return booleanConversion(type.boolean, place.at('boolean'));
  if (type.datetime !== undefined) return datetimeConversion(type.datetime, place.at('datetime'));
  return { type: 'stream_info' };
}

function booleanConversion(options: NonNullable<Exclude<ColumnType, string>['boolean']>, place: Place): Conversion | undefined {
  const trueValues = asWritten(options.true_values, place.at('true_values'));
  const falseValues = asWritten(options.false_values, place.at('false_values'));
  const mismatchAs = options.mismatch_as ?? 'error';
  if ((trueValues === undefined) !== (falseValues === undefined)) {
    place.error('missing-key', 'true_values and false_values belong together: give both or neither.');
    return undefined;
  }
  const both = trueValues?.find((value) => falseValues?.includes(value));
  if (both !== undefined) {
    place.error('invalid-value', `${JSON.stringify(both)} stands in true_values and in false_values.`);
    return undefined;
  }
  return { type: 'boolean', trueValues: trueValues ?? mltableTrue, falseValues: falseValues ?? mltableFalse, mismatchAs };
}

/** `[on, off]` are booleans to YAML; here they are the texts that they look like. */
function asWritten(values: readonly (string | number | boolean)[] | undefined, place: Place): readonly string[] | undefined {
  return values?.map((value, index) => (typeof value === 'string' ? value : (place.source.written(place.at(index).path) ?? String(value))));
}

function datetimeConversion(options: NonNullable<Exclude<ColumnType, string>['datetime']>, place: Place): Conversion | undefined {
  const given = [options.formats].flat();
  let fine = true;
  for (const format of given) {
    const unknown = unknownDirectives(spellOut(format).join(' '));
    if (unknown.length === 0) continue;
    place
      .at('formats')
      .error(
        'invalid-value',
        `The format ${JSON.stringify(format)} has ${[...new Set(unknown)].join(', ')}. Known are ${knownDirectives}, and what is made of them, such as %F and %T.`,
      );
    fine = false;
  }
  const date = options.date_constant;
  if (date !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(date) && new Date(date).toJSON()?.startsWith(date))) {
    place.at('date_constant').error('invalid-value', `Expected a date such as 2020-01-31, found ${JSON.stringify(date)}.`);
    fine = false;
  }
  if (!fine) return undefined;
  return {
    type: 'datetime',
    formats: [...new Set(given.flatMap(spellOut).flatMap(withFraction))],
    ...(date !== undefined && { dateConstant: date }),
  };
}
