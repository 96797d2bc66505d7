/** A compute by its name, or anything that has one. A name that is not configured runs on this machine, with a notice. */
export type ComputeTarget = string | { readonly name: string };

export function computeName(target: ComputeTarget): string {
  return typeof target === 'string' ? target : target.name;
}
