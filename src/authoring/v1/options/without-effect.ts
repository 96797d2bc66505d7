/** Options that mean something in a cloud and nothing on one's own machines: they are judged, and told once. */

const told = new Set<string>();

export function tellWithoutEffect(of: string, options: object, names: readonly string[]): void {
  const given = new Map(Object.entries(options));
  const fresh = names.filter((name) => given.get(name) !== undefined && given.get(name) !== false && !told.has(`${of}.${name}`));
  if (fresh.length === 0) return;
  for (const name of fresh) told.add(`${of}.${name}`);
  process.emitWarning(`${fresh.join(', ')}: of a cloud; without effect on your own machines.`, of);
}
