import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPipeline } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { pandasPython } from '../workers/python/support.ts';

/** A model of no library: `predict` adds the columns a and b. */
function adder(box: Sandbox, python: string): void {
  box.write('modules/adder.py', 'class Adder:\n    def predict(self, data):\n        return (data.a + data.b).to_numpy()\n');
  box.write(
    'make.py',
    "import pickle, sys\nsys.path.insert(0, 'modules')\nfrom adder import Adder\nfor path in ('model.pkl', 'flow/data/model.pkl'):\n    with open(path, 'wb') as f: pickle.dump(Adder(), f)\n",
  );
  box.write(
    'flow/MLmodel',
    'artifact_path: model\nflavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: data/model.pkl\n  sklearn:\n    pickled_model: data/model.pkl\n    serialization_format: pickle\nrun_id: none\n',
  );
  box.write('flow/data/.keep', '');
  execFileSync(python, ['make.py'], { cwd: box.directory });
}

function scoring(box: Sandbox, input: string, model: string, inputs = ''): void {
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  score:
    type: parallel
    inputs:
      data: ${input}
${inputs}
    outputs: {rows: {type: uri_file, path: ./rows.txt}}
    input_data: \${{inputs.data}}
    retry_settings: {max_retries: 0}
    max_concurrency_per_instance: 1
    environment_variables: {PYTHONPATH: ${box.path('modules')}}
    task: {type: model, model: ${model}, append_row_to: "\${{outputs.rows}}"}
`,
  );
}

describe.skipIf(pandasPython === undefined)('a model is scored without a script', () => {
  const python = pandasPython ?? '';
  const env = { PARALLELRUN_PYTHON: python };

  test('an MLflow folder over a table gives a prediction for each row', async () => {
    const box = sandbox();
    adder(box, python);
    box.write('table.csv', 'a,b\n1,2\n3,4\n5,6\n');
    scoring(box, '{type: uri_file, path: ./table.csv}', '"${{inputs.model}}"', '      model: {type: mlflow_model, path: ./flow}');
    const { code, stderr } = await runPipeline(box, 'table', ['pipeline.yml'], env);
    expect(stderr).toContain('Completed');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('3\n7\n11\n');
  });

  test('a model file over table files tells row and file', async () => {
    const box = sandbox();
    adder(box, python);
    box.write('in/x.csv', 'a,b\n1,2\n3,4\n');
    box.write('in/y.csv', 'a,b\n5,6\n');
    scoring(box, '{type: uri_folder, path: ./in}', './model.pkl');
    expect((await runPipeline(box, 'files', ['pipeline.yml'], env)).code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0 3 x.csv\n1 7 x.csv\n0 11 y.csv\n');
  });

  test('what the model was saved with is made for it, where the job declares no environment', async () => {
    const box = sandbox();
    adder(box, python);
    box.write('flow/conda.yaml', 'dependencies:\n  - python\n  - pip: [six==1.15.0]\n');
    box.write('in/x.csv', 'a,b\n1,2\n');
    scoring(box, '{type: uri_folder, path: ./in}', '"${{inputs.model}}"', '      model: {type: mlflow_model, path: ./flow}');
    const { code, stderr } = await runPipeline(box, 'own', ['pipeline.yml'], { ...env, PARALLELRUN_ENVIRONMENT: 'venv' });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('An environment is made: 3 packages');
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0 3 x.csv\n');
    const listed = JSON.parse((await box.prl(['environment', 'made', '-o', 'json'])).stdout);
    expect(listed).toMatchObject([{ packages: ['six==1.15.0', 'pandas', 'pyarrow'] }]);
  });

  test('what is no model is said', async () => {
    const box = sandbox();
    box.write('in/x.csv', 'a,b\n1,2\n');
    box.write('empty/readme.txt', 'no model');
    scoring(box, '{type: uri_folder, path: ./in}', './empty');
    const { code, job } = await runPipeline(box, 'none', ['pipeline.yml'], env);
    expect(code).toBe(1);
    expect(job.steps.score?.error).toContain(`The model ${join(box.directory, 'empty')} is a folder without an MLmodel file`);
  });
});
