/** What the product may do with rubbish: take it, or say what is wrong with it. */
import { RequestError } from '../../src/errors/types.ts';

/** Longer than anything of these sizes may take, by far. */
const patienceMilliseconds = 20_000;

/**
 * @returns what the work gave, or undefined when it refused
 * @throws when it crashed, hung, or refused in words that are nobody's
 */
export async function takenOrRefused<Value>(work: () => Value | Promise<Value>): Promise<Value | undefined> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('hangs')), patienceMilliseconds).unref());
  try {
    return await Promise.race([(async () => await work())(), late]);
  } catch (thrown) {
    if (!(thrown instanceof RequestError)) throw thrown;
    for (const { code, message, line, column } of thrown.problems) {
      if (/\[object Object\]|\bundefined\b|\bNaN\b/.test(message.replaceAll(/"[^"]*"/g, ''))) throw new Error(`it is told as: ${message}`);
      if (message.length > 6000) throw new Error(`${code} is told in ${message.length} characters`);
      if (line !== undefined && !(line >= 1 && (column ?? 1) >= 1)) throw new Error(`it is told to stand at ${line}:${column}: ${message}`);
    }
    return undefined;
  }
}
