import { moment } from '../timestamp.ts';
import type { FilterExpression } from '../types.ts';
import { FilterSyntaxError, type Token, tokens } from './filter-tokens.ts';

type BinaryOperator = Extract<FilterExpression, { kind: 'binary' }>['op'];

const comparisons: readonly BinaryOperator[] = ['==', '!=', '<', '<=', '>', '>='];

/**
 * Reads a filter expression as Python reads one, as far as MLTable knows it: comparisons, `and`, `or`, `not`, arithmetic,
 * `col("x")` or a bare name, `datetime(2020, 1, 2)`, `.startswith("x")`, text, numbers, True, False.
 * Throws a FilterSyntaxError.
 */
export function parseFilter(expression: string): FilterExpression {
  const parser = new Parser(tokens(expression));
  const parsed = parser.or();
  parser.end();
  return parsed;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  end(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw unexpected(token, 'the end, or one of and, or, ==, !=, <, <=, >, >=, +, -, *, /, %');
  }

  or(): FilterExpression {
    return this.#chain(['or'], () => this.#and());
  }

  #and(): FilterExpression {
    return this.#chain(['and'], () => this.#not());
  }

  #not(): FilterExpression {
    return this.#takeWord('not') ? { kind: 'unary', op: 'not', operand: this.#not() } : this.#comparison();
  }

  /** `1 < x < 3` compares what `1 < x` gives with 3, as MLTable does and Python does not. */
  #comparison(): FilterExpression {
    return this.#chain(comparisons, () => this.#sum());
  }

  #sum(): FilterExpression {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): FilterExpression {
    return this.#chain(['*', '/', '%'], () => this.#factor());
  }

  #factor(): FilterExpression {
    if (!this.#takeSign('-')) return this.#call(this.#atom());
    const operand = this.#factor();
    return operand.kind === 'value' && typeof operand.value === 'number'
      ? { kind: 'value', value: -operand.value }
      : { kind: 'unary', op: '-', operand };
  }

  #call(left: FilterExpression): FilterExpression {
    if (!this.#takeSign('.')) return left;
    const name = this.#take();
    if (name.kind !== 'name' || name.text !== 'startswith') throw unexpected(name, 'startswith, the only thing that may follow a dot');
    this.#expectSign('(');
    const right = this.#atom();
    this.#expectSign(')');
    return this.#call({ kind: 'binary', op: 'startswith', left, right });
  }

  #atom(): FilterExpression {
    const token = this.#take();
    if (token.kind === 'number' || token.kind === 'text') return { kind: 'value', value: token.value };
    if (token.kind === 'sign' && token.text === '(') {
      const inside = this.or();
      this.#expectSign(')');
      return inside;
    }
    if (token.kind === 'name') return this.#named(token.text, token);
    throw unexpected(token, 'a column, a value or a bracket');
  }

  #named(name: string, token: Token): FilterExpression {
    if (name === 'True' || name === 'true') return { kind: 'value', value: true };
    if (name === 'False' || name === 'false') return { kind: 'value', value: false };
    if (name === 'None') return { kind: 'value', value: null };
    if (['and', 'or', 'not', 'in', 'is'].includes(name)) throw unexpected(token, 'a column, a value or a bracket');
    if (name === 'col' && this.#takeSign('(')) {
      const column = this.#take();
      if (column.kind !== 'text') throw unexpected(column, 'the name of a column in quotes');
      this.#expectSign(')');
      return { kind: 'column', name: column.value };
    }
    return name === 'datetime' && this.#takeSign('(') ? this.#datetime(token) : { kind: 'column', name };
  }

  #datetime(start: Token): FilterExpression {
    const parts: number[] = [];
    for (let more = true; more; more = this.#takeSign(',')) {
      const part = this.#take();
      if (part.kind !== 'number' || !Number.isInteger(part.value)) throw unexpected(part, 'a whole number');
      parts.push(part.value);
    }
    this.#expectSign(')');
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = parts;
    const time = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, Math.floor(microsecond / 1000)));
    time.setUTCFullYear(year, month - 1, day);
    const isWhole = parts.length >= 3 && parts.length <= 7;
    if (!isWhole || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
      throw new FilterSyntaxError(
        'datetime takes year, month, day and perhaps hour, minute, second, microsecond of a time that exists',
        start.at,
      );
    }
    return { kind: 'datetime', value: moment(time.getTime(), (microsecond % 1000) * 1000).toISOString() };
  }

  #chain(operators: readonly BinaryOperator[], operand: () => FilterExpression): FilterExpression {
    let left = operand();
    for (let op = this.#takeOperator(operators); op !== undefined; op = this.#takeOperator(operators)) {
      left = { kind: 'binary', op, left, right: operand() };
    }
    return left;
  }

  #takeOperator(allowed: readonly BinaryOperator[]): BinaryOperator | undefined {
    const token = this.#peek();
    const found = token.kind === 'sign' || token.kind === 'name' ? allowed.find((op) => op === token.text) : undefined;
    if (found !== undefined) this.#next += 1;
    return found;
  }

  #takeSign(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'name' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expectSign(text: string): void {
    const token = this.#take();
    if (token.kind !== 'sign' || token.text !== text) throw unexpected(token, JSON.stringify(text));
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }
}

function unexpected(token: Token, wanted: string): FilterSyntaxError {
  const found =
    token.kind === 'end' ? 'the end' : JSON.stringify(token.kind === 'text' || token.kind === 'number' ? token.value : token.text);
  return new FilterSyntaxError(`expected ${wanted}, found ${found}`, token.at);
}
