import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const prompt = 'Sort this support ticket into one of: billing, bug, question, praise. Answer with that word alone.';

interface Ticket {
  id: number;
  text: string;
}

interface Reply {
  model: string;
  choices: { message: { content: string } }[];
  usage: { prompt_tokens: number; completion_tokens: number };
}

let model = '';
let atOnce = 8;
/** For a million tokens. */
let prices = { input: 0, output: 0 };

/** Called once in each worker process. */
export function init(): void {
  const options = {
    model: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '8' },
    'input-price': { type: 'string', default: '0' },
    'output-price': { type: 'string', default: '0' },
  } as const;
  const { values } = parseArgs({ options, strict: false });
  if (!process.env.OPENAI_API_KEY) throw new Error('OPENAI_API_KEY is not set: job.yml says which variables there are.');
  model = String(values.model);
  atOnce = Number(values['at-once']);
  prices = { input: Number(values['input-price']), output: Number(values['output-price']) };
}

/** Called for each mini-batch, with its rows. Returns a row for each ticket that was answered. */
export async function run(tickets: Iterable<Ticket>): Promise<object[]> {
  const answers: (object | undefined)[] = [];
  const waiting = Array.from(tickets).entries();
  const work = async () => {
    for (const [index, ticket] of waiting) {
      const reply = await ask(ticket);
      answers[index] = reply && row(ticket, reply);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  // Tickets without a row count towards error_threshold.
  return answers.filter((answer) => answer !== undefined);
}

function row({ id }: Ticket, { model, choices: [choice], usage }: Reply): object {
  const { prompt_tokens: read, completion_tokens: written } = usage;
  const cost = (read * prices.input + written * prices.output) / 1_000_000;
  return { id, answer: choice?.message.content ?? '', model, input_tokens: read, output_tokens: written, cost: Number(cost.toFixed(8)) };
}

/** What may pass (429, 5xx, a broken connection) is asked again, ever later. Undefined where it does not pass. */
async function ask({ id, text }: Ticket, tries = 7): Promise<Reply | undefined> {
  const url = `${process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1'}/chat/completions`;
  const headers = { authorization: `Bearer ${process.env.OPENAI_API_KEY}`, 'content-type': 'application/json' };
  const messages = [
    { role: 'system', content: prompt },
    { role: 'user', content: text },
  ];
  const body = JSON.stringify({ model, messages, temperature: 0 });
  for (let tried = 1; ; tried += 1) {
    let why: string;
    let wait = Math.min(2 ** tried * 250, 8000) * (0.5 + Math.random());
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(120_000) });
      if (response.ok) return (await response.json()) as Reply;
      why = `${response.status} ${(await response.text()).slice(0, 200)}`;
      // So it would be with all others.
      if (response.status === 401 || response.status === 403) throw new Error(`The server refuses the key: ${why}`);
      if (response.status < 500 && response.status !== 429 && response.status !== 408) tried = tries;
      wait = Number(response.headers.get('retry-after') ?? 0) * 1000 || wait;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('The server refuses')) throw error;
      why = String(error);
    }
    if (tried >= tries) {
      console.log(`ticket ${id}: ${why}`);
      return undefined;
    }
    await sleep(wait);
  }
}
