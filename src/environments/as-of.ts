/**
 * The day as of which packages are chosen: what came out later is not seen. Specifications name few versions, and newer ones of the rest
 * may not fit the script any more.
 */
import { RequestError } from '../errors/types.ts';

/** `2023-06-30`, from `--packages-as-of` and `PARALLELRUN_PACKAGES_AS_OF`; undefined: as of now. @throws RequestError for no such day */
export function packagesAsOf({ PARALLELRUN_PACKAGES_AS_OF: day }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (day === undefined || day === '') return undefined;
  if (isDay(day)) return day;
  const message = `PARALLELRUN_PACKAGES_AS_OF is ${JSON.stringify(day)}; expected a day such as 2023-06-30: no package that came out later is taken.`;
  throw new RequestError({ code: 'bad-packages-as-of', message });
}

/** `2023-06-30`, and a day that there is. */
export function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(moment.valueOf()) && moment.toISOString().startsWith(text);
}
