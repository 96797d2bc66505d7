/** The columns of an output, which the first object of the step decides. */
import type { Agree } from './agreement.ts';
import { AttemptError } from './attempt-error.ts';

// As it is before the script runs.
const { parse, stringify } = JSON;
const { keys } = Object;

export class Columns {
  readonly #agree: Agree;
  #names: readonly string[] | undefined;
  #known: ReadonlySet<string> = new Set();

  constructor(agree: Agree) {
    this.#agree = agree;
  }

  /** Names in the order of the output, from the keys of this row where nobody's row came before it. */
  names(row: object): readonly string[] {
    if (this.#names === undefined) {
      this.#names = parse(this.#agree('columns', stringify(keys(row)))) as readonly string[];
      this.#known = new Set(this.#names);
    }
    return this.#names;
  }

  /** @param present how many of the columns the row has: most rows have no other keys. @throws AttemptError */
  refuseOtherKeys(row: object, present: number, position: number): void {
    const own = keys(row);
    if (own.length <= present) return;
    const strange = own.find((key) => !this.#known.has(key));
    if (strange === undefined) return;
    const columns = (this.#names ?? []).join(', ');
    throw new AttemptError(
      'BadReturn',
      'return',
      `element ${position} of what run returned has the key ${strange}, but the output's columns are ${columns}. Give every object the same keys.`,
    );
  }
}
