import { RequestError } from '../../errors/types.ts';
import { checkFilter, FilterTypeError } from '../mltable/filter-types.ts';
import { type ColumnSelector, type RowStep, select } from '../mltable/model.ts';
import { errorAt } from '../mltable/place.ts';
import { cellParser, misfit } from '../read/cells.ts';
import { convertedColumn, isNull } from '../read/transform/apply.ts';
import { converter } from '../read/transform/convert.ts';
import type { Column, Conversion, Transformation } from '../types.ts';
import type { FormatPlan } from './format-plan.ts';

/** A step that can be done slice by slice. */
export type SliceStep = Exclude<RowStep, { op: 'take' | 'skip' | 'sample' | 'partition_format' }>;

/** Transformations, with the columns that stand after the last of them. */
export class Steps {
  readonly #transformations: Transformation[] = [];
  #columns: readonly Column[];
  readonly #plan: FormatPlan;
  readonly #conversions = new Map<string, Conversion[]>();
  readonly notices: string[] = [];

  constructor(plan: FormatPlan) {
    this.#plan = plan;
    this.#columns = plan.columns;
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }

  get transformations(): readonly Transformation[] {
    return this.#transformations;
  }

  constantColumns(columns: readonly Column[], first: boolean): void {
    if (columns.length === 0) return;
    this.#refuseKnown(
      columns.map(({ name }) => name),
      'the partition format',
      'Give it another name in the format, or let drop_columns take the column of the files away before extract_columns_from_partition_format.',
    );
    this.#add({ op: 'constant_columns', columns, first }, first ? [...columns, ...this.#columns] : [...this.#columns, ...columns]);
  }

  pathColumn(name: string): void {
    this.#refuseKnown([name], 'include_path_column', 'Set path_column to another name.');
    this.#add({ op: 'path_column', column: name }, [{ name, type: 'string', nullable: false }, ...this.#columns]);
  }

  convert(names: readonly string[], to: Conversion): void {
    const known = names.filter((name) => this.#has(name));
    if (known.length === 0) return;
    const converted = this.#columns.map((column) => (known.includes(column.name) ? this.#converted(column, to) : column));
    this.#add({ op: 'convert', columns: known, to }, converted);
  }

  add(step: SliceStep): void {
    const names = this.#columns.map((column) => column.name);
    if (step.op === 'filter') {
      this.#filter(step);
      return;
    }
    if (step.op === 'convert') {
      this.#convertAll(step.conversions);
      return;
    }
    this.#noticeSelector(step.columns, step.op);
    const chosen = select(step.columns, names);
    if (step.op === 'keep')
      this.#add(
        { op: 'keep_columns', columns: chosen },
        this.#columns.filter(({ name }) => chosen.includes(name)),
      );
    else
      this.#add(
        { op: 'drop_columns', columns: chosen },
        this.#columns.filter(({ name }) => !chosen.includes(name)),
      );
  }

  #convertAll(conversions: Extract<SliceStep, { op: 'convert' }>['conversions']): void {
    const names = this.#columns.map((column) => column.name);
    for (const [index, { columns, to }] of conversions.entries()) {
      this.#noticeSelector(columns, 'convert');
      const later = new Set(conversions.slice(index + 1).flatMap((other) => select(other.columns, names)));
      this.convert(
        select(columns, names).filter((name) => !later.has(name)),
        to,
      );
    }
  }

  #filter({ expression, place }: Extract<RowStep, { op: 'filter' }>): void {
    try {
      for (const remark of checkFilter(expression, this.#columns)) this.notices.push(`The MLTable's filter: ${remark}.`);
    } catch (error) {
      if (!(error instanceof FilterTypeError)) throw error;
      throw errorAt(place, 'filter', `The filter cannot be used: ${error.message}.`);
    }
    this.#add({ op: 'filter', expression }, this.#columns);
  }

  #add(transformation: Transformation, columns: readonly Column[]): void {
    this.#transformations.push(transformation);
    this.#columns = columns;
  }

  #has(name: string): boolean {
    return this.#columns.some((column) => column.name === name);
  }

  /** Two columns of one name: neither language could tell which is meant. MLTable refuses it too, once it reads. */
  #refuseKnown(names: readonly string[], from: string, hint: string): void {
    const twice = names.find((name) => this.#has(name));
    if (twice === undefined) return;
    throw new RequestError({
      code: 'column-twice',
      message: `The column ${JSON.stringify(twice)} comes from ${from}, and the files have a column of that name too.`,
      hint,
    });
  }

  #noticeSelector(columns: ColumnSelector, op: 'keep' | 'drop' | 'convert'): void {
    if (columns.kind === 'pattern') {
      if (columns.ignoreCase)
        this.notices.push(
          'ignore_case has no effect in an MLTable: upper and lower case are told apart, as the mltable library does. Write [aA] in the pattern.',
        );
      return;
    }
    for (const name of columns.names) {
      if (!this.#has(name))
        this.notices.push(
          `The MLTable's ${op === 'convert' ? 'convert_column_types' : `${op}_columns`} names ${JSON.stringify(name)}, which is no column; it is ignored.`,
        );
    }
  }

  /** How the column looks behind a conversion, from what the sample's values become. */
  #converted(column: Column, to: Conversion): Column {
    const earlier = this.#conversions.get(column.name) ?? [];
    const conversions = [...earlier, to];
    this.#conversions.set(column.name, conversions);
    const wide = to.type === 'integer' ? ('bigint' as const) : undefined;
    const provisional = convertedColumn(column, to, wide === undefined ? undefined : { name: column.name, type: wide, nullable: true });
    const original = this.#plan.columns.find(({ name }) => name === column.name);
    const values = original === undefined ? [] : sampledValues(original, this.#plan, conversions);
    if (values.length === 0)
      return to.type === 'integer'
        ? { ...provisional, type: column.type === 'bigint' ? 'bigint' : 'integer', nullable: column.nullable }
        : { ...provisional, nullable: column.nullable || column.type === 'string' };
    const nullable = values.includes(null);
    if (to.type !== 'integer') return { ...provisional, nullable: nullable || (column.nullable && to.type !== 'boolean') };
    const isWide = values.some(
      (value) => typeof value === 'bigint' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER),
    );
    return { ...provisional, type: isWide ? 'bigint' : 'integer', nullable };
  }
}

/** What the sample's values of a column become; those that cannot be converted are left to whoever reads them as a mini-batch. */
function sampledValues(original: Column, plan: FormatPlan, conversions: readonly Conversion[]): readonly unknown[] {
  const parse = plan.format.kind === 'delimited' ? cellParser(original, plan.format) : undefined;
  const steps = conversions.map((conversion) =>
    converter(conversion, { name: original.name, type: conversion.type === 'integer' ? 'bigint' : 'string', nullable: true }),
  );
  const values: unknown[] = [];
  for (const sampled of plan.sampled(original.name)) {
    let value = sampled === null || parse === undefined ? sampled : parse(String(sampled));
    for (const step of steps) if (!isNull(value) && value !== misfit) value = step(value);
    if (value !== misfit) values.push(isNull(value) ? null : value);
  }
  return values;
}
