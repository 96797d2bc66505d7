import { invalid, shown } from './invalid.ts';

/** Names of inputs and outputs: what arguments and expressions can name. @throws RequestError */
export function checkPortName(what: string, name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw invalid(
    'name',
    `The ${what} name ${shown(name)} is not allowed: expected letters, digits and underscores, not beginning with a digit.`,
  );
}
