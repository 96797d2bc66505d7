/** Steps in containers of their images: as without them, but for what the image has. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hasContainers, jobContainers, podman, testImage } from '../../support/containers.ts';
import { hasS3Server, s3Server } from '../../support/object-servers.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const env = { PARALLELRUN_ENVIRONMENT: 'container' };
const image = `  environment: { image: ${testImage} }`;

/** The job with more lines below its task. */
function jobWith(box: Sandbox, options: Parameters<typeof parallelJob>[1], ...task: readonly string[]): string {
  const file = parallelJob(box, options);
  return box.write('job.yml', `${readFileSync(file, 'utf8')}${task.join('\n')}\n`);
}

/** What every process of this machine was called with. */
function commandLines(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => textOf(`/proc/${pid}/cmdline`)).join('\n');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function noneLeft(): Promise<void> {
  while (jobContainers().length > 0) await sleep(50);
}

const scripts = {
  'score.py': `import os
def init():
    print("in", os.environ.get("FROM_IMAGE"), os.getuid(), os.uname().nodename, os.environ.get("EXTRA"), os.environ.get("HOST_ONLY"))
    print("shm", os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize)
    open("begun", "w").close()
    if os.environ.get("WAIT"):
        import time
        while not os.path.exists("go"): time.sleep(0.02)
def run(mini_batch):
    return [os.path.basename(path) + " " + open(path).read().strip() for path in mini_batch]
`,
  'score.ts': `import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
export function init() {
  console.log('in', process.env.FROM_IMAGE);
}
export function run(miniBatch: string[]) {
  return miniBatch.map((path) => \`\${basename(path)} \${readFileSync(path, 'utf8').trim()}\`);
}
`,
};

