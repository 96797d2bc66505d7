import { invalid, shown } from './invalid.ts';

/** The name itself, or with a number from 2 on when it is taken. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let number = 2; isTaken(name); number += 1) name = `${wanted}_${number}`;
  return name;
}

/** Names of inputs and outputs: what arguments and expressions can name. @throws RequestError */
export function checkPortName(what: string, name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw invalid(
    'name',
    `The ${what} name ${shown(name)} is not allowed: expected letters, digits and underscores, not beginning with a digit.`,
  );
}
