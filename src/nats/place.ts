import { RequestError } from '../errors/types.ts';

/** Where a NATS server is, and how one gets in. Never a secret itself: those are in files, or in environment variables. */
export interface NatsPlace {
  /** `nats://HOST:4222`, `tls://HOST:4222`; several with commas between them. */
  readonly url: string;
  /** A `.creds` file, the seed of an nkey, or a token; absolute. */
  readonly credentialsFile?: string;
  /** Of the authority that has signed the server's certificate, where the system does not know it; absolute. */
  readonly caFile?: string;
  /** What this side shows to a server that asks for a certificate; absolute. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Whoever has the same server and another space knows nothing of us. */
  readonly space: string;
  /** Copies of the queue in a cluster of servers. */
  readonly replicas: number;
}

export const defaultSpace = 'default';

/** What a space may be called: a piece of a subject, and of a stream's name. */
export const spaceForm = /^[A-Za-z0-9_-]{1,40}$/;

/** Holds a token, an nkey's seed, or what is in a `.creds` file, in place of a file. */
export const credentialsVariable = 'PARALLELRUN_NATS_CREDENTIALS';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * As environment variables have it, and configuration files in their place.
 * @returns undefined where no server is named
 * @throws RequestError for a space that can be no part of a subject
 */
export function natsPlaceIn(variables: Variables): NatsPlace | undefined {
  const { PARALLELRUN_NATS_URL: url, PARALLELRUN_NATS_SPACE, PARALLELRUN_NATS_REPLICAS } = variables;
  if (url === undefined || url === '') return undefined;
  const space = PARALLELRUN_NATS_SPACE || defaultSpace;
  if (!spaceForm.test(space)) {
    const message = `${JSON.stringify(space)} cannot be the space of a NATS server: expected letters, digits, - and _, 40 at the most.`;
    throw new RequestError({ code: 'bad-space', message });
  }
  const file = (name: string) => variables[`PARALLELRUN_NATS_${name}_FILE`] || undefined;
  const [credentialsFile, caFile, certFile, keyFile] = ['CREDENTIALS', 'CA', 'CERT', 'KEY'].map(file);
  return {
    url,
    space,
    replicas: Number(PARALLELRUN_NATS_REPLICAS || 1),
    ...(credentialsFile !== undefined && { credentialsFile }),
    ...(caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
  };
}
