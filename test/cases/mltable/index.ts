import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from './binary.ts';
import type { Differences, MLTableCase, Outcome } from './case.ts';
import { conversions } from './conversions.ts';
import { filters } from './filters.ts';
import { places } from './places.ts';
import { shapes } from './shapes.ts';
import { types } from './types.ts';

export const mltableCases: readonly MLTableCase[] = [...shapes, ...types, ...conversions, ...filters, ...places, ...binary];

/** What the library makes of each case; written by scripts/mltable-cases.ts. */
const recorded: Readonly<Record<string, Outcome>> = readJson('recorded.json');

/** What we make of those that differ, and why. */
export const differences: Differences = readJson('differences.json');

/** What our readers have to make of a case. */
export function expectedOutcome(name: string): Outcome {
  return differences[name]?.gives ?? recorded[name] ?? { error: 'not recorded' };
}

function readJson(name: string) {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}
