import { binary } from './binary.ts';
import type { MLTableCase } from './case.ts';
import { conversions } from './conversions.ts';
import { filters } from './filters.ts';
import { places } from './places.ts';
import { shapes } from './shapes.ts';
import { types } from './types.ts';

/** Every case, whose recorded results stand in `recorded.json`. */
export const mltableCases: readonly MLTableCase[] = [...shapes, ...types, ...conversions, ...filters, ...places, ...binary];
