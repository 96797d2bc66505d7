/** What is noted of an image in the folder that is kept for it. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRecord } from '../../os/facts.ts';

export interface Image {
  /** What never leads to another one. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** The Python that is first on its PATH; absent: none. */
  readonly python?: { readonly file: string; readonly version: string };
  /** One of ours: what built it, and under which name; its size in bytes. */
  readonly built?: { readonly tool: string; readonly tag: string; readonly bytes: number };
}

export const imageFile = 'image.json';

export function writeImage(directory: string, image: Image): void {
  writeFileSync(join(directory, imageFile), JSON.stringify(image));
}

/** @throws Error where there is none */
export function readImage(directory: string): Image {
  const image: unknown = JSON.parse(readFileSync(join(directory, imageFile), 'utf8'));
  if (!isImage(image)) throw new Error(`${join(directory, imageFile)} tells of no image`);
  return image;
}

/** Takes the image itself away, where it is one of ours. */
export async function removeImage({ built }: Image): Promise<void> {
  // Another home may have it, too, or a container: then it stays.
  if (built !== undefined) await promisify(execFile)(built.tool, ['rmi', built.tag]).catch(() => {});
}

function isImage(value: unknown): value is Image {
  return isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string';
}
