import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors/types.ts';
import { Findings } from '../../../src/language/findings.ts';

test('what was found wrong is told in the order of files, lines and columns, however long the lines are', () => {
  const findings = new Findings();
  const at = (file: string, line: number, column: number) => ({ code: 'x', message: `${file}:${line}:${column}`, file, line, column });
  findings.problems.push(at('b.yml', 2, 1), at('b.yml', 1, 1500), at('b.yml', 1, 20), at('a.yml', 1, 1), at('b.yml', 2, 1));
  const told = (): readonly string[] => {
    try {
      findings.throwIfAny();
    } catch (error) {
      if (error instanceof RequestError) return error.problems.map(({ message }) => message);
    }
    return [];
  };
  // Files stand in the order in which they were first met.
  expect(told()).toEqual(['b.yml:1:20', 'b.yml:1:1500', 'b.yml:2:1', 'a.yml:1:1']);
});
