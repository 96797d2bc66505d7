import { fileNames } from './file-names.ts';
import { jobYaml } from './job-yaml.ts';
import { mltable } from './mltable.ts';
import { stateFiles } from './state-files.ts';
import type { FuzzTarget } from './target.ts';
import { workerReports } from './worker-reports.ts';

export const targets: readonly FuzzTarget[] = [jobYaml, mltable, workerReports, fileNames, stateFiles];
