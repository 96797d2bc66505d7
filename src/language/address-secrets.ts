/** What of an address gives access: it is kept apart, and a mark stands in its place. Pure. */

export interface AddressSecret {
  /** What stands behind `?`. */
  readonly query?: string;
  /** `user:password`, in front of the host. */
  readonly user?: string;
}

/** In the query of an address whose secret is kept elsewhere; its value says where. */
const markName = 'kept-by-parallelrun';

/**
 * Undefined for an address without anything that gives access, and for what is no address. All of a query counts: what in it is a signature differs
 * from server to server.
 */
export function partedAddress(text: string): { readonly address: string; readonly secret: AddressSecret } | undefined {
  const [, scheme = '', authority = '', path = '', query] = /^([a-z]+:\/\/)([^/?]*)([^?]*)(?:\?(.*))?$/is.exec(text) ?? [];
  const isWeb = /^https?:/i.test(scheme);
  // A container stands there, and `?` is a letter of names, but for those who put a signature behind it.
  const isBlob = /^(?:wasb|abfs)s?:/i.test(scheme) && /(?:^|&)sig=/.test(query ?? '');
  if (!isWeb && !isBlob) return undefined;
  const at = isWeb ? authority.lastIndexOf('@') : -1;
  const user = at < 0 ? '' : authority.slice(0, at);
  if (user === '' && (query === undefined || query === '')) return undefined;
  return {
    address: scheme + authority.slice(at + 1) + path,
    secret: { ...(query !== undefined && query !== '' && { query }), ...(user !== '' && { user }) },
  };
}

export function wholeAddress(address: string, { query, user }: AddressSecret): string {
  const withUser = user === undefined ? address : address.replace('://', () => `://${user}@`);
  return query === undefined ? withUser : `${withUser}?${query}`;
}

/** @param where the secret is kept: names between slashes */
export function markedAddress(address: string, where: string): string {
  return `${address}?${markName}=${where}`;
}

/** Undefined for an address that is not marked. */
export function markOf(text: string): { readonly address: string; readonly where: string } | undefined {
  const [, address, where] = new RegExp(`^([^?]*)\\?${markName}=([\\w./@-]+)$`, 's').exec(text) ?? [];
  return address === undefined || where === undefined ? undefined : { address, where };
}

/** An address as it may be told. */
export function tellableAddress(text: string): string {
  const marked = markOf(text);
  const parted = marked ?? partedAddress(text);
  if (parted === undefined) return text;
  return 'secret' in parted && parted.secret.query === undefined ? parted.address : `${parted.address}?…`;
}
