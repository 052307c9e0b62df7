/** The exports and imports of one source file, read from its syntax alone. */
import ts from 'typescript';

/** Every name of a module. */
export const everything = '*';

export interface ModuleExport {
  name: string;
  line: number;
  /** Whether the file itself uses it, outside its declaration. */
  isUsedInside: boolean;
  /** For a type: exports of the same file with the type in their signature, whose users may need its name. */
  inSignaturesOf: string[];
  /** Offsets of its `export` keyword, in characters; null if it cannot simply be removed. */
  keyword: { start: number; end: number } | null;
}

export interface ModuleImport {
  specifier: string;
  /** As exported by the other module; `default`; `*` for all. */
  names: string[];
  /** Erased at run time. */
  isTypeOnly: boolean;
}

export interface ModuleSummary {
  exports: ModuleExport[];
  imports: ModuleImport[];
  /** Modules with all exports forwarded: `export * from`. */
  forwards: string[];
  /** Strings that may name a file or a package. */
  strings: string[];
}

export function readModule(path: string, text: string): ModuleSummary {
  const kind = /\.[jt]sx$/.test(path) ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const summary: ModuleSummary = { exports: [], imports: [], forwards: [], strings: [] };
  const uses = usesOf(file);
  for (const statement of file.statements) readExports(file, statement, uses, summary);
  readImports(file, summary);
  return summary;
}

/** The identifiers of a file by their text, without names of members. */
function usesOf(file: ts.SourceFile): Map<string, ts.Identifier[]> {
  const uses = new Map<string, ts.Identifier[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !namesMember(node)) {
      uses.set(node.text, [...(uses.get(node.text) ?? []), node]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return uses;
}

function namesMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isJsxAttribute(parent)) &&
    parent.name === node
  );
}

function readExports(
  file: ts.SourceFile,
  statement: ts.Statement,
  uses: Map<string, ts.Identifier[]>,
  summary: ModuleSummary,
): void {
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const addFixed = (name: string, node: ts.Node) =>
    summary.exports.push({
      name,
      line: lineOf(node),
      isUsedInside: false,
      inSignaturesOf: [],
      keyword: null,
    });
  const isUsedOutside = (name: string, declaration: ts.Node) =>
    (uses.get(name) ?? []).some((use) => use.pos < declaration.pos || use.end > declaration.end);
  if (ts.isExportDeclaration(statement)) {
    const from = statement.moduleSpecifier as ts.StringLiteral | undefined;
    if (statement.exportClause === undefined) {
      summary.forwards.push(from!.text);
      return;
    }
    const elements = ts.isNamedExports(statement.exportClause) ? statement.exportClause.elements : [];
    for (const element of elements) {
      addFixed(element.name.text, element);
    }
    if (from !== undefined) {
      const names = elements.map((element) => (element.propertyName ?? element.name).text);
      summary.imports.push({
        specifier: from.text,
        names: elements.length === 0 ? [everything] : names,
        isTypeOnly: statement.isTypeOnly,
      });
    }
    return;
  }
  if (ts.isExportAssignment(statement)) {
    addFixed('default', statement);
    return;
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const keyword = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (keyword === undefined) return;
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) {
    addFixed('default', statement);
    return;
  }
  const place = { start: keyword.getStart(file), end: keyword.end + 1 };
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    for (const declaration of declarations) {
      for (const name of boundNames(declaration.name)) {
        summary.exports.push({
          name,
          line: lineOf(declaration),
          isUsedInside: isUsedOutside(name, declaration),
          inSignaturesOf: [],
          keyword: declarations.length === 1 && ts.isIdentifier(declaration.name) ? place : null,
        });
      }
    }
  } else if ('name' in statement && ts.isIdentifier(statement.name as ts.Node)) {
    const name = (statement.name as ts.Identifier).text;
    summary.exports.push({
      name,
      line: lineOf(statement),
      isUsedInside: isUsedOutside(name, statement),
      inSignaturesOf: isType(statement) ? signaturesWith(uses.get(name) ?? [], statement) : [],
      keyword: place,
    });
  }
}

