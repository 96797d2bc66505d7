/**
 * Logistic regression over hashed features: every flight switches on a dozen of 65,536 weights, one for each thing that
 * is known when it leaves the gate (its route, the time of day at that airport, the weekday …).
 */
import { readFileSync } from 'node:fs';

export interface Flight {
  /** When it left the gate, local time. */
  readonly date: Date;
  /** Miles. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** As stored in model.json: one byte for each weight. */
export interface StoredModel {
  readonly description: string;
  /** A weight is its byte times this. */
  readonly scale: number;
  /** Base64. */
  readonly weights: string;
}

export const weightCount = 2 ** 16;

export type Weights = Float32Array | Float64Array;

export function readModel(file: string): Weights {
  const stored: StoredModel = JSON.parse(readFileSync(file, 'utf8'));
  const bytes = new Int8Array(Buffer.from(stored.weights, 'base64'));
  return Float32Array.from(bytes, (byte) => byte * stored.scale);
}

/** Probability that the flight arrives 15 minutes late or later. */
export function lateProbability(weights: Weights, flight: Flight): number {
  let sum = 0;
  for (const feature of features(flight)) sum += weights[feature] ?? 0;
  return 1 / (1 + Math.exp(-sum));
}

const active = new Int32Array(11);

/** Indices of the weights that a flight switches on; the same array at each call. */
export function features({ date, distance, origin, destination }: Flight): Int32Array {
  const minutes = date.getUTCHours() * 60 + date.getUTCMinutes();
  const hour = date.getUTCHours();
  const weekday = date.getUTCDay();
  const from = airport(origin);
  const to = airport(destination);
  const route = Math.imul(from, 17_576) + to;
  active[0] = hash(0, 0);
  active[1] = hash(1, hour);
  active[2] = hash(2, from);
  active[3] = hash(3, to);
  active[4] = hash(4, weekday);
  active[5] = hash(5, from * 24 + hour);
  active[6] = hash(6, to * 24 + hour);
  active[7] = hash(7, weekday * 24 + hour);
  // Timetables like multiples of five: a flight that leaves on one is often on time.
  active[8] = hash(8, minutes % 5);
  active[9] = hash(9, Math.imul(route, 64) + Math.floor(distance / 200));
  // The route in slots of 20 minutes: learns the timetable, and so who left behind it.
  active[10] = hash(10, Math.imul(route, 72) + Math.floor(minutes / 20));
  return active;
}

/** Three letters as a number. */
function airport(code: string): number {
  return (code.charCodeAt(0) * 26 + code.charCodeAt(1)) * 26 + code.charCodeAt(2);
}

function hash(kind: number, value: number): number {
  let bits = Math.imul(value + 1, 0x9e3779b1) ^ Math.imul(kind + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  bits = Math.imul(bits ^ (bits >>> 13), 0x45d9f3b);
  return ((bits ^ (bits >>> 16)) >>> 0) % weightCount;
}
