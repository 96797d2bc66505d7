/** The command line of an agent that somebody else starts. Nothing secret is in it: that is in files which only their owner can read. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsVariable, type NatsPlace } from '../nats/place.ts';
import { lineageVariable } from '../os/lineage.ts';
import { ownEntry } from '../os/own-files.ts';

export interface AgentSettings {
  readonly nats: NatsPlace;
  /** They may hold the credentials. */
  readonly variables: Readonly<Record<string, string>>;
  /** A folder that every machine sees, for what the agent needs to get in. */
  readonly folder: string;
  /** The command line of `prl` there. Default: the program that runs here. */
  readonly prl?: readonly string[];
  readonly slots?: number;
  readonly labels: readonly string[];
  /** The scheduler brings the credentials. */
  readonly keepsSecrets?: boolean;
}

/** An agent whose step is not carried on leaves: nobody may ever do so. */
const idleSeconds = 120;

/**
 * @returns the command line of an agent with one more label
 * @throws the system's error when the files cannot be written
 */
export function agentCommand(settings: AgentSettings): (label: string) => readonly [string, ...string[]] {
  const { nats, slots, labels } = settings;
  const options = {
    '--nats': nats.url,
    '--space': nats.space,
    ...filesOf(settings),
    ...(slots !== undefined && { '--slots': `${slots}` }),
  };
  const own = Object.entries({ ...options, '--idle-timeout': `${idleSeconds}` }).flat();
  return (label) => [...prlCommand(settings.prl), 'agent', ...own, '--labels', [...labels, label].join(',')];
}

/** What lets agents in: a token, the seed of an nkey … @throws the system's error for a file that cannot be read */
export function credentialsOf({ credentialsFile }: NatsPlace, variables: Readonly<Record<string, string>>): string | undefined {
  const text = credentialsFile === undefined ? variables[credentialsVariable] : readFileSync(credentialsFile, 'utf8');
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** The command line of `prl` on another machine. @param given absent: the program that runs here, under the same path */
export function prlCommand(given: readonly string[] = []): readonly [string, ...string[]] {
  const [program, ...before] = given;
  return program === undefined ? [process.execPath, ownEntry('cli/main')] : [program, ...before];
}

/** Nobody is to get in by them any more. */
export function removeAgentFiles(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What of this process's variables others may have: not what lets them in, nor what its own processes are told by. */
export function withoutSecrets(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { [credentialsVariable]: _secret, [lineageVariable]: _own, ...others } = variables;
  return others;
}

function filesOf({ nats, variables, folder, keepsSecrets = false }: AgentSettings): Readonly<Record<string, string>> {
  const { caFile, certFile, keyFile } = nats;
  const credentials = keepsSecrets ? undefined : credentialsOf(nats, variables);
  const files = Object.entries({ ca: caFile, cert: certFile, key: keyFile }).flatMap(([name, file]) =>
    file === undefined ? [] : [{ name, text: readFileSync(file, 'utf8') }],
  );
  const written = credentials === undefined ? files : [...files, { name: 'credentials', text: credentials }];
  if (written.length > 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Object.fromEntries(
    written.map(({ name, text }) => {
      const file = join(folder, name);
      rmSync(file, { force: true });
      writeFileSync(file, text, { mode: 0o600 });
      return [`--${name}`, file];
    }),
  );
}
