import { RequestError } from '../../errors/types.ts';
import { type NatsPlace, natsPlaceIn } from '../../nats/place.ts';

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

const typeVariable = 'PARALLELRUN_COMPUTE_TYPE';
const defaultAckWait = 5;

export function isCluster(variables: Readonly<Record<string, string | undefined>>): boolean {
  return variables[typeVariable] === 'nats';
}

/**
 * @param variables those that hold on the compute
 * @returns undefined for a compute that is this machine
 * @throws RequestError for a cluster of which nobody says where it is
 */
export function clusterIn(name: string, variables: Readonly<Record<string, string | undefined>>): ClusterPlace | undefined {
  if (!isCluster(variables)) return undefined;
  const nats = natsPlaceIn(variables);
  if (nats === undefined) {
    throw new RequestError({
      code: 'no-nats-url',
      message: `The compute ${name} is of type nats, and has no url.`,
      hint: `Say where its server is: prl compute create ${name} --type nats --url nats://HOST:4222`,
    });
  }
  const labels = (variables.PARALLELRUN_NATS_LABELS ?? '').split(',').map((label) => label.trim());
  const { PARALLELRUN_NATS_NODES: nodes } = variables;
  return {
    name,
    nats,
    ...(nodes !== undefined && nodes !== '' && { nodes: Number(nodes) }),
    labels: labels.filter((label) => label !== ''),
    ackWaitMs: 1000 * Number(variables.PARALLELRUN_NATS_ACK_WAIT || defaultAckWait),
  };
}
