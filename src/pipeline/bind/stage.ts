/** Brings data that is not on this machine into the step's folder. */
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { StepLayout } from '../../store/layout.ts';
import type { BoundInput } from './inputs.ts';

/** An input whose data is at hand. */
export type StagedInput =
  | Extract<BoundInput, { kind: 'literal' }>
  | (Omit<Extract<BoundInput, { kind: 'data' }>, 'location'> & { readonly path: string });

/** Local data is used where it is; data on the web is fetched once, also over a resume. @throws RequestError when it can not be fetched. */
export async function stageInput(input: BoundInput, layout: StepLayout, kill: AbortSignal): Promise<StagedInput> {
  if (input.kind === 'literal') return input;
  const { location, ...rest } = input;
  return { ...rest, path: location.kind === 'local' ? location.path : await fetchFile(input.name, location.url, layout, kill) };
}

async function fetchFile(name: string, url: string, layout: StepLayout, kill: AbortSignal): Promise<string> {
  const folder = join(layout.inputs, name);
  const file = join(folder, basename(decodeURIComponent(new URL(url).pathname)) || 'data');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  try {
    const response = await fetch(url, { signal: kill });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status} ${response.statusText}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(`${file}.part`));
    renameSync(`${file}.part`, file);
    return file;
  } catch (cause) {
    throw new RequestError(
      {
        code: 'fetch-failed',
        message: `The input ${name} could not be fetched from ${withoutQuery(url)}: ${reasonOf(cause)}.`,
        hint: 'Download it yourself and give its local path.',
      },
      { cause },
    );
  }
}

/** A query may be a signature that gives access. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

/** `fetch` says only that it failed; why stands in the error's cause. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
