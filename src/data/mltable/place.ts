import { RequestError } from '../../errors/types.ts';
import type { Place } from '../../language/findings.ts';
import type { StepPlace } from './model.ts';

/** Keeps a place for messages that only the data can give cause to. */
export function placeOf(place: Place): StepPlace {
  const { file, line, column, path } = place.problem('', '');
  return {
    file: file ?? '',
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(path !== undefined && { path }),
  };
}

export function errorAt(place: StepPlace, code: string, message: string, hint?: string): RequestError {
  return new RequestError({ code, message, ...place, ...(hint !== undefined && { hint }) });
}
