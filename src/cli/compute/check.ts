/** `prl compute check`: whether jobs can run on a cluster, found out before one does. */
import { RequestError } from '../../errors/types.ts';
import { variablesOn } from '../../language/computes.ts';
import { checkLauncher } from '../../launch/check.ts';
import { launcherIn } from '../../launch/settings.ts';
import { connectNats } from '../../nats/connect.ts';
import { Queue } from '../../nats/queue.ts';
import { processContext } from '../../os/process-context.ts';
import { ownVersion } from '../../os/version.ts';
import { findHome } from '../../store/home.ts';
import { clusterIn } from '../../workers/cluster/place.ts';
import { callRoll, type RolledAgent } from '../../workers/cluster/roll.ts';
import { exitCodes, tell } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';

/** Exit code 1 where no agent can take work. @throws RequestError when the server cannot be used */
export async function check(name: string | undefined, options: ResultOptions): Promise<number> {
  const { environmentVariables } = processContext();
  const given = name ?? '';
  const place = clusterIn(given, variablesOn(given, environmentVariables));
  if (place === undefined) {
    throw new RequestError({
      code: 'no-cluster',
      message: `${JSON.stringify(given)} is no compute of type nats: there is nothing to look at but this machine (prl doctor).`,
      hint: 'prl compute list',
    });
  }
  const launcher = launcherIn(variablesOn(given, environmentVariables));
  const home = findHome();
  const link = await connectNats(place.nats, 'parallelrun compute check', environmentVariables);
  try {
    await Queue.open(link);
    const started = await checkLauncher(launcher, environmentVariables);
    const nodes = (await callRoll(link, home)).map((agent) => ({
      node: agent.name,
      version: agent.version,
      slots: agent.slots,
      free: agent.free,
      cores: agent.cores,
      gpus: agent.gpus,
      labels: agent.labels,
      problem: problemOf(agent, place.labels, home) ?? null,
    }));
    const fit = nodes.filter(({ problem }) => problem === null);
    await printResult(nodes, options, () =>
      columns(
        ['NODE', 'SLOTS', 'FREE', 'CORES', 'GPUS', 'LABELS', 'PROBLEM'],
        nodes.map(({ node, slots, free, cores, gpus, labels, problem }) => [
          node,
          ...[slots, free, cores, gpus].map(String),
          labels.join(',') || '-',
          problem ?? '-',
        ]),
      ),
    );
    const server = `prl: NATS ${link.nc.info?.version ?? ''} at ${place.nats.url}, space ${place.nats.space}`;
    if (started.length > 0) {
      tell(`${server}: steps start their own agents there, by ${launcher.type}.`);
      for (const line of started) tell(`prl: ${line}.`);
      return exitCodes.completed;
    }
    tell(`${server}: ${fit.length} of ${nodes.length} nodes can take work.`);
    return fit.length > 0 ? exitCodes.completed : exitCodes.failed;
  } finally {
    await link.close();
  }
}

function problemOf({ version, labels, leaving, sharesFolder }: RolledAgent, wanted: readonly string[], home: string): string | undefined {
  if (version !== ownVersion()) return `its agent is version ${version}, this is ${ownVersion()}`;
  const lacking = wanted.filter((label) => !labels.includes(label));
  if (lacking.length > 0) return `it lacks the label ${lacking.join(', ')}`;
  if (leaving) return 'it is leaving';
  return sharesFolder ? undefined : `${home} is not the same folder there`;
}
