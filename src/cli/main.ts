/** The command line: `prl`. Everything heavy is imported by the command that needs it. */
import { useConfiguration } from './configuration.ts';
import { reportError } from './errors.ts';
import { survivesClosedPipes } from './output/output.ts';
import { buildProgram } from './program.ts';
import { spreadSets } from './set-values.ts';

survivesClosedPipes();
process.on('uncaughtException', async (error) => {
  process.exit(await reportError(error));
});
try {
  const args = spreadSets(process.argv.slice(2));
  await useConfiguration(args);
  await (await buildProgram(args)).parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = await reportError(error);
}
