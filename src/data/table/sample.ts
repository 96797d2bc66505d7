import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';

/** Inputs up to this many bytes are looked at as a whole, so that types are what they are for all rows. */
const wholeBytes = 16 * 1024 ** 2;
/** Files whose sizes are looked up to know whether that is so. */
const wholeFiles = 1000;
/** Otherwise so many places are looked at, spread evenly over the files and within them. */
const places = 64;
const placeBytes = 128 * 1024;

/** A stretch of a file to look at. */
export interface SamplePlace {
  readonly path: string;
  readonly start: number;
  /** At most; the reader stops at the last whole row. */
  readonly length: number;
  /** The stretch reaches the end of the file. */
  readonly last: boolean;
}

export interface Sample {
  readonly places: readonly SamplePlace[];
  /** Every row of the input is in it. */
  readonly whole: boolean;
}

/** Chooses what to look at to decide the types. */
export async function chooseSample(root: string, files: readonly string[]): Promise<Sample> {
  const whole = await wholeSample(root, files);
  if (whole !== undefined) return { places: whole, whole: true };
  const chosen =
    files.length <= places
      ? files
      : Array.from({ length: places }, (_, index) => files[Math.floor((index * (files.length - 1)) / (places - 1))] ?? '');
  const perFile = Math.ceil(places / chosen.length);
  const found: SamplePlace[] = [];
  for (const path of new Set(chosen)) {
    const size = await sizeOf(root, path);
    if (size <= perFile * placeBytes) found.push({ path, start: 0, length: size, last: true });
    else {
      for (let place = 0; place < perFile; place += 1) {
        const start = perFile === 1 ? 0 : Math.floor(((size - placeBytes) * place) / (perFile - 1));
        found.push({ path, start, length: placeBytes, last: start + placeBytes >= size });
      }
    }
  }
  return { places: found, whole: false };
}

async function wholeSample(root: string, files: readonly string[]): Promise<readonly SamplePlace[] | undefined> {
  if (files.length > wholeFiles) return undefined;
  const found: SamplePlace[] = [];
  let bytes = 0;
  for (const path of files) {
    const size = await sizeOf(root, path);
    bytes += size;
    if (bytes > wholeBytes) return undefined;
    found.push({ path, start: 0, length: size, last: true });
  }
  return found;
}

async function sizeOf(root: string, path: string): Promise<number> {
  try {
    return (await stat(join(root, path))).size;
  } catch (error) {
    throw new RequestError({
      code: 'missing-file',
      message: `The file cannot be read: ${messageOf(error)}.`,
      file: join(root, path),
    });
  }
}
