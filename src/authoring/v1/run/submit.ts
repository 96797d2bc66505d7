import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderProblem } from '../../../errors/types.ts';
import { JobOperations } from '../../client/jobs.ts';
import type { Compiled } from '../compile/compile-graph.ts';
import { filesOf } from '../data/dataset-files.ts';
import { writeTable } from '../data/registered-dataset.ts';
import type { Workspace } from '../workspace.ts';
import { PipelineRun } from './pipeline-run.ts';

/** Writes what the job needs into the home, creates the job and starts it in a process of its own. */
export async function submitPipeline(
  workspace: Workspace,
  experimentName: string,
  { spec, warnings, tables, links }: Compiled,
): Promise<PipelineRun> {
  for (const warning of warnings) process.emitWarning(renderProblem(warning), 'PipelineWarning');
  for (const table of tables) writeTable(workspace.home, table);
  for (const { folder, dataset } of links) layLinks(folder, filesOf(dataset));
  const { name } = await new JobOperations(workspace.home).createOrUpdate({ spec });
  return new PipelineRun(workspace, experimentName, name, spec);
}

/** A folder with a link to each file, in the folders that the files stand in below what they have in common. */
function layLinks(folder: string, files: readonly string[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const common = commonFolder(files);
  for (const file of files) {
    const link = join(folder, file.slice(common.length));
    mkdirSync(dirname(link), { recursive: true });
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(file, link);
  }
}

function commonFolder(files: readonly string[]): string {
  const [first = '/', ...others] = files.map((file) => `${dirname(file)}/`);
  let common = first;
  while (!others.every((folder) => folder.startsWith(common))) common = `${dirname(common)}/`.replace('//', '/');
  return common;
}
