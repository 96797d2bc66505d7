/** What scripts log, with Azure's `Run` and with MLflow, and the parts of Azure's package that need no cloud. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPipeline } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** A Python with MLflow. */
const mlflowPython = process.env.PARALLELRUN_TEST_MLFLOW_PYTHON;

function jobFolder(box: Sandbox, job: string, ...parts: string[]): string {
  return join(box.home, 'jobs', job, ...parts);
}

function twoSteps(box: Sandbox): void {
  for (const name of ['a', 'b', 'c', 'd']) box.write(`in/${name}.txt`, name);
  box.write(
    'pipeline.yml',
    `type: pipeline
experiment_name: digits
jobs:
  score:
    type: parallel
    inputs: {data: {type: uri_folder, path: ./in}}
    outputs: {rows: {type: uri_file, path: ./rows.txt}}
    input_data: \${{inputs.data}}
    mini_batch_size: "1"
    max_concurrency_per_instance: 2
    retry_settings: {max_retries: 0}
    task: {type: run_function, code: ./src, entry_script: score.py, append_row_to: "\${{outputs.rows}}"}
  train:
    type: command
    code: ./src
    inputs: {data: {type: uri_folder, path: ./in}}
    command: python train.py
`,
  );
}

test('a script finds what it takes of azureml.core where that is not installed', async () => {
  const box = sandbox();
  twoSteps(box);
  box.write('model.pkl', 'the model');
  box.write('older.pkl', 'an older one');
  for (const path of ['./older.pkl', './model.pkl']) await box.prl(['model', 'create', '--name', 'digits', '--path', path]);
  box.write(
    'src/score.py',
    `from azureml.core import Model, Run
from azureml_user.parallel_run import EntryScript
def init():
    assert open(Model.get_model_path("digits")).read() == "the model"
    assert open(Model.get_model_path("digits", version=1)).read() == "an older one"
    EntryScript().logger.info("ready")
def run(mini_batch):
    run = Run.get_context(allow_offline=False)
    run.log("batch", len(mini_batch))
    run.log_row("sizes", files=len(mini_batch), kind="text")
    run.parent.log("scored", 4)
    return mini_batch
`,
  );
  box.write(
    'src/train.py',
    `import os
from azureml.core import Experiment, Model, Run, Workspace
from azureml.core.run import Run as Same
from azureml.exceptions import ModelNotFoundException
run = Run.get_context()
assert Same is Run and run.experiment.name == "digits" and run.parent.id == "both"
assert sorted(os.listdir(run.input_datasets["data"])) == ["a.txt", "b.txt", "c.txt", "d.txt"]
assert run.input_datasets["data"].to_path()[0] == "/a.txt"
for step in range(3): run.log("loss", 1 / (step + 1), step=step)
run.log("nothing", float("nan"))
run.log_list("curve", [3, 2, 1])
run.log_table("per class", {"class": ["a", "b"], "count": [1, 2]})
run.tag("quality", "good")
run.upload_file("outputs/model.txt", os.path.join(run.input_datasets["data"], "a.txt"))
assert run.get_metrics("loss") == {"loss": [1.0, 0.5, 1 / 3]}, run.get_metrics()
for wrong in (lambda: Model.get_model_path("letters"), lambda: Workspace.from_config(), lambda: run.experiment.workspace.datasets, lambda: run.log("x", [1])):
    try: wrong()
    except Exception as error: print(type(error).__name__, error)
try: from azureml.core import Datastore
except ImportError as error: print("ImportError", error)
`,
  );
  const { code, stderr, job } = await runPipeline(box, 'both');
  expect(stderr).toContain('Completed');
  expect(code).toBe(0);
  expect(job).toMatchObject({
    metrics: { scored: 4 },
    steps: {
      score: { metrics: { batch: 1, sizes: { files: 1, kind: 'text' } } },
      train: {
        metrics: { loss: 1 / 3, nothing: 'NaN', curve: [3, 2, 1], 'per class': { class: ['a', 'b'], count: [1, 2] } },
        tags: { quality: 'good' },
      },
    },
  });
  const said = readFileSync(jobFolder(box, 'both', 'steps', 'train', 'logs', 'user', 'std_log.txt'), 'utf8');
  expect(said).toMatch(/ModelNotFoundException Model letters is not registered\. Registered when the step began: digits:2, digits:1\./);
  expect(said).toMatch(/NeedsCloud Workspace\.from_config needs an Azure Machine Learning workspace/);
  expect(said).toMatch(/NeedsCloud Workspace\.datasets needs/);
  expect(said).toMatch(/TypeError log\('x', …\) takes a number or a text, not a list/);
  expect(said).toMatch(/ImportError azureml\.core\.Datastore is not among the parts/);
  const events = readFileSync(jobFolder(box, 'both', 'events.jsonl'), 'utf8');
  expect(events).toContain('"type":"metrics","step":"train"');
  const table = await box.prl(['job', 'show', '--name', 'both', '--output', 'table']);
  expect(table.stdout).toMatch(/metric +train {2}loss: 0\.333/);
  // Nobody used MLflow.
  expect(existsSync(jobFolder(box, 'both', 'steps', 'train', 'mlruns'))).toBe(false);
  await box.prl(['job', 'download', '--name', 'both', '--all', '--download-path', 'got']);
  expect(readFileSync(box.path('got/artifacts/train/outputs/model.txt'), 'utf8')).toBe('a');
  expect(readdirSync(box.path('got/artifacts/score/logs/metrics'))[0]).toMatch(/^node0-process00[01]\.jsonl$/);
});

