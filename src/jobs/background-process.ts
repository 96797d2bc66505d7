/** What `startJobInBackground` runs: `HOME JOB force|reuse STARTER`. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [home = '', name = '', reuse = 'reuse', starter = ''] = process.argv.slice(2);
const [{ RequestError }, { openStore }, { processContext }, { runJobHere }, { endYoungGenerationGrowth }] = await Promise.all([
  import('../errors/types.ts'),
  import('../store/store.ts'),
  import('../os/process-context.ts'),
  import('./run-here.ts'),
  import('../os/young-generation.ts'),
]);

endYoungGenerationGrowth();
const store = await openStore(home);
const here = processContext();
const { drain, kill } = here.signals.control();
try {
  const end = await runJobHere(here, store, name, { drain, kill, forceRerun: reuse === 'force', handedOverBy: Number(starter) });
  console.log(`${new Date().toISOString()} ${end.status}${end.error === undefined ? '' : `: ${end.error}`}`);
} catch (error) {
  // Nobody waits for this process: what there is to say goes into the job's `coordinator.log`, which people read.
  const { explainUnexpected } = await import('./unexpected.ts');
  const reason = error instanceof RequestError ? error.message : explainUnexpected(error, store.layout(name).directory);
  console.log(`${new Date().toISOString()} ${reason}`);
  process.exitCode = 1;
} finally {
  store.close();
}
process.exit();
