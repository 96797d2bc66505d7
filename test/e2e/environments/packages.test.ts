import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** Packages that need no network: folders of the test's own. */
function write(box: Sandbox, dependencies: Readonly<Record<string, string>>): void {
  box.write('greeting/package.json', '{"name": "greeting", "version": "1.2.3", "main": "index.js"}');
  box.write('greeting/index.js', 'module.exports = (name) => `hello ${name}`;');
  box.write('data/a.txt', '');
  box.write('src/package.json', JSON.stringify({ name: 'score', dependencies }));
  box.write('src/score.ts', "import greet from 'greeting';\nexport const run = (batch: string[]) => batch.map(() => greet('you'));\n");
  box.write(
    'job.yml',
    `type: parallel
inputs: {files: {type: uri_folder, path: data}}
outputs: {rows: {type: uri_file, path: ./rows.txt}}
input_data: \${{inputs.files}}
task: {type: run_function, code: src, entry_script: score.ts, append_row_to: "\${{outputs.rows}}"}
`,
  );
}

test('what the package.json beside a script asks for is installed once, where the project has not', async () => {
  const box = sandbox();
  write(box, { greeting: `file:${box.path('greeting')}` });
  const first = await box.prl(['run', 'job.yml']);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toContain('Packages of package.json are installed: 1 package, with npm for Node');
  expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('hello you\n');
  expect(readdirSync(box.path('src')).sort()).toEqual(['package.json', 'score.ts']);
  const again = await box.prl(['run', 'job.yml']);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain('are installed');
  const made = JSON.parse((await box.prl(['environment', 'made', '-o', 'json'])).stdout);
  expect(made).toMatchObject([{ language: 'typescript', packages: [`greeting@file:${box.path('greeting')}`] }]);
});

test('packages that cannot be installed end the job before it begins, in the words of npm', async () => {
  const box = sandbox();
  write(box, { greeting: 'file:./not-there' });
  const failed = await box.prl(['run', 'job.yml']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/The packages of .*package\.json cannot be installed\. npm says:\s+nothing was found for greeting@file:/);
  write(box, { greeting: 'file:./not-there.tgz' });
  expect((await box.prl(['run', 'job.yml'])).stderr).toMatch(/npm says:\s+npm error/);
  box.write('src/package.json', '{"dependencies": ');
  const broken = await box.prl(['run', 'job.yml']);
  expect(broken.stderr).toContain('package.json: This is no JSON');
});
