/** Compiles `src/` to `dist/`: Node does not run TypeScript below `node_modules`, where an installed package lives. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '--project', join(root, 'tsconfig.build.json')], { stdio: 'inherit', cwd: root });

// For editors: what `prl schema job` prints, as files in the package.
const { FILE_KINDS, schemaText } = await import('../src/cli/schema/schema.ts');
const schemas = join(root, 'dist', 'schemas');
mkdirSync(schemas, { recursive: true });
for (const kind of FILE_KINDS) writeFileSync(join(schemas, `${kind}.schema.json`), schemaText(kind));
