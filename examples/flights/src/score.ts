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
export function run(flights: Table<Flight & { delay: number }>) {
  return flights.toArray().map((flight) => ({
    date: flight.date,
    origin: flight.origin,
    destination: flight.destination,
    late_probability: Number(lateProbability(weights, flight).toFixed(3)),
    delay: flight.delay,
  }));
}
