/**
 * TypeScript to JavaScript, one file at a time. Node strips types by itself and keeps every position; only a file that
 * needs more (enums, parameter properties, namespaces, imports that turn out to be types) goes through amaro, Node's own
 * transformer, with a source map.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { stripped } from './stripped.ts';

const require = createRequire(import.meta.url);

interface SyntaxProblem {
  readonly message: string;
  readonly startLine: number;
  /** 0-based. */
  readonly startColumn: number;
}

export function toJavaScript(source: string, url: string, elideImports: boolean): string {
  if (!elideImports) {
    try {
      return stripped(source);
    } catch {
      // Either syntax that must be transformed or a mistake: the transformer tells them apart, and says where.
    }
  }
  return transform(source, url, elideImports);
}

function transform(source: string, url: string, elideImports: boolean): string {
  const { transformSync }: typeof import('amaro') = require('amaro');
  process.setSourceMapsEnabled(true);
  const filename = fileURLToPath(url);
  // Without `verbatimModuleSyntax` an import that is only used as a type is left out, as the compiler does by default.
  const options = { mode: 'transform', sourceMap: true, filename, transform: { verbatimModuleSyntax: !elideImports } } as const;
  let result: { code: string; map?: string };
  try {
    result = transformSync(source, options);
  } catch (error) {
    throw isSyntaxProblem(error) ? syntaxError(filename, error, source) : error;
  }
  const map = Buffer.from(JSON.stringify({ ...JSON.parse(result.map ?? '{}'), sources: [url] })).toString('base64');
  return `${result.code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
}

function isSyntaxProblem(error: unknown): error is SyntaxProblem {
  return typeof error === 'object' && error !== null && 'startLine' in error && 'startColumn' in error && 'message' in error;
}

/** Said as V8 says its own: file and line, the line, a caret. */
function syntaxError(file: string, problem: SyntaxProblem, source: string): SyntaxError {
  const line = source.split('\n')[problem.startLine - 1] ?? '';
  const error = new SyntaxError(problem.message);
  error.stack = `${file}:${problem.startLine}\n${line}\n${' '.repeat(problem.startColumn)}^\nSyntaxError: ${problem.message}`;
  return error;
}
