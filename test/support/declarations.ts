/** The declarations of the package, as the compiler reads them. */
import { join, resolve } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { API, type Checker, type Project, type Symbol as Sym, SymbolFlags } from 'typescript/unstable/sync';

const root = resolve(import.meta.dirname, '../..');

export interface Member {
  /** `Class.member`, `Constant.inner.member`. */
  readonly path: string;
  readonly member: Sym;
}

export class Declarations {
  readonly #api: API;
  readonly #project: Project;
  readonly checker: Checker;

  constructor() {
    this.#api = new API({ cwd: root });
    const config = join(root, 'tsconfig.json');
    const project = this.#api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error('the project could not be opened');
    this.#project = project;
    this.checker = project.checker;
  }

  close(): void {
    this.#api.close();
  }

  /** What a file exports, aliases resolved. */
  exportsOf(file: string): readonly Sym[] {
    const source = this.#project.program.getSourceFile(join(root, file));
    const module = source === undefined ? undefined : this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    return this.checker.getExportsOfModule(module).map((symbol) => this.resolved(symbol) ?? symbol);
  }

  /** The public members. Of a class also what is static; of a constant also what is inside its objects. */
  membersOf(symbol: Sym): readonly Member[] {
    if ((symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface)) !== 0) {
      const own = this.checker.getPropertiesOfType(this.checker.getDeclaredTypeOfSymbol(symbol));
      const statics = [...symbol.getExports().values()].filter(({ name }) => name !== 'prototype');
      return [...own, ...statics]
        .filter((member) => this.#isPublic(member))
        .map((member) => ({ path: `${symbol.name}.${member.name}`, member }));
    }
    return (symbol.flags & SymbolFlags.Variable) === 0 ? [] : this.#insideOf(symbol, symbol.name);
  }

  /** Whether it is declared in a folder of the repository. */
  isIn(symbol: Sym, folder: string): boolean {
    return symbol.declarations.some((handle) => {
      const path = handle.resolve(this.#project)?.getSourceFile().fileName ?? '';
      return path.startsWith(`${join(root, folder)}/`);
    });
  }

  hasComment(symbol: Sym): boolean {
    return symbol.getDocumentationComment(this.checker).trim() !== '';
  }

  /** An override means what it means above. */
  hasCommentAbove(owner: Sym, name: string): boolean {
    if ((owner.flags & (SymbolFlags.Class | SymbolFlags.Interface)) === 0) return false;
    const type = this.checker.getDeclaredTypeOfSymbol(owner);
    return this.checker.getBaseTypes(type as Parameters<Checker['getBaseTypes']>[0]).some((base) => {
      const member = this.checker.getPropertyOfType(base, name);
      const symbol = base.getSymbol();
      return (member !== undefined && this.hasComment(member)) || (symbol !== undefined && this.hasCommentAbove(symbol, name));
    });
  }

  /** The types that stand in what a symbol shows: not in the bodies of functions, nor in what is private. */
  typesIn(symbol: Sym): readonly Sym[] {
    const names = symbol.declarations.flatMap((handle) => {
      const declaration = handle.resolve(this.#project);
      return declaration === undefined ? [] : typeNames(declaration);
    });
    return names.flatMap((name) => this.resolved(this.checker.getSymbolAtLocation(name)) ?? []);
  }

  resolved(symbol: Sym | undefined): Sym | undefined {
    return symbol !== undefined && (symbol.flags & SymbolFlags.Alias) !== 0 ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  #insideOf(symbol: Sym, path: string): readonly Member[] {
    const type = this.checker.getTypeOfSymbol(symbol);
    const properties = type === undefined ? [] : this.checker.getPropertiesOfType(type).filter((member) => this.isIn(member, 'src'));
    return properties.flatMap((member) => {
      const inner = `${path}.${member.name}`;
      const isFunction = (member.flags & SymbolFlags.Method) !== 0;
      return [{ path: inner, member }, ...(isFunction ? [] : this.#insideOf(member, inner))];
    });
  }

  #isPublic(member: Sym): boolean {
    if (member.name.startsWith('#') || member.name.startsWith('__')) return false;
    return !member.declarations.some((handle) =>
      modifiersOf(handle.resolve(this.#project)).some((kind) => kind === SyntaxKind.PrivateKeyword || kind === SyntaxKind.ProtectedKeyword),
    );
  }
}

export function isTypeParameter(symbol: Sym): boolean {
  return (symbol.flags & SymbolFlags.TypeParameter) !== 0;
}

function modifiersOf(node: Node | undefined): readonly SyntaxKind[] {
  const modifiers = node !== undefined && 'modifiers' in node ? node.modifiers : undefined;
  return Array.isArray(modifiers) ? modifiers.map(({ kind }: Node) => kind) : [];
}

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
