/** Environments as the job language reads them. */
import { RequestError } from '../errors/types.ts';
import { componentFromObject } from '../language/index.ts';
import type { EnvironmentSpec } from '../language/types.ts';
import type { Document } from './document.ts';

/** The judge reads environments where they stand in a component. @throws RequestError with everything that is wrong. */
export function environmentFromDocument(environment: Document | string): EnvironmentSpec {
  const component = { type: 'command', command: 'true', environment };
  const { step } = componentFromObject(component, { baseDirectory: process.cwd() }).spec;
  if (step.type === 'command' && step.environment !== undefined) return step.environment;
  throw new RequestError({ code: 'missing-environment', message: 'The environment says nothing: expected an image, conda_file or build.' });
}
