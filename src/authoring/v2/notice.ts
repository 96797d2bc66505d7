/** What is accepted for the cloud's sake and has no effect here is said once, in one line. */

const told = new Set<string>();

export function tellOnce(what: string): void {
  if (told.has(what)) return;
  told.add(what);
  process.emitWarning(`${what}: accepted and kept; only a cloud gives it a meaning, here it has no effect.`, 'ParallelrunNotice');
}

const CLOUD_ONLY = ['instanceType', 'locations', 'identity', 'services', 'jobTier', 'priority'];

/** Of the settings, those that only a cloud has a use for. */
export function tellCloudOnly(settings: object): void {
  for (const key of CLOUD_ONLY) if (Reflect.get(settings, key) !== undefined) tellOnce(key);
}
