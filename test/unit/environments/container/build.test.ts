import { expect, it } from 'vitest';
import { failedLine } from '../../../../src/environments/container/build.ts';

const dockerfile = 'FROM base\n\n# words\nRUN echo fine\nRUN ls \\\n  /no/such/file\nCOPY a b\n';

it.each([
  ['podman', 'STEP 1/4: FROM base\nSTEP 2/4: RUN echo fine\nfine\nSTEP 3/4: RUN ls   /no/such/file\nls: cannot access', 5],
  ['docker of before', 'Step 1/4 : FROM base\n ---> 1\nStep 2/4 : RUN echo fine\nnot fine', 4],
  ['docker', '#5 ERROR: process\n------\nDockerfile:7\n--------------------\n   7 | >>> COPY a b\n', 7],
  ['one that says nothing', 'cannot connect', undefined],
])('the line that failed is known from the words of %s', (_, printed, line) => {
  expect(failedLine(printed, dockerfile)).toBe(line);
});
