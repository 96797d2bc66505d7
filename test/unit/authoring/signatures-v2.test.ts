/** Every public signature of azure-ai-ml that concerns us (facts in signatures-v2.json) has its counterpart here, or a reason why it has none; the page docs/sdk-v2.md shows each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as sdk from '../../../src/authoring/v2/index.ts';
import { project } from './project.ts';
import facts from './signatures-v2.json' with { type: 'json' };

const page = readFileSync(join(import.meta.dirname, '../../../docs/sdk-v2.md'), 'utf8');

type Options = Readonly<Record<string, unknown>>;
type Taker = (options: Options) => unknown;

interface Counterpart {
  /** As one writes it. */
  readonly is: string;
  /** Takes options; none where everything is positional. */
  readonly takes?: Taker;
  /** Python's parameters that stand before the options. */
  readonly positional?: readonly string[];
  /** Where the name differs by more than its case. */
  readonly renamed?: Readonly<Record<string, string>>;
}

const made = (type: string): Counterpart => ({
  is: `new ${type}`,
  takes: (options) => Reflect.construct(Reflect.get(sdk, type), [options]),
});
const called = (name: string, ...rest: readonly unknown[]): Counterpart => ({
  is: name,
  takes: (options) => Reflect.get(sdk, name)(options, ...rest),
});

/** Built inside the test: it has a folder then. */
function counterparts(): Readonly<Record<string, Counterpart>> {
  const client = new sdk.MLClient({ home: project().path('home') });
  const step = sdk.command({ command: 'date' })();
  const versioned = { positional: ['name'], renamed: {} };
  const operations = (name: 'data' | 'models' | 'environments' | 'components') => ({
    create: (positional: string, takes?: Taker): Counterpart => ({
      is: `client.${name}.createOrUpdate`,
      positional: [positional],
      ...(takes && { takes }),
    }),
    get: { is: `client.${name}.get`, takes: (options: Options) => client[name].get('x', options), ...versioned },
    list: { is: `client.${name}.list`, takes: (options: Options) => client[name].list(options), renamed: { list_view_type: 'archived' } },
    archive: { is: `client.${name}.archive`, takes: (options: Options) => client[name].archive('x', options), ...versioned },
    restore: { is: `client.${name}.restore`, takes: (options: Options) => client[name].restore('x', options), ...versioned },
  });
  const [data, models, environments, components] = [
    operations('data'),
    operations('models'),
    operations('environments'),
    operations('components'),
  ];
  const attribute: Counterpart = {
    is: 'attributes of a step or job',
    takes: (options) => Object.keys(options).map((key) => (key in step ? undefined : Object.assign(step, options))),
  };
  return {
    Input: made('Input'),
    Output: made('Output'),
    MpiDistribution: made('MpiDistribution'),
    PyTorchDistribution: made('PyTorchDistribution'),
    TensorFlowDistribution: made('TensorFlowDistribution'),
    command: called('command'),
    load_component: { is: 'loadComponent', positional: ['source'] },
    load_job: { is: 'loadJob', positional: ['source'] },
    RunFunction: made('RunFunction'),
    ParallelTask: made('ParallelTask'),
    parallel_run_function: called('parallelRunFunction'),
    MLClient: made('MLClient'),
    pipeline: { ...called('pipeline', () => undefined), positional: ['func'] },
    Environment: made('Environment'),
    BuildContext: { is: 'build:', takes: (build) => new sdk.Environment({ build: { path: '.', ...build } }) },
    Data: made('Data'),
    Model: made('Model'),
    BatchRetrySettings: made('BatchRetrySettings'),
    ManagedIdentityConfiguration: made('ManagedIdentityConfiguration'),
    UserIdentityConfiguration: made('UserIdentityConfiguration'),
    AmlTokenConfiguration: made('AmlTokenConfiguration'),
    PipelineJobSettings: made('PipelineJobSettings'),
    JobService: { is: 'services:', takes: (service) => sdk.command({ command: 'date', services: { x: service } }) },
    'Parallel.set_resources': { is: 'step.setResources', takes: (options) => step.setResources(options) },
    'Parallel.dump': { is: 'job.dump', positional: ['dest'] },
    'Command.set_resources': { is: 'step.setResources', takes: (options) => step.setResources(options) },
    'Command.set_limits': { is: 'step.setLimits', takes: (options) => step.setLimits(options) },
    'Command.set_queue_settings': { is: 'step.setQueueSettings', takes: (options) => step.setQueueSettings(options) },
    'Command.dump': { is: 'job.dump', positional: ['dest'] },
    'MLClient.from_config': { is: 'MLClient.fromConfig', takes: (options) => sdk.MLClient.fromConfig(options) },
    'MLClient.create_or_update': { is: 'client.createOrUpdate', positional: ['entity'] },
    'ParallelTask.get': { is: 'task.get', positional: ['key', 'default'] },
    'ParallelTask.has_key': { is: 'task.hasKey', positional: ['k'] },
    'ParallelTask.items': { is: 'task.items' },
    'ParallelTask.keys': { is: 'task.keys' },
    'ParallelTask.values': { is: 'task.values' },
    'ParallelTask.update': { is: 'task.update' },
    'JobOperations.archive': { is: 'client.jobs.archive', positional: ['name'] },
    'JobOperations.begin_cancel': { is: 'client.jobs.cancel', positional: ['name'] },
    'JobOperations.create_or_update': {
      is: 'client.jobs.createOrUpdate',
      takes: (options) => client.jobs.createOrUpdate(step, { name: 'never made', ...options }),
      positional: ['job'],
    },
    'JobOperations.download': { is: 'client.jobs.download', takes: (options) => client.jobs.download({ name: 'x', ...options }) },
    'JobOperations.get': { is: 'client.jobs.get', positional: ['name'] },
    'JobOperations.list': {
      is: 'client.jobs.list',
      takes: (options) => client.jobs.list(options),
      renamed: { list_view_type: 'archived' },
    },
    'JobOperations.restore': { is: 'client.jobs.restore', positional: ['name'] },
    'JobOperations.stream': { is: 'client.jobs.stream', positional: ['name'] },
    'JobOperations.validate': { is: 'client.jobs.validate', positional: ['job'] },
    'ComponentOperations.archive': components.archive,
    'ComponentOperations.create_or_update': components.create('component', (options) =>
      client.components.createOrUpdate(sdk.command({ command: 'x' }), options),
    ),
    'ComponentOperations.get': components.get,
    'ComponentOperations.list': components.list,
    'ComponentOperations.restore': components.restore,
    'DataOperations.archive': data.archive,
    'DataOperations.create_or_update': data.create('data'),
    'DataOperations.get': data.get,
    'DataOperations.list': data.list,
    'DataOperations.restore': data.restore,
    'ModelOperations.archive': models.archive,
    'ModelOperations.create_or_update': models.create('model'),
    'ModelOperations.get': models.get,
    'ModelOperations.list': models.list,
    'ModelOperations.restore': models.restore,
    'EnvironmentOperations.archive': environments.archive,
    'EnvironmentOperations.create_or_update': environments.create('environment'),
    'EnvironmentOperations.get': environments.get,
    'EnvironmentOperations.list': environments.list,
    'EnvironmentOperations.restore': environments.restore,
    'DatastoreOperations.create_or_update': { is: 'client.datastores.createOrUpdate', positional: ['datastore'] },
    'DatastoreOperations.delete': { is: 'client.datastores.delete', positional: ['name'] },
    'DatastoreOperations.get': { is: 'client.datastores.get', positional: ['name'] },
    'DatastoreOperations.get_default': { is: 'client.datastores.getDefault' },
    'DatastoreOperations.list': { is: 'client.datastores.list' },
    'Parallel attributes': { ...attribute, takes: (options) => inside(sdk.parallelRunFunction, options) },
    'Command attributes': attribute,
    'PipelineJob attributes': { ...attribute, takes: (options) => inside(sdk.pipeline, options) },
  };
}