test('an installed azureml package wins, and has ours beside it where it is another part', async () => {
  const box = sandbox();
  // As the published packages have it.
  box.write('site/azureml/__init__.py', "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n");
  box.write('site/azureml/dataprep/__init__.py', 'name = "another part"\n');
  box.write('own/azureml/__init__.py', '');
  box.write('own/azureml/core/__init__.py', 'Run = "the real one"\n');
  box.write(
    'job.yml',
    'type: command\ncode: ./src\ncommand: PYTHONPATH=$PYTHONPATH:$SITE python look.py && PYTHONPATH=$PYTHONPATH:$OWN python look.py\n',
  );
  box.write(
    'src/look.py',
    'import azureml.core\nprint(azureml.core.Run)\ntry: import azureml.dataprep; print(azureml.dataprep.name)\nexcept ImportError: pass\n',
  );
  const { code, stderr } = await box.prl(['run', 'job.yml', '--name', 'parts'], { env: { SITE: box.path('site'), OWN: box.path('own') } });
  expect(stderr).toContain('Completed');
  expect(code).toBe(0);
  const said = readFileSync(jobFolder(box, 'parts', 'steps', 'main', 'logs', 'user', 'std_log.txt'), 'utf8');
  expect(said).toBe("<class 'azureml.core.run.Run'>\nanother part\nthe real one\n");
});

const logsWithMlflow = {
  'src/score.py': `import mlflow
def init():
    for each in range(5): mlflow.log_param(f"rate{each}", 0.1)
def run(mini_batch):
    mlflow.log_metric("loss", 0.5)
    return mini_batch
`,
  'src/train.py': `import mlflow
with mlflow.start_run():
    mlflow.log_metric("val/acc", 0.25); mlflow.log_metric("val/acc", 0.75)
    mlflow.log_param("depth", 3)
    open("curve.txt", "w").write("curve")
    mlflow.log_artifact("curve.txt")
    with mlflow.start_run(nested=True): mlflow.log_metric("fold", 3); mlflow.log_metric("val/acc", 0)
`,
};

