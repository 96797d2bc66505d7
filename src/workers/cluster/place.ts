import type { NatsPlace } from '../../nats/place.ts';

/** A cluster, and how much of it a step takes. */
export interface ClusterPlace {
  /** The compute's name. */
  readonly name: string;
  readonly nats: NatsPlace;
  /** Agents that do not have all of them are left alone. */
  readonly labels: readonly string[];
  /** Silence after which a node counts as dead, and its work is given to others. */
  readonly ackWaitMs: number;
  /** Nodes at the same time; absent: all that there are. */
  readonly nodes?: number;
  /** Workers on each; absent: as many as an agent has slots. */
  readonly slotsPerNode?: number;
}
