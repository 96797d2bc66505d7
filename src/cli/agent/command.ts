import { type Command, Option } from 'commander';
import { wholeNumber } from '../options.ts';

export function define(command: Command): void {
  command
    .description(
      'Has this machine work for a cluster: its slots go to steps of jobs whose compute is of type nats. The first Ctrl-C (SIGTERM) lets what runs finish, the second kills it.',
    )
    .option('--nats <url>', 'the NATS server: nats://HOST:4222, tls://HOST:4222 (PARALLELRUN_NATS_URL)')
    .option('--compute <name>', 'the server, and how to get in, as a compute of the configuration has them')
    .option('--slots <n>', 'worker processes at the same time (default: one for each GPU, else one for each core)', wholeNumber(1))
    .option('--labels <labels>', 'what computes can ask for, with commas between them: gpu,bigmem')
    .option('--name <name>', "the node's name in logs and messages (default: the host's, or what Slurm calls it)")
    .addOption(
      new Option('--credentials <file>', 'a .creds file, the seed of an nkey, or a token; or PARALLELRUN_NATS_CREDENTIALS holds it'),
    )
    .option('--ca <file>', "the certificate of whoever has signed the server's")
    .option('--cert <file>', 'the certificate to show to a server that asks for one')
    .option('--key <file>', 'its private key')
    .option('--space <space>', 'only jobs of this space of the server (default: default)')
    .option('--idle-timeout <seconds>', 'leaves when nobody has had work for it for so long (default: it stays)', wholeNumber(1))
    .action(async (options) => {
      await (await import('./agent.ts')).agent(options);
    });
}
