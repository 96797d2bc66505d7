import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { type Doing, markerLength, phases } from './messages.ts';

/** Creates the file that a worker writes its present doing into. */
export function createMarker(file: string): void {
  writeFileSync(file, Buffer.alloc(markerLength));
}

/** What the worker is (or, when it is dead, was) doing; undefined when it never got as far as saying so. */
export function readMarker(file: string): Doing | undefined {
  const bytes = Buffer.alloc(markerLength);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    if (readSync(descriptor, bytes, 0, markerLength, 0) < markerLength) return undefined;
  } finally {
    closeSync(descriptor);
  }
  const phase = phases[bytes.readUInt8(20)];
  const since = bytes.readDoubleLE(0);
  if (phase === undefined || since === 0) return undefined;
  const doing = { since, index: bytes.readUInt32LE(8), attempt: bytes.readUInt32LE(12), phase };
  return phase === 'running' ? { ...doing, items: bytes.readUInt32LE(16) } : doing;
}
