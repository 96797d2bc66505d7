import type { Keep } from '../table/format-plan.ts';
import type { Column } from '../types.ts';
import type { ColumnTyper } from '../typing/column-typer.ts';
import { type DelimitedOptions, numberedName } from './options.ts';

/** Collects what a sample of rows says about each column. */
export class SeenColumns {
  readonly #names: string[];
  readonly #typers: ColumnTyper[];
  /** How many values, nulls aside, each column has shown. */
  readonly #values: number[];
  readonly #options: DelimitedOptions;
  #rows = 0;
  readonly #keep: Keep;
  readonly #kept: Map<string, (string | null)[]>;

  constructor(names: readonly string[], options: DelimitedOptions, keep: Keep) {
    this.#options = options;
    this.#names = [...names];
    this.#typers = names.map((name) => this.#newTyper(name));
    this.#values = names.map(() => 0);
    this.#keep = keep;
    this.#kept = new Map(names.filter(keep).map((name) => [name, []]));
  }

  /** `fields`: which column each cell is; absent: in order. */
  row(cells: readonly string[], quoted: readonly boolean[] | undefined, fields: readonly number[] | undefined): void {
    if (fields === undefined && this.#options.growing) while (this.#names.length < cells.length) this.#grow();
    if (cells.length > (fields?.length ?? this.#names.length)) return;
    this.#rows += 1;
    if (fields === undefined) {
      for (let index = 0; index < this.#names.length; index += 1) this.#see(index, cells[index], quoted?.[index] === true);
      return;
    }
    for (let index = 0; index < this.#names.length; index += 1) {
      const position = fields.indexOf(index);
      this.#see(index, cells[position], quoted?.[position] === true);
    }
  }

  columns(): readonly Column[] {
    return this.#names.map((name, index) => ({ name, ...(this.#typers[index] ?? this.#newTyper(name)).decide() }));
  }

  /** Not a single value was seen. */
  isEmpty(name: string): boolean {
    return this.#values[this.#names.indexOf(name)] === 0;
  }

  kept(name: string): readonly (string | null)[] {
    return this.#kept.get(name) ?? [];
  }

  #see(index: number, cell: string | undefined, quoted: boolean): void {
    this.#typers[index]?.see(cell, quoted);
    const { nulls, quotedNulls } = this.#options.format;
    const isNull = cell === undefined || ((quotedNulls || !quoted) && nulls.includes(cell));
    if (!isNull) this.#values[index] = (this.#values[index] ?? 0) + 1;
    this.#kept.get(this.#names[index] ?? '')?.push(isNull ? null : cell);
  }

  #grow(): void {
    let name = numberedName(this.#names.length);
    for (let count = 1; this.#names.includes(name); count += 1) name = `${numberedName(this.#names.length)}_${count}`;
    this.#names.push(name);
    this.#values.push(0);
    const typer = this.#newTyper(name);
    // The rows before have no such cell.
    if (this.#rows > 0) typer.see(undefined, false);
    this.#typers.push(typer);
    if (this.#keep(name)) this.#kept.set(name, this.#rows > 0 ? [null] : []);
  }

  #newTyper(name: string): ColumnTyper {
    const { typer, asText = [] } = this.#options;
    return typer === undefined || asText.includes(name) ? textTyper(this.#options) : typer();
  }
}

/** Text, whatever is in the column. */
function textTyper({ format }: DelimitedOptions): ColumnTyper {
  let anyNull = false;
  return {
    see: (cell, quoted) => {
      anyNull ||= cell === undefined || (!quoted && format.nulls.includes(cell));
    },
    decide: () => ({ type: 'string', nullable: anyNull }),
  };
}