/** Whether a step or job of that kind has the attributes. */
function inside(kind: unknown, options: Options): void {
  const box = project();
  const noted = { inputs: { t: { path: box.data } }, inputData: '${{inputs.t}}', task: { code: box.code, entryScript: 'score.py' } };
  const build = () => void sdk.command({ command: 'date' })();
  const job: object = kind === sdk.pipeline ? sdk.pipeline(build)() : sdk.parallelRunFunction(noted)();
  for (const key of Object.keys(options)) if (!(key in job)) Object.assign(job, options);
}

const service = 'written by the service';
const groups = 'its parts are attributes of their own: jobTier, priority';
const checked = 'everything is always judged before it is stored';
const registry = 'there are no registries here';
const one = 'a home is a folder: there are no credentials, subscriptions, workspaces';
const changeIt = 'the job or component that comes back is changed by its attributes';

/** Why something has no counterpart, by item or `item: parameter`. */
const none: Readonly<Record<string, string>> = {
  RayDistribution: 'ray is not run here; a command can start it itself',
  'Command.sweep': 'sweeps are not run here: one step for each set of values',
  'MLClient.begin_create_or_update': 'of computes, endpoints and workspaces, which are not registered here',
  'JobOperations.begin_delete': 'jobs are deleted on the command line, which asks before it does',
  'JobOperations.show_services': 'no services are started beside jobs',
  'JobOperations.update': 'a stored job does not change; what it is called is said when it is created',
  'ComponentOperations.download': 'what was registered lies in the home already; component.dump(file) writes it out',
  'ComponentOperations.prepare_for_sign': registry,
  'ComponentOperations.validate': 'a component that could be made has been judged',
  'DataOperations.import_data': 'a step of a job fetches data',
  'DataOperations.list_materialization_status': 'a step of a job fetches data',
  'DataOperations.mount': 'data is read where it is',
  'DataOperations.share': registry,
  'ModelOperations.download': 'a model lies on this machine; client.models.get(name).path says where',
  'ModelOperations.package': 'models are not deployed here',
  'ModelOperations.share': registry,
  'EnvironmentOperations.share': registry,
  'DatastoreOperations.mount': 'data is read where it is',
  'MLClient: credential': one,
  'MLClient: subscription_id': one,
  'MLClient: resource_group_name': one,
  'MLClient: workspace_name': one,
  'MLClient: registry_name': registry,
  'MLClient.from_config: credential': one,
  'MLClient.from_config: path': one,
  'MLClient.from_config: file_name': one,
  'load_job: relative_origin': 'paths are relative to the file',
  'load_job: params_override': changeIt,
  'load_component: relative_origin': 'paths are relative to the file',
  'load_component: params_override': changeIt,
  'command: parent_job_name': 'jobs are not nested after the fact',
  'Model: utc_time_created': service,
  'Model: default_deployment_template': 'models are not deployed here',
  'Model: allowed_deployment_templates': 'models are not deployed here',
  'ModelOperations.list: stage': 'stages are kept by clouds',
  'JobService: endpoint': service,
  'JobService: status': service,
  'JobOperations.create_or_update: skip_validation': checked,
  'JobOperations.validate: raise_on_failure': 'job.spec throws what is wrong',
  'ComponentOperations.create_or_update: skip_validation': checked,
  'JobOperations.list: parent_job_name': 'a job is not the child of another: its steps are in job.steps',
  'DatastoreOperations.get: include_secrets': 'what gives access is shown to nobody',
  'DatastoreOperations.get_default: include_secrets': 'what gives access is shown to nobody',
  'DatastoreOperations.list: include_secrets': 'what gives access is shown to nobody',
  ...Object.fromEntries(
    ['Parallel', 'Command', 'PipelineJob'].flatMap((owner) => [
      [`${owner} attributes: base_path`, 'paths are relative to the working directory'],
      [`${owner} attributes: creation_context`, service],
      [`${owner} attributes: id`, service],
      [`${owner} attributes: log_files`, 'the job that comes back says its directory; logs/ is there'],
      [`${owner} attributes: studio_url`, service],
      [`${owner} attributes: component`, 'the component is what was called'],
    ]),
  ),
  'Command attributes: queue_settings': groups,
  'Command attributes: parameters': service,
  'PipelineJob attributes: jobs': 'steps are what the calls in the pipeline function give back; job.spec.steps has them as data',
};

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const signatures: Readonly<Record<string, Readonly<Record<string, unknown>>>> = facts.signatures;

