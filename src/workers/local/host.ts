import type { Log } from '../../os/log-tail.ts';
import type { Whereabouts } from '../compute.ts';

/** How the host process of an entry-script language is started, and asked where it hangs. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the process is; undefined where it does not say so within a moment. It need not go on afterwards. */
  readonly whereIs: (process: AskedProcess) => Promise<Whereabouts | undefined>;
}

export interface AskedProcess {
  readonly pid: number;
  /** What it writes to stderr, from its start on. */
  readonly stderr: Log;
  /** The folder of the code. */
  readonly code: string;
}
