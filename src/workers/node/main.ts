/** The process that runs a TypeScript or JavaScript entry script. */
import { killOwnGroup, readCommands } from './channel.ts';
import { Session } from './session.ts';

const session = new Session();

// Ctrl-C is the coordinator's to act upon; a terminal sends it to every process.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => session.uncaught(error));
process.on('unhandledRejection', (reason) => session.uncaught(reason));
process.on('exit', (code) => session.exiting(code));

readCommands(
  (command) => session.command(command),
  () => {
    if (!session.stopping) killOwnGroup();
  },
);
