/**
 * What is set for single computes, as the processes of a job are told it: as environment variables that hold for the steps on that compute,
 * in place of those of the same name that hold for all. Pure.
 */
import { RequestError } from '../errors/types.ts';
import { isRecord } from './check.ts';

/** JSON: `{"cpu-cluster": {"PARALLELRUN_ENVIRONMENT": "container"}}`. */
export const computesVariable = 'PARALLELRUN_COMPUTES';

export type Variables = Readonly<Record<string, string>>;
export type Computes = Readonly<Record<string, Variables>>;

/** Those that something is set for. @throws RequestError where the variable is no JSON */
export function computesIn(variables: Readonly<Record<string, string | undefined>>): Computes {
  const found = parsed(variables[computesVariable] || '{}');
  if (!isRecord(found)) return {};
  return Object.fromEntries(Object.entries(found).map(([name, own]) => [name, texts(own)]));
}

/** The variables as they are for what runs on the compute. */
export function variablesOn(compute: string, variables: Variables): Variables {
  const computes = computesIn(variables);
  return Object.hasOwn(computes, compute) ? { ...variables, ...computes[compute] } : variables;
}

/** The variable has this value, on every compute. */
export function decidedEverywhere(variables: NodeJS.ProcessEnv, name: string, value: string): NodeJS.ProcessEnv {
  return {
    ...variables,
    [name]: value,
    ...(variables[computesVariable] && { [computesVariable]: JSON.stringify(without(computesIn(variables), [name])) }),
  };
}

/** What is set for all computes goes before what is set for one. */
export function without(computes: Computes, names: readonly string[]): Computes {
  const left = (own: Variables) => Object.entries(own).filter(([name]) => !names.includes(name));
  return Object.fromEntries(Object.entries(computes).map(([compute, own]) => [compute, Object.fromEntries(left(own))]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = `${computesVariable} is ${JSON.stringify(text)}, which is no JSON: {"NAME": {"PARALLELRUN_ENVIRONMENT": "container"}}`;
    throw new RequestError({ code: 'bad-computes', message });
  }
}

function texts(own: unknown): Variables {
  return isRecord(own)
    ? Object.fromEntries(Object.entries(own).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    : {};
}
