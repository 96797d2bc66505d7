/** What can befall a coordinator at one of its writes. */
export const faultKinds = ['none', 'kill', 'torn', 'power', 'EIO', 'ENOSPC', 'EROFS', 'EMFILE'] as const;
export type FaultKind = (typeof faultKinds)[number];

export function isFaultKind(text: string | undefined): text is FaultKind {
  return faultKinds.some((kind) => kind === text);
}
