/** `--query`: JMESPath, as `az` has it. The library is loaded when there is a query. */
import { RequestError } from '../../errors/types.ts';

/** @throws RequestError for what is not JMESPath, before anything is done whose result it would be asked of. */
export async function checkQuery(expression: string): Promise<void> {
  const { search, JMESPathTypeError } = await jmespath();
  try {
    search(safe(expression), null);
  } catch (error) {
    // What a function is given is known when there is a result.
    if (!(error instanceof JMESPathTypeError)) throw await badQuery(expression, error);
  }
}

/** What is not there is null. @throws RequestError for an expression that is not JMESPath, or that asks a function what it cannot do */
export async function query(value: unknown, expression: string): Promise<unknown> {
  const { search } = await jmespath();
  try {
    return asJson(search(safe(expression), asJson(value)));
  } catch (error) {
    throw await badQuery(expression, error);
  }
}

/** As `--output json` would show it. */
function asJson(value: unknown) {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

function jmespath() {
  return import('@aws-lambda-powertools/jmespath');
}

/** The library looks up what it has parsed before in a plain object, where it finds `constructor` and the like. */
function safe(expression: string): string {
  return expression in Object.prototype ? `"${expression}"` : expression;
}

async function badQuery(expression: string, error: unknown): Promise<unknown> {
  const { EmptyExpressionError, JMESPathError, LexerError, ParseError } = await jmespath();
  if (!(error instanceof Error)) return error;
  const shown = JSON.stringify(expression);
  const asked = (why: string, hint?: string) =>
    new RequestError({ code: 'bad-query', message: `--query ${shown}: ${why}.`, ...(hint !== undefined && { hint }) });
  if (expression.trim() === '' || error instanceof EmptyExpressionError) return asked('an expression was expected, and it is empty');
  if (error instanceof LexerError) {
    const isBare = expression[error.lexerPosition] === '`';
    return asked(
      `at column ${error.lexerPosition + 1}, ${JSON.stringify(error.lexerValue)} is not JMESPath`,
      isBare ? `Text stands between single quotes: '${error.lexerValue}'.` : undefined,
    );
  }
  if (error instanceof ParseError) {
    const isEnd = error.tokenType === 'eof';
    return asked(
      `at column ${error.lexPosition + 1}, ${isEnd ? 'it ends too early' : `${JSON.stringify(error.tokenValue)} was not expected`}`,
    );
  }
  // A function: unknown, or given what it does not take. Or a slice whose step is 0, for which there is no class of its own.
  const [why = ''] = error.message.split(' in expression: ');
  return error instanceof JMESPathError || why.startsWith('Invalid slice') ? asked(why) : error;
}
