/** The command line: `prl`. Everything heavy is imported by the command that needs it. */
import { reportError } from './errors.ts';
import { survivesClosedPipes } from './output/output.ts';
import { buildProgram } from './program.ts';

survivesClosedPipes();
process.on('uncaughtException', async (error) => {
  process.exit(await reportError(error));
});
try {
  const program = await buildProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  process.exitCode = await reportError(error);
}