/** Whether the option's name is known, whatever its value may be: a function is a value for none of them. */
async function knows(takes: Taker, option: string): Promise<boolean> {
  try {
    await takes({ [option]: () => undefined });
    return true;
  } catch (error) {
    if (!(error instanceof sdk.RequestError)) throw error;
    return !error.problems.some(({ code, message }) => code === 'unknown-key' && message.includes(JSON.stringify(option)));
  }
}

/** The row of an item on the page. */
function row(item: string, counterpart: Counterpart | undefined): string {
  const parameters = Object.keys(signatures[item] ?? {});
  const missing = parameters.filter((name) => none[`${item}: ${name}`] !== undefined);
  const there = parameters.filter((name) => !missing.includes(name)).map((name) => counterpart?.renamed?.[name] ?? camel(name));
  const reasons = [...new Set(missing.map((name) => none[`${item}: ${name}`]))].map(
    (reason) => `no ${missing.filter((name) => none[`${item}: ${name}`] === reason).join(', ')}: ${reason}`,
  );
  const here = counterpart === undefined ? '—' : `\`${counterpart.is}\`${there.length === 0 ? '' : `: ${there.join(', ')}`}`;
  return `| \`${item}\` | ${here} | ${counterpart === undefined ? none[item] : reasons.join('; ')} |`;
}

it('every item of azure-ai-ml has a counterpart with its parameters, or a reason', async () => {
  const table = counterparts();
  const wrong: string[] = [];
  for (const [item, parameters] of Object.entries(signatures)) {
    const counterpart = table[item];
    if ((counterpart === undefined) === (none[item] === undefined)) wrong.push(`${item}: a counterpart or a reason, one of them`);
    if (counterpart === undefined) continue;
    for (const name of Object.keys(parameters)) {
      const { takes, positional = [], renamed = {} } = counterpart;
      const reason = none[`${item}: ${name}`];
      const option = renamed[name] ?? camel(name);
      const there = positional.includes(name) || (takes !== undefined && (await knows(takes, option)));
      if (there === (reason !== undefined))
        wrong.push(`${item}: ${name} ${there ? 'is there, and a reason says why not' : 'is not there'}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(Object.keys(none).filter((key) => !Object.hasOwn(signatures, key.split(':')[0] ?? ''))).toEqual([]);
});

it('the page shows each of them', () => {
  const table = counterparts();
  expect(
    Object.keys(signatures)
      .map((item) => row(item, table[item]))
      .filter((line) => !page.includes(line)),
  ).toEqual([]);
});
