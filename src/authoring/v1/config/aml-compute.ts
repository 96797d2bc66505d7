import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { instance, nonEmptyText } from '../options/rules.ts';
import { Workspace } from '../workspace.ts';

/** What an AmlCompute is made from. */
export interface AmlComputeOptions {
  /** Where it is used. */
  readonly workspace: Workspace;
  /** What it is called. */
  readonly name: string;
}

const OPTIONS = new Options<AmlComputeOptions>('AmlCompute', { workspace: instance(Workspace), name: nonEmptyText });

/**
 * A compute by its name, wherever a `computeTarget` is taken. A name that is not configured runs on this machine, with a notice.
 * Values in Python's order (workspace, name), or options.
 *
 * Source: azureml.core.compute.AmlCompute.
 */
export class AmlCompute {
  /** Where it is used. */
  readonly workspace: Workspace;
  /** What it is called. */
  readonly name: string;

  /** @throws RequestError without a workspace or a name. */
  constructor(...given: readonly [options: AmlComputeOptions] | readonly [workspace: Workspace, name: string]) {
    const { workspace, name } = OPTIONS.judge(arranged(OPTIONS.of, OPTIONS.names, given));
    this.workspace = workspace;
    this.name = name;
  }
}