describe.runIf(hasContainers)('in containers', () => {
  test('a Python job has the rows that it has without, and what it is given: the user, variables, arguments; secrets are nowhere to be seen', async () => {
    const box = sandbox();
    const secret = "it's a $(secret)\nof two lines";
    const settings = [
      `environment_variables: { SECRET: ${JSON.stringify(secret)}, WAIT: "1" }`,
      'resources: { shm_size: 3m, docker_args: "--hostname box --env \'EXTRA=a b\'" }',
    ];
    const job = jobWith(box, { script: scripts['score.py'], settings }, image);
    const run = box.start(['run', job, '--name', 'j'], { env: { ...env, HOST_ONLY: '1' } });
    const code = box.path('home/jobs/j/steps/main/code');
    while (!textOf(`${code}/../logs/user/stdout/node0/process001.stdout.txt`).includes('shm')) await sleep(20);
    expect(jobContainers().length).toBeGreaterThan(0);
    expect(commandLines() + podman('inspect', ...jobContainers())).not.toContain('(secret)');
    box.write('home/jobs/j/steps/main/code/go', '');
    const { code: exit, stderr } = await run.result;
    expect(exit, stderr).toBe(0);
    const printed = textOf(`${code}/../logs/user/stdout/node0/process000.stdout.txt`);
    expect(printed).toContain(`in yes ${process.getuid?.()} box a b None\nshm ${3 * 1024 ** 2}\n`);
    const inside = readFileSync(box.path('rows.txt'));
    expect((await box.prl(['run', job, '--set', 'environment_variables.WAIT='])).code).toBe(0);
    expect(inside).toEqual(readFileSync(box.path('rows.txt')));
    await noneLeft();
  });

  test('a TypeScript job likewise; which computes run containers is configured', async () => {
    const box = sandbox();
    const job = jobWith(box, { entryScript: 'score.ts', script: scripts['score.ts'], settings: ['compute: azureml:boxes'] }, image);
    box.write(
      'parallelrun.yml',
      'environment: system\ncomputes:\n  boxes: { environment: container, container_network: none }\n  others: { environment: venv }\n',
    );
    const configured = { PARALLELRUN_ENVIRONMENT: undefined };
    const { code, stderr } = await box.prl(['run', job, '--name', 'j'], { env: configured });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('not configured');
    expect(textOf(box.path('home/jobs/j/steps/main/logs/user/stdout/node0/process000.stdout.txt'))).toBe('in yes\n');
    const inside = readFileSync(box.path('rows.txt'));
    const without = await box.prl(['run', job, '--name', 'k', '--environment', 'system'], { env: configured });
    expect(without.code, without.stderr).toBe(0);
    expect(textOf(box.path('home/jobs/k/steps/main/logs/user/stdout/node0/process000.stdout.txt'))).toBe('in undefined\n');
    expect(inside).toEqual(readFileSync(box.path('rows.txt')));
    const listed = await box.prl(['config', 'list', '--output', 'table'], { env: configured });
    expect(listed.stdout).toMatch(/computes\.boxes\.environment +container +.*parallelrun\.yml:3/);
  });

  test('one that takes more memory than its container may is told, as one that hangs is: with its stack; others do their work', async () => {
    const box = sandbox();
    const script = `import os, time
def once(name):
    if os.path.exists(name): return False
    open(name, "w").close()
    return True
def run(mini_batch, context):
    if context.minibatch_index == 2 and once("eaten"): bytearray(300 << 20)
    if context.minibatch_index == 4 and once("hung"): time.sleep(1000)
    return [context.minibatch_index]
`;
    const settings = [
      'retry_settings: { max_retries: 2, timeout: 3 }',
      'resources: { docker_args: --memory=96m --memory-swap=96m }',
      'max_concurrency_per_instance: 1',
    ];
    const { code, stderr } = await box.prl(['run', jobWith(box, { script, settings }, image), '--name', 'j'], { env });
    expect(code, stderr).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    const { main } = await showJob(box, 'j');
    expect(main.mini_batches).toEqual({ total: 10, done: 10, failed: 0, retries: 2 });
    const errors = readdirSync(`${main.directory}/logs/user/error`)
      .map((file) => textOf(`${main.directory}/logs/user/error/${file}`))
      .join('\n');
    expect(errors).toMatch(/SIGKILL.*memory/);
    expect(errors).toMatch(/File "score.py", line 8, in run\n\s+if context.minibatch_index == 4/);
    await noneLeft();
  });

  test('nothing is left of containers when the coordinator is killed, and the job can be carried on with', async () => {
    const box = sandbox();
    const script = `import os, subprocess, time
def run(mini_batch, context):
    if context.minibatch_index >= 4 and not os.path.exists("go"):
        open("waits", "w").close()
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        while True: time.sleep(1)
    return [context.minibatch_index]
`;
    const run = box.start(['run', jobWith(box, { script }, image), '--name', 'j'], { env });
    const code = 'home/jobs/j/steps/main/code';
    while (
      !readdirSync(box.path('.')).includes('home') ||
      textOf(box.path(code, 'score.py')) === '' ||
      !readdirSync(box.path(code)).includes('waits')
    )
      await sleep(20);
    const names = jobContainers();
    expect(names.length).toBeGreaterThan(0);
    run.child.kill('SIGKILL');
    await run.result;
    await noneLeft();
    box.write(`${code}/go`, '');
    const resumed = await box.prl(['job', 'resume', '--name', 'j', '--stream'], { env });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    await noneLeft();
  });

  test('an image is built once of the same files; a command runs in it; what fails is told by its builder, with the line', async () => {
    const box = sandbox();
    box.write('context/Dockerfile', `FROM ${testImage}\nCOPY word /word\nRUN echo "$(cat /word) built" > /built\n`);
    box.write('context/word', 'well');
    box.write(
      'job.yml',
      `type: command
command: cat /built; pwd; echo made > \${{outputs.made}}/file; exit 7
outputs: { made: { type: uri_folder, path: ./made } }
environment: { build: { path: ./context } }
`,
    );
    const first = await box.prl(['run', 'job.yml', '--name', 'one'], { env });
    expect(first.stderr).toContain('An image is built with podman');
    const again = await box.prl(['run', 'job.yml', '--name', 'two'], { env });
    expect(again.stderr).not.toContain('An image is built');
    for (const [name, { code, stderr }] of [
      ['one', first],
      ['two', again],
    ] as const) {
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('ended with exit code 7');
      const log = textOf(box.path('home/jobs', name, 'steps/main/logs/user/std_log.txt'));
      expect(log).toBe(`well built\n${box.path('home/jobs', name, 'steps/main/code')}\n`);
      expect(textOf(box.path('made/file'))).toBe('made\n');
    }
    const made = await box.prl(['environment', 'made', '--output', 'json']);
    const [{ key, ...kept }] = JSON.parse(made.stdout);
    expect(kept).toMatchObject({ language: 'image', packages: [box.path('context/Dockerfile')] });
    expect(kept.bytes).toBeGreaterThan(10_000_000);
    expect(podman('images', '--quiet', `localhost/parallelrun:${key}`)).not.toBe('');
    expect((await box.prl(['environment', 'prune', '--yes'])).code).toBe(0);
    expect(podman('images', '--quiet', `localhost/parallelrun:${key}`)).toBe('');

    box.write('context/Dockerfile', `FROM ${testImage}\n\nRUN echo fine\nRUN ls \\\n  /no/such/file\n`);
    const failed = await box.prl(['run', 'job.yml', '--name', 'three'], { env });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`${box.path('context/Dockerfile')}:4: The image could not be built with podman:`);
    expect(failed.stderr).toMatch(/ls: cannot access '\/no\/such\/file'/);
  });

  test('packages beside an image are those of an environment of this machine', async () => {
    const box = sandbox();
    box.write('conda.yml', 'dependencies: [python, {pip: [six==1.16.0]}]\n');
    const script = 'import os, six\ndef run(batch): return [six.__version__ + os.environ["FROM_IMAGE"]]\n';
    const job = jobWith(box, { script, files: 1 }, `  environment: { image: ${testImage}, conda_file: conda.yml }`);
    const { code, stderr } = await box.prl(['run', job], { env });
    expect(code, stderr).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('1.16.0yes\n');
    expect(stderr).not.toContain('Not made');
  });

  test.runIf(hasS3Server)('data in an object store comes by way of the coordinator: the container has no keys', async () => {
    const box = sandbox();
    const server = await s3Server();
    for (const key of ['1', '2', '3']) await server.put('data', `in/${key}.txt`, key);
    const script = 'import os\ndef run(batch): return [open(path).read() + str("AWS_SECRET_ACCESS_KEY" in os.environ) for path in batch]\n';
    const job = jobWith(box, { script, data: 's3://data/in' }, image);
    const { code, stderr } = await box.prl(['run', job], { env: { ...env, ...server.env } });
    expect(code, stderr).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('1False\n2False\n3False\n');
  });

  test('an image that is not to be had, and one without Python, end the job before it begins', async () => {
    const box = sandbox();
    const missing = jobWith(box, { script: scripts['score.py'] }, '  environment: { image: localhost/no/such:1 }');
    const first = await box.prl(['run', missing], { env });
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('The image localhost/no/such:1 is not on this machine and could not be fetched with podman:');
    box.write('context/Dockerfile', `FROM ${testImage}\nENV PATH=/bin\n`);
    const bare = jobWith(box, { script: scripts['score.py'] }, '  environment: { build: { path: ./context } }');
    const second = await box.prl(['run', bare], { env });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/The entry script is Python, and the image \S+ has no python3 on its PATH/);
    const none = await box.prl(['run', bare], { env: { ...env, PATH: '/nowhere' } });
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/podman or docker, and neither is on the PATH.*apt-get install podman/s);
    const checks = JSON.parse((await box.prl(['doctor', '--output', 'json'])).stdout);
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'podman', status: 'ok', found: expect.stringContaining('it runs containers') }),
    );
  });
});
