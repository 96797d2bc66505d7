import type { SegmentStore } from '../compute.ts';
import type { StepOrder } from './messages.ts';

/** A step that runs on a cluster, as its coordinator knows it. */
export interface ClusterStep {
  /** The same for all lives of the step, on whatever machine. */
  readonly key: string;
  /** For people. */
  readonly what: string;
  readonly order: StepOrder;
  readonly segments: SegmentStore;
  /** What runs the entry script. */
  readonly program: string;
  readonly version: string;
  /** Agents come because of the step: at the beginning there are none. */
  readonly startsAgents?: boolean;
  /** They may hold credentials. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly notice: (level: 'info' | 'warning', message: string) => void;
}
