/** Stands in for a language model, to try the job out: node stand-in.ts [PORT]. Sorts tickets by words, and counts words as tokens. */
import { createServer } from 'node:http';

const kinds = { invoice: 'billing', charged: 'billing', refund: 'billing', crash: 'bug', error: 'bug', thank: 'praise', love: 'praise' };
const words = (text: string) => text.split(/\s+/).length;

const server = createServer(async (request, response) => {
  let asked = '';
  for await (const part of request) asked += part;
  const { messages }: { messages: { content: string }[] } = JSON.parse(asked);
  const text = messages.at(-1)?.content.toLowerCase() ?? '';
  const content = Object.entries(kinds).find(([word]) => text.includes(word))?.[1] ?? 'question';
  const read = messages.reduce((sum, message) => sum + words(message.content), 0);
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  const usage = { prompt_tokens: read, completion_tokens: 1, total_tokens: read + 1 };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: '0', object: 'chat.completion', created: 0, model: 'stand-in', choices, usage }));
});

server.listen(Number(process.argv[2] ?? 8123), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  console.log(`In another terminal, then prl run .:\n\n  export OPENAI_BASE_URL=http://127.0.0.1:${port}/v1 OPENAI_API_KEY=none\n`);
});
