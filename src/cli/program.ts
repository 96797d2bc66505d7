/** The tree of commands. Only the branch that was asked for is built; the others are names with a summary. */
import { Command } from 'commander';
import { ownVersion } from '../os/version.ts';

export interface CommandModule {
  /** Adds arguments, options, subcommands and actions. @param whole the program with all its branches */
  define(command: Command, whole: () => Promise<Command>): void;
}

interface Branch {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
  /** Not for people. */
  readonly hidden?: true;
}

const asset = () => import('./asset/command.ts');

const branches: readonly Branch[] = [
  { name: 'run', summary: 'run a job file here and now', load: () => import('./run/command.ts') },
  { name: 'init', summary: 'write a working example job into the current, empty folder', load: () => import('./init/command.ts') },
  { name: 'job', summary: 'create, show, follow, cancel, resume, debug … jobs', load: () => import('./job/command.ts') },
  { name: 'data', summary: 'register and list data', load: asset },
  { name: 'model', summary: 'register and list models', load: asset },
  { name: 'environment', summary: 'register and list environments', load: asset },
  { name: 'component', summary: 'register and list components', load: asset },
  { name: 'datastore', summary: 'register and list datastores', load: asset },
  { name: 'compute', summary: 'what jobs can run on', load: () => import('./compute/command.ts') },
  { name: 'agent', summary: 'have this machine work for a cluster', load: () => import('./agent/command.ts') },
  { name: 'up', summary: 'try a cluster: a NATS server and two agents on this machine', load: () => import('./up/command.ts') },
  { name: 'clean', summary: 'delete old jobs with their outputs', load: () => import('./clean/command.ts') },
  { name: 'usage', summary: 'what takes room in the home, job by job', load: () => import('./usage/command.ts') },
  { name: 'config', summary: 'the settings that hold here, and where each comes from', load: () => import('./config/command.ts') },
  { name: 'schema', summary: 'the JSON Schema of a kind of file, for editors', load: () => import('./schema/command.ts') },
  { name: 'doctor', summary: 'check what this machine has', load: () => import('./doctor/command.ts') },
  { name: 'completion', summary: 'print a completion script for a shell', load: () => import('./completion/command.ts') },
  { name: '__complete', summary: 'what a completion script asks', load: () => import('./completion/ask.ts'), hidden: true },
  { name: '__command', summary: 'what a scheduler starts', load: () => import('./command-order/command.ts'), hidden: true },
];

/** The program for one command line. `everything` builds all branches (for completion). */
export async function buildProgram(args: readonly string[], everything = false): Promise<Command> {
  const program = new Command('prl')
    .description('Run parallel jobs - init() and run(mini_batch) - from the job files that Azure Machine Learning users have.')
    .version(ownVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', '\nStart with: prl init --language ts && prl run .');
  const asked = args.find((arg) => !arg.startsWith('-'));
  for (const { name, summary, load, hidden = false } of branches) {
    const command = program.command(name, { hidden }).summary(summary).description(sentence(summary)).helpCommand(false);
    if (everything || name === asked) (await load()).define(command, () => buildProgram([], true));
  }
  if (args.length === 0) program.action(() => program.outputHelp());
  return program;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
