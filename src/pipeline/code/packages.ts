/** The npm packages that a step's script finds beside its copy. */
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Making } from '../../environments/kept/make.ts';
import { entryLanguage } from '../../language/entry-scripts.ts';
import type { RunStep } from '../graph/scope.ts';

/**
 * Links what the script's own `package.json` asks for, where the copy has no packages of the project that it was taken from.
 * @param code the copy
 * @throws RequestError where they cannot be installed
 */
export async function linkDeclaredPackages(step: RunStep, code: string, making: Making): Promise<void> {
  if (step.type === 'command' || step.task.type === 'model' || entryLanguage(step.task.entryScript) === 'python') return;
  const link = join(code, 'node_modules');
  if (existsSync(link) || !existsSync(join(code, 'package.json'))) return;
  const { declaredPackages, makePackages } = await import('../../environments/npm/make.ts');
  const packages = declaredPackages(code);
  if (packages.length === 0) return;
  const made = await makePackages(code, packages, making);
  // One may be there that leads to an environment which was taken away since.
  rmSync(link, { force: true });
  symlinkSync(made, link);
}
