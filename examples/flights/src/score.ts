import { parseArgs } from 'node:util';
import type { Table } from 'parallelrun/entry-script';
import { type Flight, lateProbability, readModel, type Weights } from './model.ts';

let weights: Weights;

/** Once in each worker process. */
export function init(): void {
  const { values } = parseArgs({ options: { model: { type: 'string', default: 'model.json' } } });
  weights = readModel(values.model);
}

/** Once for each mini-batch: one row for each flight. */
export function* run(flights: Table<Flight & { delay: number }>) {
  for (const flight of flights) {
    const { date, origin, destination, delay } = flight;
    const probability = lateProbability(weights, flight);
    yield { date, origin, destination, late_probability: Math.round(probability * 1000) / 1000, delay };
  }
}
