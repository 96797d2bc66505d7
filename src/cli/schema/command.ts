import type { Command } from 'commander';

export function define(command: Command): void {
  command.argument('<kind>', 'job, component, mltable, environment, data, model, datastore or config').action(async (kind) => {
    process.stdout.write((await import('./schema.ts')).schemaText(kind));
  });
}
