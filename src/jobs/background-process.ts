/** What `startJobInBackground` runs: `HOME JOB force|reuse STARTER`. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [home = '', name = '', reuse = 'reuse', starter = ''] = process.argv.slice(2);
const [{ openStore }, { processContext }, { runJobHere }, { endYoungGenerationGrowth }] = await Promise.all([
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
} finally {
  store.close();
}
process.exit();
