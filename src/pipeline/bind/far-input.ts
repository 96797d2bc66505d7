/** Inputs in object stores. */
import { basename } from 'node:path';
import { mltableName } from '../../data/mltable/find.ts';
import { StoreError } from '../../data/stores/store.ts';
import { RequestError } from '../../errors/types.ts';
import type { DataType } from '../../language/types.ts';
import type { BoundInput } from './inputs.ts';
import type { ObjectAddress } from './object-address.ts';
import { type FarData, openObject } from './open-object.ts';

/** @throws RequestError that names the input */
export function openFar(name: string, address: ObjectAddress, env: Readonly<Record<string, string | undefined>>): Promise<FarData> {
  return told(name, () => openObject(address, env));
}

/**
 * What an input that is split can be read as where it is. Undefined for what must be on this machine first: Delta tables, whose reader wants a path.
 * @throws RequestError that names the input
 */
export function readableThere(input: Extract<BoundInput, { kind: 'data' }>, { store, path }: FarData): Promise<DataType | undefined> {
  const { name, type, view, read } = input;
  return told(name, async () => {
    if (view !== undefined) return undefined;
    if (type !== 'mltable' || read === 'table') return type;
    const table = basename(path) === mltableName ? path : path === '' ? mltableName : `${path}/${mltableName}`;
    const found = await store.stat(table);
    if (found?.kind !== 'file') return (await store.stat(path))?.kind === 'folder' ? 'uri_folder' : undefined;
    const text = await store.read(table, 0, found.size ?? 0);
    return text.includes('read_delta_lake') ? undefined : type;
  });
}

async function told<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `The input ${name} cannot be read: ${error.message}.`;
    throw new RequestError({ code: 'unreadable-path', message }, { cause: error });
  }
}
