import { RequestError } from '../errors/types.ts';

/**
 * How environments are made; `--environment` and `PARALLELRUN_ENVIRONMENT` override it. Only `system` exists.
 * @param origin what gave the value, for the message
 * @throws RequestError for any other value
 */
export function environmentKind(value: string | undefined, origin = 'PARALLELRUN_ENVIRONMENT'): 'system' {
  if (value === undefined || value === '' || value === 'system') return 'system';
  const message = `${origin} is ${JSON.stringify(value)}; the only way to make environments is "system": what is installed on this machine runs.`;
  throw new RequestError({ code: 'unknown-environment-kind', message });
}
