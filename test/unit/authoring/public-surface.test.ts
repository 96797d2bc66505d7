/** What a user of the package meets in an editor: each public member says what it is, and each type in a signature can be imported. */
import { join, resolve } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { API, type Checker, type Project, type Symbol as Sym, SymbolFlags } from 'typescript/unstable/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** The doors that are held to it, and the folders that are theirs: what they pass on from elsewhere is told there. */
const doors = { 'parallelrun/v1': { file: 'src/authoring/v1/index.ts', own: 'src/authoring/v1' } };

let api: API;
let project: Project;

beforeAll(() => {
  api = new API({ cwd: root });
  const found = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProject(join(root, 'tsconfig.json'));
  if (found === undefined) throw new Error('the project could not be opened');
  project = found;
}, 120_000);

afterAll(() => api.close());

describe.each(Object.entries(doors))('%s', (_door, { file, own }) => {
  it('says of each public member what it is', { timeout: 120_000 }, () => {
    const { checker } = project;
    const silent = exportsOf(file)
      .filter((symbol) => isIn(symbol, own))
      .flatMap((symbol) => [
        ...(said(symbol, checker) ? [] : [symbol.name]),
        ...membersOf(symbol, checker)
          .filter(({ member }) => isIn(member, own) && !said(member, checker) && !saidByBase(symbol, member.name, checker))
          .map(({ path }) => path),
      ]);
    expect(silent).toEqual([]);
  });

  it('exports each type that stands in a public signature', { timeout: 120_000 }, () => {
    const { checker } = project;
    const exported = exportsOf(file);
    const known = new Set(exported.map((symbol) => symbol.id));
    const hidden = new Set<string>();
    for (const symbol of exported.filter((each) => isIn(each, own))) {
      for (const handle of symbol.declarations) {
        const declaration = handle.resolve(project);
        if (declaration === undefined) continue;
        for (const name of typeNames(declaration)) {
          const used = resolved(checker.getSymbolAtLocation(name), checker);
          if (used === undefined || !isIn(used, 'src') || known.has(used.id) || (used.flags & SymbolFlags.TypeParameter) !== 0) continue;
          hidden.add(`${symbol.name}: ${used.name}`);
        }
      }
    }
    expect([...hidden]).toEqual([]);
  });
});

function exportsOf(file: string): readonly Sym[] {
  const { checker, program } = project;
  const source = program.getSourceFile(join(root, file));
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  return checker.getExportsOfModule(module).map((symbol) => resolved(symbol, checker) ?? symbol);
}

function resolved(symbol: Sym | undefined, checker: Checker): Sym | undefined {
  return symbol !== undefined && (symbol.flags & SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

interface Member {
  readonly path: string;
  readonly member: Sym;
}

/** Of a class also what is static; of a constant also what is inside its objects. */
function membersOf(symbol: Sym, checker: Checker): readonly Member[] {
  if ((symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface)) !== 0) {
    const own = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const statics = [...symbol.getExports().values()].filter(({ name }) => name !== 'prototype');
    return [...own, ...statics].filter(isPublic).map((member) => ({ path: `${symbol.name}.${member.name}`, member }));
  }
  return (symbol.flags & SymbolFlags.Variable) === 0 ? [] : insideOf(symbol, symbol.name, checker);
}

function insideOf(symbol: Sym, path: string, checker: Checker): readonly Member[] {
  const type = checker.getTypeOfSymbol(symbol);
  const properties = type === undefined ? [] : checker.getPropertiesOfType(type).filter((member) => isIn(member, 'src'));
  return properties.flatMap((member) => {
    const inner = `${path}.${member.name}`;
    const isFunction = (member.flags & SymbolFlags.Method) !== 0;
    return [{ path: inner, member }, ...(isFunction ? [] : insideOf(member, inner, checker))];
  });
}

function isPublic(member: Sym): boolean {
  if (member.name.startsWith('#') || member.name.startsWith('__')) return false;
  return !member.declarations.some((handle) => {
    const node = handle.resolve(project);
    return modifiersOf(node).some((kind) => kind === SyntaxKind.PrivateKeyword || kind === SyntaxKind.ProtectedKeyword);
  });
}

function modifiersOf(node: Node | undefined): readonly SyntaxKind[] {
  const modifiers = node !== undefined && 'modifiers' in node ? node.modifiers : undefined;
  return Array.isArray(modifiers) ? modifiers.map(({ kind }: Node) => kind) : [];
}

/** Whether it is declared in a folder of the repository. */
function isIn(symbol: Sym, folder: string): boolean {
  return symbol.declarations.some((handle) => {
    const path = handle.resolve(project)?.getSourceFile().fileName ?? '';
    return path.startsWith(`${join(root, folder)}/`);
  });
}

function said(symbol: Sym, checker: Checker): boolean {
  return symbol.getDocumentationComment(checker).trim() !== '';
}

/** An override means what it means above. */
function saidByBase(owner: Sym, name: string, checker: Checker): boolean {
  if ((owner.flags & (SymbolFlags.Class | SymbolFlags.Interface)) === 0) return false;
  const type = checker.getDeclaredTypeOfSymbol(owner);
  return checker.getBaseTypes(type as Parameters<Checker['getBaseTypes']>[0]).some((base) => {
    const member = checker.getPropertyOfType(base, name);
    const symbol = base.getSymbol();
    return (member !== undefined && said(member, checker)) || (symbol !== undefined && saidByBase(symbol, name, checker));
  });
}

/** The names of types in what a declaration shows: not in the bodies of functions, nor in what is private. */
function typeNames(node: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (each: Node): undefined => {
    if (each.kind === SyntaxKind.Block || modifiersOf(each).includes(SyntaxKind.PrivateKeyword)) return;
    if ('name' in each && (each.name as Node | undefined)?.kind === SyntaxKind.PrivateIdentifier) return;
    if (each.kind === SyntaxKind.TypeReference && 'typeName' in each) found.push(each.typeName as Node);
    each.forEachChild(visit);
  };
  visit(node);
  return found;
}
