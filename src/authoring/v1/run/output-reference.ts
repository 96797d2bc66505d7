import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { outputPaths } from '../../client/outputs.ts';
import { invalid } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';

/** What a run wrote for one output. */
export class OutputReference {
  readonly name: string;
  readonly #workspace: Workspace;
  readonly #run: string;
  readonly #step: string | undefined;

  /** `step`: none for an output of the pipeline itself. */
  constructor(workspace: Workspace, run: string, step: string | undefined, name: string) {
    this.#workspace = workspace;
    this.#run = run;
    this.#step = step;
    this.name = name;
  }

  /** Where it is on this machine. @throws RequestError when the output is unknown or not there yet. */
  async getPath(): Promise<string> {
    const outputs = await outputPaths(this.#workspace.home, this.#run, this.#step);
    const path = outputs[this.name];
    if (path !== undefined && existsSync(path)) return path;
    const known = Object.keys(outputs);
    throw invalid(
      'name',
      `The output ${this.name} is not there.`,
      known.length === 0 ? 'Nothing was written yet.' : `There is: ${known.join(', ')}.`,
    );
  }

  /** Copies the files of the output into a folder, and gives how many there are. */
  async download(localPath: string): Promise<number> {
    const from = await this.getPath();
    const to = resolve(localPath);
    mkdirSync(to, { recursive: true });
    // A filter: without one Node copies natively, and aborts the process where the system refuses.
    cpSync(from, statSync(from).isFile() ? join(to, basename(from)) : to, { recursive: true, dereference: true, filter: () => true });
    if (statSync(from).isFile()) return 1;
    return readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).length;
  }
}
