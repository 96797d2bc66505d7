/** The process that runs a TypeScript or JavaScript entry script. */
import { killOwnGroup, readCommands } from './channel.ts';
import { Session } from './session.ts';

const session = new Session();

// Ctrl-C is the coordinator's to act upon; a terminal sends it to every process.
process.on('SIGINT', () => {});
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (thrown: unknown) => {
    // A handler of the script's own takes it, as it would without us.
    if (process.listenerCount(event) === 1) session.uncaught(thrown);
  });
}
process.on('exit', (code) => session.exiting(code));

readCommands(
  (command) => session.command(command),
  () => {
    if (!session.stopping) killOwnGroup();
  },
);
