/** What `prl init` writes runs as it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sandbox } from '../../support/prl.ts';
import { pandasPython } from '../../support/pythons.ts';

async function begun(language: string, template: string) {
  const box = sandbox();
  const cwd = box.path('project');
  mkdirSync(cwd);
  const made = await box.prl(['init', '--language', language, '--template', template], { cwd });
  expect(made.code, made.stderr).toBe(0);
  return {
    made,
    read: (name: string) => readFileSync(`${cwd}/${name}`, 'utf8'),
    list: (name: string) => (existsSync(`${cwd}/${name}`) ? readdirSync(`${cwd}/${name}`).sort() : []),
    run: (env: Readonly<Record<string, string>> = {}) => box.prl(['run', '.'], { cwd, env }),
  };
}

test('images: an environment is made of conda.yml; a row and a thumbnail for each image', async () => {
  const { run, read, list } = await begun('python', 'images');
  const { code, stderr } = await run({ PARALLELRUN_ENVIRONMENT: 'venv' });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('An environment is made: 1 package');
  const [header, first, ...others] = read('features.csv').trim().split('\n');
  expect(header).toBe('name,width,height,red,green,blue,is_dark');
  expect(first).toBe('circle-1.png,96,64,128,94,150,False');
  expect(others).toHaveLength(8);
  expect(list('thumbnails')).toEqual(list('data').map((name) => name.replace('.png', '.jpg')));
});

test.skipIf(pandasPython === undefined)('table: a row for each row', async () => {
  const { run, read } = await begun('python', 'table');
  const { code, stderr } = await run({ PARALLELRUN_PYTHON: pandasPython ?? '' });
  expect(code, stderr).toBe(0);
  const rows = read('scores.csv').trim().split('\n');
  expect(rows.slice(0, 2)).toEqual(['customer,leaves', '1001,0.645']);
  expect(rows).toHaveLength(1 + 200);
});

/** Answers as OpenAI's API does: it is busy the first time that it is asked about a ticket, and never answers the one about reports. */
async function languageModel() {
  const asked = new Map<string, number>();
  const keys = new Set<string | undefined>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const text: string = JSON.parse(body).messages[1].content;
    keys.add(request.headers.authorization);
    asked.set(text, (asked.get(text) ?? 0) + 1);
    response.setHeader('content-type', 'application/json');
    if (text.includes('reports')) response.writeHead(400).end('{"error": {"message": "not this one"}}');
    else if (asked.get(text) === 1) response.writeHead(429, { 'retry-after-ms': '1', 'retry-after': '0.01' }).end('{"error": {}}');
    else {
      const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: `about “${text}”` } }];
      const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
      response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 0, model: 'of-the-test', choices, usage }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, keys, env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'sk-of-the-test' } };
}

test.skipIf(pandasPython === undefined).each(['python', 'ts'])(
  'llm, %s: tokens and costs in the rows; a ticket without an answer counts as failed',
  async (language) => {
    const { run, read, made } = await begun(language, 'llm');
    expect(made.stderr).toContain(language === 'ts' ? 'node stand-in.ts' : 'python3 stand_in.py');
    const model = await languageModel();
    const { code, stderr } = await run({ ...model.env, PARALLELRUN_PYTHON: pandasPython ?? '' });
    expect(code, stderr).toBe(0);
    const rows = read('answers.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
    expect(rows[0]).toMatchObject({ model: 'of-the-test', input_tokens: 1000, output_tokens: 100, cost: 0.00021 });
    expect(rows[0].answer).toMatch(/^about “/);
    expect(model.keys).toEqual(new Set(['Bearer sk-of-the-test']));
    expect([...model.asked.values()].filter((times) => times === 2)).toHaveLength(11);
    expect(stderr).not.toContain('sk-of-the-test');
  },
);

test('a template that a language has not is refused with those that it has, and nothing is written', async () => {
  const box = sandbox();
  const cwd = box.path('project');
  mkdirSync(cwd);
  const refused = await box.prl(['init', '--language', 'ts', '--template', 'images'], { cwd });
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('There is no template "images" for ts; there are text, llm.');
  expect(readdirSync(cwd)).toEqual([]);
});
