/** Looks at nothing of what was read. */
export function run({ length }: { readonly length: number }): string[] {
  return new Array(length).fill('');
}
