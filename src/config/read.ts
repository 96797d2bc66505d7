/** Reads one configuration file. */
import { dirname } from 'node:path';
import { check } from '../language/check.ts';
import { Findings, Place } from '../language/findings.ts';
import { readYaml } from '../language/source/yaml.ts';
import { configuration } from './schema.ts';
import { asVariable, type Setting, settings } from './settings.ts';

/** A setting as a file has it. */
export interface Configured {
  readonly setting: Setting;
  /** What its environment variable would hold. */
  readonly value: string;
  /** `FILE:LINE` */
  readonly place: string;
}

/** @throws RequestError with everything that is wrong in it, at its place */
export function readConfiguration(file: string): readonly Configured[] {
  const { source, value } = readYaml(file);
  const findings = new Findings();
  // A file of comments alone says nothing.
  const found: Readonly<Record<string, unknown>> = check(configuration, value ?? {}, new Place(source, findings)) ?? {};
  findings.throwIfAny();
  return settings.flatMap((setting) => {
    const written = found[setting.key];
    if (typeof written !== 'string' && typeof written !== 'number' && typeof written !== 'boolean') return [];
    const line = source.locate([setting.key])?.line ?? 1;
    return [{ setting, value: asVariable(setting, written, dirname(file)), place: `${file}:${line}` }];
  });
}
