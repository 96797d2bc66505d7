/** What `startJobInBackground` runs: `HOME JOB force|reuse`. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [home = '', name = '', reuse = 'reuse'] = process.argv.slice(2);
const [{ openStore }, { runJobHere }, { controlBySignals }] = await Promise.all([
  import('../runs/store.ts'),
  import('./run-here.ts'),
  import('./signals.ts'),
]);

const store = await openStore(home);
const control = controlBySignals();
try {
  const end = await runJobHere(store, name, { ...control, forceRerun: reuse === 'force' });
  console.log(`${new Date().toISOString()} ${end.status}${end.error === undefined ? '' : `: ${end.error}`}`);
} finally {
  store.close();
}
process.exit();
