import { sizeOfFile, type TableFiles } from './table-files.ts';

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
export async function chooseSample(files: TableFiles): Promise<Sample> {
  const whole = await wholeSample(files);
  if (whole !== undefined) return { places: whole, whole: true };
  const { paths } = files;
  const chosen =
    paths.length <= places
      ? paths
      : Array.from({ length: places }, (_, index) => paths[Math.floor((index * (paths.length - 1)) / (places - 1))] ?? '');
  const perFile = Math.ceil(places / chosen.length);
  const found: SamplePlace[] = [];
  for (const path of new Set(chosen)) {
    const size = await sizeOfFile(files, path);
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

async function wholeSample(files: TableFiles): Promise<readonly SamplePlace[] | undefined> {
  if (files.paths.length > wholeFiles) return undefined;
  const found: SamplePlace[] = [];
  let bytes = 0;
  for (const path of files.paths) {
    const size = await sizeOfFile(files, path);
    bytes += size;
    if (bytes > wholeBytes) return undefined;
    found.push({ path, start: 0, length: size, last: true });
  }
  return found;
}
