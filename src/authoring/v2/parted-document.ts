/** A document of YAML keys, parted into the settings that programs can change and the rest. */
import { isRecord } from '../../language/check.ts';
import type { Document } from '../document.ts';
import { camel, type Definition } from '../options/rules.ts';
import type { AnyWorkOptions } from './component-shape.ts';
import { commandWork, parallelWork, pipelineWork } from './settings.ts';

const DEFINITIONS: Readonly<Record<string, Definition<object>>> = { parallel: parallelWork, command: commandWork, pipeline: pipelineWork };
/** What stands in these is a setting by itself. */
const GROUPS = new Set(['resources', 'limits', 'queue_settings']);
/** The keys in these are names of options. */
const PARTS = new Set(['task', 'retry_settings', 'distribution', 'environment', 'settings', 'identity']);
const BESIDE = new Set(['type', 'name', 'inputs', 'outputs']);

export function partedDocument(
  type: 'parallel' | 'command' | 'pipeline',
  document: Document,
): { readonly settings: AnyWorkOptions; readonly base: Document } {
  const rules = DEFINITIONS[type]?.schema.shape ?? {};
  const settings: Record<string, unknown> = {};
  const base: Record<string, unknown> = {};
  const take = (key: string, value: unknown): boolean => {
    const option = camel(key);
    const given = PARTS.has(key) ? options(value) : value;
    const isSetting = Object.hasOwn(rules, option) && rules[option]?.safeParse(given).success === true;
    if (isSetting) settings[option] = given;
    return isSetting;
  };
  for (const [key, value] of Object.entries(document)) {
    if (BESIDE.has(key)) continue;
    if (GROUPS.has(key) && isRecord(value)) {
      const left = Object.entries(value).filter(([inner, one]) => !take(inner, one));
      if (left.length > 0) base[key] = Object.fromEntries(left);
    } else if (!take(key, value)) base[key] = value;
  }
  return { settings, base };
}

function options(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), key === 'environment' ? options(inner) : inner]));
}