function isType(node: ts.Node): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

/** Names of other statements with the type in their signature: not in bodies or private members. */
function signaturesWith(uses: readonly ts.Identifier[], own: ts.Node): string[] {
  return uses.flatMap((use) => {
    for (let node: ts.Node = use; ; node = node.parent) {
      const { parent } = node;
      if (ts.isBlock(node) || (ts.isArrowFunction(parent) && parent.body === node) || isPrivate(node))
        return [];
      if (!ts.isSourceFile(parent)) continue;
      if (node === own) return [];
      if (ts.isVariableStatement(node)) {
        return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
      }
      return 'name' in node && ts.isIdentifier(node.name as ts.Node)
        ? [(node.name as ts.Identifier).text]
        : [];
    }
  });
}

function isPrivate(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const isHidden = node.name !== undefined && ts.isPrivateIdentifier(node.name);
  return isHidden || modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

function readImports(file: ts.SourceFile, summary: ModuleSummary): void {
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      summary.imports.push(staticImport(file, node));
      return;
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const specifier = (node.argument.literal as ts.StringLiteral).text;
      const first = node.qualifier === undefined ? everything : firstName(node.qualifier);
      summary.imports.push({ specifier, names: [node.isTypeOf ? everything : first], isTypeOnly: true });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteralLike(argument)) {
        summary.imports.push({ specifier: argument.text, names: namesTaken(node), isTypeOnly: false });
      }
    } else if (ts.isStringLiteralLike(node)) {
      summary.strings.push(node.text);
    } else if (ts.isTemplateExpression(node)) {
      summary.strings.push(node.head.text, ...node.templateSpans.map(({ literal }) => literal.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function firstName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstName(name.left);
}

function staticImport(file: ts.SourceFile, node: ts.ImportDeclaration): ModuleImport {
  const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
  const clause = node.importClause;
  const names = clause?.name === undefined ? [] : ['default'];
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamedImports(bindings)) {
    names.push(...bindings.elements.map((element) => (element.propertyName ?? element.name).text));
  } else if (bindings !== undefined) {
    names.push(...membersUsed(file, bindings.name));
  }
  return { specifier, names, isTypeOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword };
}

/** For `import * as name`: the used members, or everything if the object itself is passed on. */
function membersUsed(file: ts.SourceFile, name: ts.Identifier): string[] {
  const members: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name && !namesMember(node)) {
      const { parent } = node;
      if (ts.isPropertyAccessExpression(parent)) members.push(parent.name.text);
      else if (ts.isQualifiedName(parent)) members.push(parent.right.text);
      else members.push(everything);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return members;
}

/** For `import('…')`: the names destructured immediately, or everything. */
function namesTaken(call: ts.CallExpression): string[] {
  let node: ts.Node = call;
  while (ts.isAwaitExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const { parent } = node;
  if (ts.isVariableDeclaration(parent)) return takenBy(parent.name);
  if (!ts.isPropertyAccessExpression(parent)) return [everything];
  if (node !== call) return [parent.name.text];
  const then =
    parent.name.text === 'then' && ts.isCallExpression(parent.parent)
      ? parent.parent.arguments[0]
      : undefined;
  if (then === undefined || !ts.isArrowFunction(then) || then.parameters.length !== 1) return [everything];
  const { name } = then.parameters[0]!;
  if (!ts.isIdentifier(name)) return takenBy(name);
  const members: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isIdentifier(inner) && inner.text === name.text && !namesMember(inner)) {
      members.push(ts.isPropertyAccessExpression(inner.parent) ? inner.parent.name.text : everything);
    }
    ts.forEachChild(inner, visit);
  };
  visit(then.body);
  return members;
}

function takenBy(name: ts.BindingName): string[] {
  if (!ts.isObjectBindingPattern(name)) return [everything];
  return name.elements.map((element) =>
    element.dotDotDotToken !== undefined ? everything : (element.propertyName ?? element.name).getText(),
  );
}
