/** Inputs in object stores. */
import { StoreError } from '../../data/stores/store.ts';
import { knownFile } from '../../data/table/known-formats.ts';
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
 * What an input that is split can be read as where it is: lists of files, and text. Undefined for what must be on this machine first: tables of other
 * kinds. @throws RequestError that names the input
 */
export function readableThere(input: Extract<BoundInput, { kind: 'data' }>, { store, path }: FarData): Promise<DataType | undefined> {
  const { name, type, view, read } = input;
  return told(name, async () => {
    if (view !== undefined || read === 'table') return undefined;
    if (type === 'mltable') {
      const table = await store.stat(path === '' ? 'MLTable' : `${path}/MLTable`);
      return table === undefined && (await store.stat(path))?.kind === 'folder' ? 'uri_folder' : undefined;
    }
    if (type === 'uri_file') return knownFile(path)?.format === 'parquet' ? undefined : type;
    return type;
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
