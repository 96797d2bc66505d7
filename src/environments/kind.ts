import { RequestError } from '../errors/types.ts';

/** `venv`: packages that a job declares are installed into an environment of their own. `system`: what is installed on this machine runs. */
export const environmentKinds = ['venv', 'system'] as const;
export type EnvironmentKind = (typeof environmentKinds)[number];

/**
 * How environments are made; `--environment` and `PARALLELRUN_ENVIRONMENT` say it. Default `venv`.
 * @throws RequestError for any other value
 */
export function environmentKind(value: string | undefined): EnvironmentKind {
  if (value === undefined || value === '') return 'venv';
  const found = environmentKinds.find((kind) => kind === value);
  if (found !== undefined) return found;
  const message = `PARALLELRUN_ENVIRONMENT is ${JSON.stringify(value)}; expected "venv" (packages that a job declares are installed into an environment of their own) or "system" (what is installed on this machine runs).`;
  throw new RequestError({ code: 'unknown-environment-kind', message });
}
