/** Reads one configuration file. */
import { dirname } from 'node:path';
import { check, isRecord } from '../language/check.ts';
import { Findings, Place } from '../language/findings.ts';
import { readYaml } from '../language/source/yaml.ts';
import { launcherSchema, launcherSettings } from './launcher.ts';
import { configuration } from './schema.ts';
import { asVariable, clusterSettings, computeSettings, type Setting, settings } from './settings.ts';

/** A setting as a file has it. */
export interface Configured {
  readonly setting: Setting;
  /** What its environment variable would hold. */
  readonly value: string;
  /** `FILE:LINE` */
  readonly place: string;
}

/** A setting of one compute. */
export interface ConfiguredCompute extends Configured {
  readonly compute: string;
}

/** @throws RequestError with everything that is wrong in it, at its place */
export function readConfiguration(file: string): readonly Configured[] {
  return readFile(file).settings;
}

/** What the file sets for single computes. @throws RequestError likewise */
export function readComputes(file: string): readonly ConfiguredCompute[] {
  return readFile(file).computes;
}

function readFile(file: string): { readonly settings: readonly Configured[]; readonly computes: readonly ConfiguredCompute[] } {
  const { source, value } = readYaml(file);
  const findings = new Findings();
  // A file of comments alone says nothing.
  const whole = new Place(source, findings);
  const found: Readonly<Record<string, unknown>> = check(configuration, value ?? {}, whole) ?? {};
  for (const [compute, own] of Object.entries(isRecord(found.computes) ? found.computes : {}))
    checkType(isRecord(own) ? own : {}, whole.at('computes', compute));
  findings.throwIfAny();
  const configured = (of: Readonly<Record<string, unknown>>, among: readonly Setting[], ...path: readonly string[]) =>
    among.flatMap((setting): readonly Configured[] => {
      const written = setting.value.kind === 'launcher' ? launcherText(of[setting.key], dirname(file)) : of[setting.key];
      if (typeof written !== 'string' && typeof written !== 'number' && typeof written !== 'boolean') return [];
      const line = source.locate([...path, setting.key])?.line ?? 1;
      return [{ setting, value: asVariable(setting, written, dirname(file)), place: `${file}:${line}` }];
    });
  const computes = Object.entries(isRecord(found.computes) ? found.computes : {});
  return {
    settings: configured(found, settings),
    computes: computes.flatMap(([compute, own]) =>
      configured(isRecord(own) ? own : {}, computeSettings, 'computes', compute).map((each) => ({ ...each, compute })),
    ),
  };
}

function launcherText(written: unknown, folder: string): string | undefined {
  const found = launcherSchema.safeParse(written).data;
  return found === undefined ? undefined : JSON.stringify(launcherSettings(found, folder));
}

/** What only a cluster has makes no sense without one, and a cluster none without its server. */
function checkType(own: Readonly<Record<string, unknown>>, place: Place): void {
  if (own.type === 'nats') {
    if (own.url === undefined) place.error('missing-url', 'a compute of type nats needs url, the address of its server: nats://HOST:4222');
    return;
  }
  for (const { key } of clusterSettings) {
    if (key !== 'type' && own[key] !== undefined)
      place.at(key).keyError('not-of-local', `${key} is of a compute of type nats, and this one's type is ${own.type ?? 'local'}`);
  }
}
