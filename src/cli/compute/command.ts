import { type Command, Option } from 'commander';
import { leaf, setOption, wholeNumber } from '../options.ts';

export function define(command: Command): void {
  leaf(command.command('list').summary('list what jobs can run on')).action(async (options) => {
    await (await import('./compute.ts')).list(options);
  });
  leaf(command.command('show').summary('show one compute'))
    .argument('[name]', 'its name', 'local')
    .option('-n, --name <name>', 'the same, as an option')
    .action(async (name, options) => {
      await (await import('./compute.ts')).show(options.name ?? name, options);
    });
  leaf(
    command
      .command('create')
      .summary('configure a cluster under a name that jobs give')
      .description(
        'Writes a compute of type nats into parallelrun.yml. Other types are accepted for scripts: a compute name that is not configured runs on this machine.',
      ),
  )
    .argument('[name]', 'its name')
    .option('-n, --name <name>', 'the same, as an option')
    .option('-f, --file <file>', 'its file')
    .option('-t, --type <type>', 'nats: the machines whose agents speak to the same NATS server')
    .option('--url <url>', 'the NATS server: nats://HOST:4222, tls://HOST:4222')
    .option('--credentials-file <file>', 'a .creds file, the seed of an nkey, or a token, which only you can read')
    .option('--ca-file <file>', "the certificate of whoever has signed the server's")
    .option('--cert-file <file>', 'the certificate to show to a server that asks for one')
    .option('--key-file <file>', 'its private key')
    .option('--space <space>', 'a name that keeps these jobs and agents apart from others on the server')
    .option('--replicas <n>', 'copies of the queue, where the server is a cluster of servers', wholeNumber(1))
    .option('--nodes <n>', 'nodes that a step has at the same time, in place of what its job says', wholeNumber(1))
    .option('--labels <labels>', 'only agents that have all of these, with commas between them')
    .option('--ack-wait <seconds>', 'silence after which a node counts as dead', wholeNumber(2))
    .option('--user', "into the user's configuration file, not the project's")
    .addOption(setOption())
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name, options) => {
      await (await import('./compute.ts')).create(options.name ?? name, options);
    });
  leaf(command.command('delete').summary('take a compute out of the configuration'))
    .argument('[name]', 'its name')
    .option('-n, --name <name>', 'the same, as an option')
    .addOption(new Option('-y, --yes').hideHelp())
    .addOption(new Option('--no-wait').hideHelp())
    .action(async (name, options) => {
      await (await import('./compute.ts')).remove(options.name ?? name, options);
    });
  leaf(command.command('check').summary('look at the machines of a cluster: who is there, and what they have'))
    .argument('[name]', 'its name')
    .option('-n, --name <name>', 'the same, as an option')
    .action(async (name, options) => {
      process.exitCode = await (await import('./check.ts')).check(options.name ?? name, options);
    });
}
