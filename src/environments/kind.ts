import { RequestError } from '../errors/types.ts';

/** `venv`: packages that a job declares are installed into an environment of their own. `system`: what is installed on this machine runs. `container`: what declares an image runs in it. */
export const environmentKinds = ['venv', 'system', 'container'] as const;
export type EnvironmentKind = (typeof environmentKinds)[number];

/**
 * How environments are made; `--environment` and `PARALLELRUN_ENVIRONMENT` say it. Default `venv`.
 * @throws RequestError for any other value
 */
export function environmentKind(value: string | undefined): EnvironmentKind {
  if (value === undefined || value === '') return 'venv';
  const found = environmentKinds.find((kind) => kind === value);
  if (found !== undefined) return found;
  const message = `PARALLELRUN_ENVIRONMENT is ${JSON.stringify(value)}; expected "venv" (packages that a job declares are installed into an environment of their own), "system" (what is installed on this machine runs) or "container" (what declares an image runs in it).`;
  throw new RequestError({ code: 'unknown-environment-kind', message });
}
