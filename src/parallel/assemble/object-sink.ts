/** Rows go up in parts while they are joined: no copy of the object is on this machine. */
import type { ObjectWriter } from '../../data/stores/object/writer.ts';
import { StoreError } from '../../data/stores/store.ts';
import { Budget, uploadBudget } from '../../data/upload/budget.ts';
import type { FarRows } from '../../data/upload/far-rows.ts';
import { PartsUpload } from '../../data/upload/parts.ts';
import { UploadError } from '../../data/upload/upload-error.ts';
import { UploadedFiles } from '../../data/upload/uploaded.ts';
import type { Sink } from './sink.ts';

export class ObjectSink implements Sink {
  readonly #rows: FarRows;
  readonly #upload: Promise<{ readonly writer: ObjectWriter; readonly parts: PartsUpload }>;
  #finished = false;

  constructor(rows: FarRows) {
    this.#rows = rows;
    const { key, notes, signal } = rows;
    this.#upload = rows.open().then((writer) => {
      return { writer, parts: new PartsUpload({ writer, key, notes, budget: new Budget(uploadBudget), signal }) };
    });
    // Told to whoever writes.
    this.#upload.catch(() => {});
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#told((parts) => parts.write(bytes));
  }

  async finish(): Promise<void> {
    const { path, notes } = this.#rows;
    const uploaded = await this.#told((parts) => parts.finish());
    new UploadedFiles(notes).add({ path, ...uploaded });
    this.#finished = true;
  }

  async close(keep: boolean): Promise<void> {
    const upload = await this.#upload.catch(() => undefined);
    if (keep || this.#finished) await upload?.parts.close();
    else await upload?.parts.abandon();
  }

  async #told<T>(act: (parts: PartsUpload) => Promise<T>): Promise<T> {
    const { writer, parts } = await this.#upload;
    try {
      return await act(parts);
    } catch (error) {
      throw error instanceof StoreError ? new UploadError(writer.describe(this.#rows.key), error) : error;
    }
  }
}
