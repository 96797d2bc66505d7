/** Trains model.json on the flights of January to April: `node examples/flights/train.ts` (a few seconds). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Flight, features, type StoredModel, weightCount } from './src/model.ts';

const passes = 2;
const firstStep = 0.05;

const flights = await readFlights(join(import.meta.dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet'));
const weights = new Float64Array(weightCount);
// AdaGrad: a weight that was corrected often is corrected less.
const corrections = new Float64Array(weightCount).fill(0.01);

for (let pass = 0; pass < passes; pass += 1) {
  const step = firstStep / (pass + 1);
  for (let n = 0; n < flights.length; n += 1) {
    // Through the months in great leaps: neighbours in time are too much alike. (The step is a prime number.)
    const flight = flights[(n * 1_000_003) % flights.length];
    if (flight !== undefined) learn(flight, step);
  }
}

const largest = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
const scale = largest / 127;
const bytes = Int8Array.from(weights, (weight) => Math.round(weight / scale));
const model: StoredModel = {
  description: `Logistic regression, ${flights.length} flights of January to April 2001, late is 15 minutes or more; made by train.ts`,
  scale,
  weights: Buffer.from(bytes.buffer).toString('base64'),
};
const file = join(import.meta.dirname, 'model.json');
writeFileSync(file, `${JSON.stringify(model, null, 2)}\n`);
console.log(`${file}: learned from ${flights.length} flights`);

function learn(flight: Example, step: number): void {
  const active = features(flight);
  let sum = 0;
  for (const feature of active) sum += weights[feature] ?? 0;
  const error = 1 / (1 + Math.exp(-sum)) - (flight.late ? 1 : 0);
  for (const feature of active) {
    const correction = (corrections[feature] ?? 0) + error * error;
    corrections[feature] = correction;
    weights[feature] = (weights[feature] ?? 0) - (step * error) / Math.sqrt(correction);
  }
}

interface Example extends Flight {
  readonly late: boolean;
}

async function readFlights(path: string): Promise<readonly Example[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const query =
    'SELECT epoch_ms(date)::DOUBLE, distance::DOUBLE, origin, destination, delay >= 15 FROM read_parquet($path) WHERE month(date) < 5';
  const reader = await connection.runAndReadAll(query, { path });
  return reader.getRowsJS().map(([ms, distance, origin, destination, late]) => ({
    date: new Date(Number(ms)),
    distance: Number(distance),
    origin: String(origin),
    destination: String(destination),
    late: late === true,
  }));
}
