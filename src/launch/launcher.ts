/** What starts agents on machines, as the rest of us knows it: a scheduler of a cluster, or a list of machines. */

/** What is to be started for a step, on machines of its own. */
export interface LaunchOrder {
  /** Of the step: the same in all its lives, on whatever machine; letters and digits. */
  readonly key: string;
  /** For people: `JOB, step STEP`. */
  readonly what: string;
  /** What it prints goes here: a folder that every machine sees, absolute. */
  readonly logs: string;
  /** The command line, for an agent with this label. */
  readonly command: (label: string) => readonly [file: string, ...args: string[]];
  /** For the programs of the scheduler, and what is started inherits them where it hands that on. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What lets an agent in, for a scheduler that keeps secrets itself; then none is in the files of the command. */
  readonly credentials?: { readonly variable: string; readonly text: string };
  /** An agent, each on a machine of its own; or a command that runs once and on several machines. */
  readonly kind: { readonly type: 'agent' } | { readonly type: 'command'; readonly nodes: number; readonly processesPerNode: number };
}

export interface Launcher {
  /** For people: `Slurm`. */
  readonly name: string;
  /** What it calls an allocation: `job`. */
  readonly unit: string;
  /** Machines that there are; absent: nobody knows. */
  readonly most?: number;
  /**
   * Asks for machines. Returns when the request has been taken: the machines may come later.
   * @param labels one for each allocation
   * @returns the allocations, in the same order, as the scheduler calls them
   * @throws RequestError in the scheduler's own words
   */
  start(labels: readonly string[]): Promise<readonly string[]>;
  /** The file that it prints into, in the folder of the order. */
  logOf(label: string): string;
  /** What became of the step's allocations; those that ended long ago may be missing. @throws RequestError as `start` does */
  look(): Promise<ReadonlyMap<string, AllocationState>>;
  /** Gives allocations back, whatever runs there. */
  cancel(allocations: readonly string[]): Promise<void>;
  /** Gives back all that the step has, also what an earlier life of it has left. */
  clear(): Promise<void>;
}

export type AllocationState =
  /** In the scheduler's own word: `Priority`. */
  | { readonly kind: 'pending'; readonly reason: string }
  | { readonly kind: 'running'; readonly host: string }
  /** In the scheduler's own word: `TIMEOUT`. */
  | { readonly kind: 'ended'; readonly why: string; readonly host: string };
