/** The agents that a compute starts for one step. */
import { join } from 'node:path';
import { agentCommand, credentialsOf, removeAgentFiles, withoutSecrets } from '../launch/agent-command.ts';
import { Fleet } from '../launch/fleet.ts';
import { openLauncher } from '../launch/open-launcher.ts';
import { launcherIn, prlOf } from '../launch/settings.ts';
import { credentialsVariable } from '../nats/place.ts';
import { tail } from '../os/log-tail.ts';
import { type AgentWatch, exclusivePrefix } from '../workers/cluster/agents.ts';
import type { ClusterPlace } from '../workers/cluster/place.ts';
import type { StateFiles } from './record/state-files.ts';
import type { ClusterRun, ParallelRun, RunControl } from './types.ts';

/** Lines of what an agent has printed that are told where it did not come. */
const toldLines = 8;

/** The label of the agents that are there for the step alone. */
export function stepLabel(key: string): string {
  return `${exclusivePrefix}${key}`;
}

/** @returns undefined where somebody else starts the agents. @throws RequestError in the scheduler's own words */
export async function openFleet(
  { directory, step }: ParallelRun,
  { place, what, inherited }: ClusterRun,
  { emit }: RunControl,
  state: StateFiles,
  key: string,
): Promise<{ readonly watch: AgentWatch; close(): Promise<void> } | undefined> {
  const settings = launcherIn(inherited);
  if (settings.type === 'manual') return undefined;
  const folder = join(state.directory, 'agents');
  const logs = join(directory, 'logs', 'sys', 'agents');
  const prl = prlOf(settings);
  const keepsSecrets = settings.type === 'kubernetes';
  const text = keepsSecrets ? credentialsOf(place.nats, inherited) : undefined;
  const command = agentCommand({ ...agentOf(place, key), variables: inherited, folder, keepsSecrets, ...(prl !== undefined && { prl }) });
  const launcher = await openLauncher(settings, {
    key,
    what,
    logs,
    command,
    kind: { type: 'agent' },
    environmentVariables: withoutSecrets(inherited),
    ...(text !== undefined && { credentials: { variable: credentialsVariable, text } }),
  });
  if (launcher === undefined) return undefined;
  const fleet = await Fleet.start(launcher, {
    agents: Math.min(place.nodes ?? launcher.most ?? 1, launcher.most ?? Number.POSITIVE_INFINITY),
    notice: (level, message) => emit({ type: 'notice', level, step, message }),
    printed: (label) => tail({ path: join(logs, launcher.logOf(label)), start: 0 }, toldLines),
  });
  return {
    watch: watchFor(fleet),
    async close() {
      await fleet.close();
      removeAgentFiles(folder);
    },
  };
}

function agentOf({ nats, labels, slotsPerNode }: ClusterPlace, key: string) {
  return { nats, labels: [...labels, stepLabel(key)], ...(slotsPerNode !== undefined && { slots: slotsPerNode }) };
}

function watchFor(fleet: Fleet): AgentWatch {
  const each = (labels: readonly string[], tell: (label: string) => void) => {
    for (const label of labels) tell(label);
  };
  return {
    broken: fleet.broken,
    joined: (labels) => each(labels, (label) => fleet.joined(label)),
    refused: (labels, why) => each(labels, (label) => fleet.refused(label, why)),
    lost: (labels) => each(labels, (label) => fleet.lost(label)),
  };
}
