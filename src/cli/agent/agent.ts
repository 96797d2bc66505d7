/** `prl agent`: runs until it is told to leave. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Agent } from '../../agent/agent.ts';
import { RequestError } from '../../errors/types.ts';
import { variablesOn } from '../../language/computes.ts';
import { connectNats } from '../../nats/connect.ts';
import { credentialsVariable, natsPlaceIn } from '../../nats/place.ts';
import { processContext } from '../../os/process-context.ts';
import { exitCodes, tell } from '../errors.ts';

export interface AgentCommandOptions {
  readonly nats?: string;
  readonly compute?: string;
  readonly slots?: number;
  readonly labels?: string;
  readonly name?: string;
  readonly credentials?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly space?: string;
  /** Seconds. */
  readonly idleTimeout?: number;
}

/** @throws RequestError when there is no server that lets it in */
export async function agent(options: AgentCommandOptions): Promise<void> {
  const here = processContext();
  const { environmentVariables } = here;
  const variables = {
    ...(options.compute === undefined ? environmentVariables : variablesOn(options.compute, environmentVariables)),
    ...given(options),
  };
  const place = natsPlaceIn(variables);
  if (place === undefined) {
    throw new RequestError({
      code: 'no-nats-url',
      message: 'No NATS server is named.',
      hint: 'Name it with --nats nats://HOST:4222, or a compute of the configuration with --compute NAME. On one machine, prl up brings a server and two agents with it.',
    });
  }
  const name = nodeName(options.name ?? environmentVariables.SLURMD_NODENAME ?? hostname());
  const link = await connectNats(place, `parallelrun agent ${name}`, variables);
  // Scripts have no business with it.
  const { [credentialsVariable]: _secret, ...own } = environmentVariables;
  const labels = (options.labels ?? '').split(',').map((label) => label.trim());
  const running = new Agent(link, {
    name,
    ...(options.slots !== undefined && { slots: options.slots }),
    labels: labels.filter((label) => label !== ''),
    ...(options.idleTimeout !== undefined && { idleMs: 1000 * options.idleTimeout }),
    here: { ...here, environmentVariables: own },
    tell,
  });
  let asked = 0;
  const stop = () => {
    asked += 1;
    if (asked === 1) {
      tell(`agent ${name}: takes nothing more, and leaves when what runs has finished; once more kills it`);
      running.leave();
    } else void running.quit().then(() => process.exit(exitCodes.interrupted));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  await running.run();
  await link.close();
}

function given({ nats, credentials, ca, cert, key, space }: AgentCommandOptions): Readonly<Record<string, string>> {
  const paths = { CREDENTIALS: credentials, CA: ca, CERT: cert, KEY: key };
  const files = Object.entries(paths).flatMap(([name, file]) =>
    file === undefined ? [] : [[`PARALLELRUN_NATS_${name}_FILE`, resolve(file)]],
  );
  return {
    ...Object.fromEntries(files),
    ...(nats !== undefined && { PARALLELRUN_NATS_URL: nats }),
    ...(space !== undefined && { PARALLELRUN_NATS_SPACE: space }),
  };
}

/** A folder of logs is called so. */
function nodeName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 63);
  return /^[A-Za-z0-9]/.test(plain) ? plain : `node-${plain}`;
}
