/** What other rooms take from the job language. */
export { componentObject, type DumpOptions, dumpComponent, dumpJob, jobObject } from './dump/job.ts';
export {
  hasExpression,
  literalText,
  parseReference,
  parseTemplate,
  type Reference,
  references,
  renderTemplate,
  soleReference,
  type TemplatePart,
} from './expressions.ts';
export {
  type ComponentRegistry,
  componentFromObject,
  jobFromObject,
  type LoadedComponent,
  type LoadedJob,
  type LoadOptions,
  loadComponent,
  loadComponentNow,
  loadJob,
  loadJobNow,
  type ObjectOptions,
} from './load.ts';
export { nearest, suggestion } from './near.ts';
