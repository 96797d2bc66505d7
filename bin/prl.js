#!/usr/bin/env node
// Plain JavaScript for any Node: says which one is needed instead of failing on a syntax that an old one does not know.
const found = process.versions.node;
const [major, minor] = found.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `prl: Node 22.18 or newer is needed, this is ${found} (${process.execPath}).\nOne beside it is enough: npm install node@24 (in this folder), then npx prl ... and npx node job.ts.\n`,
  );
  process.exitCode = 2;
} else {
  import('node:module').then((module) => {
    module.enableCompileCache();
    return import('../dist/cli/main.js');
  });
}