function expectLogged(box: Sandbox, job: unknown): void {
  expect(job).toMatchObject({
    steps: {
      score: { metrics: { loss: 0.5 }, params: { rate0: '0.1', rate4: '0.1' } },
      train: { metrics: { 'val/acc': 0.75, fold: 3 }, params: { depth: '3' } },
    },
  });
  expect(readFileSync(jobFolder(box, 'flow', 'steps', 'train', 'artifacts', 'curve.txt'), 'utf8')).toBe('curve');
  const runs = readdirSync(jobFolder(box, 'flow', 'steps', 'score', 'mlruns', '0'));
  expect(runs).toContain('flow-score');
  expect(runs.filter((name) => name.startsWith('flow-score-')).length).toBeGreaterThan(0);
  const meta = readFileSync(jobFolder(box, 'flow', 'steps', 'train', 'mlruns', '0', 'flow-train', 'meta.yaml'), 'utf8');
  expect(meta).toMatch(/status"?: ?3/);
  expect(existsSync(jobFolder(box, 'flow', 'steps', 'train', 'code', 'mlruns'))).toBe(false);
}

describe('MLflow logs into the folder of its step, without a server', () => {
  test('as far as a stand-in for it goes, which writes what its file store would', async () => {
    const box = sandbox();
    twoSteps(box);
    for (const [file, text] of Object.entries(logsWithMlflow)) box.write(file, text);
    box.write(
      'src/mlflow.py',
      `import json, os, shutil, time, urllib.parse, uuid
_runs = []
def _path(uri): return urllib.parse.unquote(urllib.parse.urlparse(uri).path)
class start_run:
    def __init__(self, nested=False):
        experiment = os.path.join(_path(os.environ["MLFLOW_TRACKING_URI"]), "0")
        assert json.load(open(experiment + "/meta.yaml"))["name"] == os.environ["MLFLOW_EXPERIMENT_NAME"] == "digits"
        self.id = os.environ.pop("MLFLOW_RUN_ID", None)
        self.folder = os.path.join(experiment, self.id or uuid.uuid4().hex)
        if self.id is None: os.makedirs(self.folder + "/params"); os.makedirs(self.folder + "/metrics")
        else: self.meta = json.load(open(self.folder + "/meta.yaml")); assert self.meta["run_id"] == self.id
        _runs.append(self)
    def __enter__(self): return self
    def __exit__(self, *_): _runs.remove(self)
def _write(kind, name, text, mode):
    path = os.path.join((_runs[-1] if _runs else start_run()).folder, kind, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, mode) as file: file.write(text)
def log_metric(name, value): _write("metrics", name, f"{int(time.time() * 1000)} {value} 0\\n", "a")
def log_param(name, value): _write("params", name, str(value), "w")
def log_artifact(path):
    folder = _path(_runs[-1].meta["artifact_uri"])
    os.makedirs(folder, exist_ok=True)
    shutil.copy(path, folder)
`,
    );
    const { code, stderr, job } = await runPipeline(box, 'flow');
    expect(stderr).toContain('Completed');
    expect(code).toBe(0);
    expectLogged(box, job);
  });

  test.skipIf(mlflowPython === undefined)('with MLflow itself', { timeout: 120_000 }, async () => {
    const box = sandbox();
    twoSteps(box);
    for (const [file, text] of Object.entries(logsWithMlflow)) box.write(file, text);
    const { code, stderr, job } = await runPipeline(box, 'flow', ['pipeline.yml'], { PARALLELRUN_PYTHON: mlflowPython });
    expect(stderr).toContain('Completed');
    expect(code).toBe(0);
    expectLogged(box, job);
  });

  test('but not where the job or its user has another place for it', async () => {
    const box = sandbox();
    box.write(
      'job.yml',
      'type: command\ncode: ./src\ncommand: env | grep ^MLFLOW\nenvironment_variables: {MLFLOW_TRACKING_URI: "http://tracking:5000"}\n',
    );
    box.write('src/x.py', '');
    await box.prl(['run', 'job.yml', '--name', 'own']);
    const said = readFileSync(jobFolder(box, 'own', 'steps', 'main', 'logs', 'user', 'std_log.txt'), 'utf8');
    expect(said).toBe('MLFLOW_TRACKING_URI=http://tracking:5000\n');
    expect(existsSync(jobFolder(box, 'own', 'steps', 'main', 'mlruns'))).toBe(false);
  });
});
