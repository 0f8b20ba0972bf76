import type { Node } from 'web-tree-sitter';
import type {
  BinaryOperator,
  CompareOperator,
  Comprehension,
  Expr,
  FormatHole,
  Handler,
  ImportedName,
  Keyword,
  Parameter,
  Parameters,
  Stmt,
} from './ast';
import { floatLiteral, intLiteral, unescape } from './literals';
import { syntaxError } from './syntaxError';

const place = (node: Node) => ({ line: node.startPosition.row + 1, column: node.startPosition.column });
const fail = (node: Node, message = 'invalid syntax') =>
  syntaxError(message, node.startPosition.row + 1, node.startPosition.column);

const isNoise = (n: Node): boolean => n.type === 'comment' || n.type === 'line_continuation';
const named = (node: Node): Node[] => node.namedChildren.filter((n): n is Node => n !== null && !isNoise(n));
const all = (node: Node): Node[] => node.children.filter((n): n is Node => n !== null && !isNoise(n));
const field = (node: Node, name: string): Node => {
  const found = node.childForFieldName(name);
  if (found === null) throw fail(node);
  return found;
};
const fields = (node: Node, name: string): Node[] =>
  node.childrenForFieldName(name).filter((n): n is Node => n !== null && !isNoise(n));

/** Statements of a module or block. */
export function block(node: Node): Stmt[] {
  const out: Stmt[] = [];
  for (const child of named(node)) out.push(...statement(child));
  return out;
}

const body = (node: Node, name = 'body'): Stmt[] => {
  const found = node.childForFieldName(name);
  return found === null ? [] : block(found);
};

function statement(node: Node): Stmt[] {
  const at = place(node);
  switch (node.type) {
    case 'expression_statement':
      return expressionStatement(node);
    case 'return_statement': {
      const [value] = named(node);
      return [{ ...at, kind: 'Return', value: value === undefined ? null : expr(value) }];
    }
    case 'if_statement': {
      const clauses = fields(node, 'alternative');
      const last = clauses[clauses.length - 1];
      let otherwise = last?.type === 'else_clause' ? body(last) : [];
      for (const clause of clauses.filter((c) => c.type === 'elif_clause').reverse()) {
        otherwise = [
          {
            ...place(clause),
            kind: 'If',
            test: expr(field(clause, 'condition')),
            body: body(clause, 'consequence'),
            otherwise,
          },
        ];
      }
      return [{ ...at, kind: 'If', test: expr(field(node, 'condition')), body: body(node, 'consequence'), otherwise }];
    }
    case 'for_statement':
      if (node.child(0)?.type === 'async')
        throw fail(node, 'async for is not there in Stele: scripts run synchronously');
      return [
        {
          ...at,
          kind: 'For',
          target: target(field(node, 'left')),
          iter: expr(field(node, 'right')),
          body: body(node),
          otherwise: elseOf(node),
        },
      ];
    case 'while_statement':
      return [
        { ...at, kind: 'While', test: expr(field(node, 'condition')), body: body(node), otherwise: elseOf(node) },
      ];
    case 'try_statement':
      return [tryStatement(node)];
    case 'with_statement':
      return [withStatement(node)];
    case 'function_definition':
      return [functionDefinition(node, [])];
    case 'class_definition':
      return [classDefinition(node, [])];
    case 'decorated_definition': {
      const decorators = named(node)
        .filter((n) => n.type === 'decorator')
        .map((n) => expr(named(n)[0]!));
      const definition = field(node, 'definition');
      return [
        definition.type === 'class_definition'
          ? classDefinition(definition, decorators)
          : functionDefinition(definition, decorators),
      ];
    }
    case 'import_statement':
      return [{ ...at, kind: 'Import', names: fields(node, 'name').map(importedName) }];
    case 'import_from_statement': {
      const module = field(node, 'module_name');
      const star = named(node).some((n) => n.type === 'wildcard_import');
      return [
        {
          ...at,
          kind: 'ImportFrom',
          module: module.text.replace(/\s/g, ''),
          names: star ? '*' : fields(node, 'name').map(importedName),
        },
      ];
    }
    case 'future_import_statement':
      return [{ ...at, kind: 'Pass' }];
    case 'global_statement':
    case 'nonlocal_statement':
      return [
        {
          ...at,
          kind: node.type === 'global_statement' ? 'Global' : 'Nonlocal',
          names: named(node).map((n) => n.text),
        },
      ];
    case 'raise_statement': {
      const cause = node.childForFieldName('cause');
      const value = named(node).find((n) => cause === null || n.id !== cause.id);
      return [
        {
          ...at,
          kind: 'Raise',
          value: value === undefined ? null : expr(value),
          cause: cause === null ? null : expr(cause),
        },
      ];
    }
    case 'assert_statement': {
      const [test, message] = named(node);
      return [{ ...at, kind: 'Assert', test: expr(test!), message: message === undefined ? null : expr(message) }];
    }
    case 'delete_statement': {
      const inner = named(node)[0]!;
      const parts = inner.type === 'expression_list' || inner.type === 'tuple' ? named(inner) : [inner];
      return [{ ...at, kind: 'Delete', targets: parts.map(target) }];
    }
    case 'pass_statement':
      return [{ ...at, kind: 'Pass' }];
    case 'break_statement':
      return [{ ...at, kind: 'Break' }];
    case 'continue_statement':
      return [{ ...at, kind: 'Continue' }];
    case 'print_statement':
      throw fail(node, "Missing parentheses in call to 'print'. Did you mean print(...)?");
    case 'exec_statement':
      throw fail(node, "Missing parentheses in call to 'exec'. Did you mean exec(...)?");
    case 'match_statement':
      throw fail(node, 'match statements are not there in Stele; write if/elif instead');
    case 'type_alias_statement':
      throw fail(node, 'type statements are not there in Stele; assign the type to a name instead');
    case ';':
      return [];
    default:
      throw fail(node);
  }
}

function elseOf(node: Node): Stmt[] {
  const clause = node.childForFieldName('alternative');
  return clause === null ? [] : body(clause);
}

function expressionStatement(node: Node): Stmt[] {
  const at = place(node);
  const parts = named(node);
  const first = parts[0]!;
  if (parts.length > 1 || all(node).some((n) => n.type === ',')) {
    return [{ ...at, kind: 'Expr', value: { ...at, kind: 'Tuple', items: parts.map(expr) } }];
  }
  if (first.type === 'assignment') return [assignment(first)];
  if (first.type === 'augmented_assignment') {
    const op = field(first, 'operator').text.slice(0, -1) as BinaryOperator;
    const to = target(field(first, 'left'));
    if (!['Name', 'Attribute', 'Subscript'].includes(to.kind)) {
      throw fail(first, `'${kindName(to)}' is an illegal expression for augmented assignment`);
    }
    return [{ ...at, kind: 'AugAssign', target: to, op, value: expr(field(first, 'right')) }];
  }
  return [{ ...at, kind: 'Expr', value: expr(first) }];
}

const kindName = (e: Expr): string =>
  e.kind === 'Tuple' ? 'tuple' : e.kind === 'List' ? 'list' : e.kind.toLowerCase();

function assignment(node: Node): Stmt {
  const at = place(node);
  const annotation = node.childForFieldName('type');
  const right = node.childForFieldName('right');
  const to = target(field(node, 'left'));
  if (annotation !== null) {
    return {
      ...at,
      kind: 'AnnAssign',
      target: to,
      annotation: expr(annotation),
      value: right === null ? null : expr(right),
    };
  }
  const targets = [to];
  let value = right;
  while (value !== null && value.type === 'assignment') {
    targets.push(target(field(value, 'left')));
    value = value.childForFieldName('right');
  }
  if (value === null) throw fail(node);
  return { ...at, kind: 'Assign', targets, value: expr(value) };
}

/** What can stand left of `=`. */
function target(node: Node): Expr {
  switch (node.type) {
    case 'pattern_list':
    case 'tuple_pattern':
    case 'tuple':
    case 'expression_list':
      return { ...place(node), kind: 'Tuple', items: named(node).map(target) };
    case 'list_pattern':
    case 'list':
      return { ...place(node), kind: 'List', items: named(node).map(target) };
    case 'list_splat_pattern':
    case 'list_splat':
      return { ...place(node), kind: 'Starred', value: target(named(node)[0]!) };
    case 'parenthesized_expression':
      return target(named(node)[0]!);
    case 'as_pattern_target':
      return target(named(node)[0]!);
  }
  const e = expr(node);
  if (e.kind === 'Name' || e.kind === 'Attribute' || e.kind === 'Subscript') return e;
  throw fail(node, `cannot assign to ${targetName(e)}`);
}

function targetName(e: Expr): string {
  switch (e.kind) {
    case 'Call':
      return "function call here. Maybe you meant '==' instead of '='?";
    case 'Constant':
      return e.value === null ? 'None' : e.value === '...' ? 'ellipsis here' : e.value ? 'True' : 'False';
    case 'Int':
    case 'Float':
    case 'Str':
    case 'Bytes':
      return "literal here. Maybe you meant '==' instead of '='?";
    case 'FString':
      return "f-string expression here. Maybe you meant '==' instead of '='?";
    case 'Compare':
      return 'comparison';
    default:
      return "expression here. Maybe you meant '==' instead of '='?";
  }
}

function tryStatement(node: Node): Stmt {
  const handlers: Handler[] = [];
  let otherwise: Stmt[] = [];
  let last: Stmt[] = [];
  for (const clause of named(node)) {
    if (clause.type === 'except_group_clause')
      throw fail(clause, 'except* is not there in Stele; write except instead');
    if (clause.type === 'except_clause') {
      const parts = named(clause);
      const block_ = parts.find((n) => n.type === 'block');
      const head = parts.filter((n) => n.type !== 'block');
      let type: Expr | null = null;
      let name: string | null = null;
      const first = head[0];
      if (first !== undefined) {
        if (first.type === 'as_pattern') {
          const [value, alias] = named(first);
          type = expr(value!);
          name = alias!.text;
        } else {
          type = expr(first);
          if (head[1] !== undefined) name = head[1].text;
        }
      }
      handlers.push({ ...place(clause), type, name, body: block_ === undefined ? [] : block(block_) });
    } else if (clause.type === 'else_clause') otherwise = body(clause);
    else if (clause.type === 'finally_clause') {
      last = block(named(clause).find((n) => n.type === 'block')!);
    }
  }
  return { ...place(node), kind: 'Try', body: body(node), handlers, otherwise, finally: last };
}

function withStatement(node: Node): Stmt {
  if (node.child(0)?.type === 'async') throw fail(node, 'async with is not there in Stele: scripts run synchronously');
  const clause = named(node).find((n) => n.type === 'with_clause')!;
  let items = named(clause).filter((n) => n.type === 'with_item');
  // `with (a as b, c as d):` may read as one tuple
  const only = items.length === 1 ? named(items[0]!)[0] : undefined;
  if (only?.type === 'tuple') items = named(only);
  const read = (item: Node) => {
    const value = item.type === 'with_item' ? field(item, 'value') : item;
    if (value.type === 'as_pattern') {
      const [context, alias] = named(value);
      return { context: expr(context!), target: target(alias!) };
    }
    return { context: expr(value), target: null };
  };
  return { ...place(node), kind: 'With', items: items.map(read), body: body(node) };
}

function functionDefinition(node: Node, decorators: Expr[]): Stmt {
  if (node.child(0)?.type === 'async') {
    throw fail(node, 'async functions are not there in Stele: scripts run synchronously; write def instead');
  }
  const returns = node.childForFieldName('return_type');
  return {
    ...place(node),
    kind: 'Function',
    name: field(node, 'name').text,
    params: parameters(field(node, 'parameters')),
    returns: returns === null ? null : expr(returns),
    body: body(node),
    decorators,
  };
}

function parameters(node: Node | null): Parameters {
  const positional: Parameter[] = [];
  const keywordOnly: Parameter[] = [];
  let positionalOnly = 0;
  let rest: Parameter | null = null;
  let keywords: Parameter | null = null;
  let byKeyword = false;
  const seen = new Set<string>();
  const add = (p: Parameter, n: Node): void => {
    if (seen.has(p.name)) throw fail(n, `duplicate argument '${p.name}' in function definition`);
    seen.add(p.name);
    if (!byKeyword && p.default === null && positional.some((q) => q.default !== null)) {
      throw fail(n, 'non-default argument follows default argument');
    }
    (byKeyword ? keywordOnly : positional).push(p);
  };
  for (const n of node === null ? [] : named(node)) {
    switch (n.type) {
      case 'identifier':
        add({ name: n.text, annotation: null, default: null }, n);
        break;
      case 'default_parameter':
        add({ name: field(n, 'name').text, annotation: null, default: expr(field(n, 'value')) }, n);
        break;
      case 'typed_default_parameter':
        add({ name: field(n, 'name').text, annotation: expr(field(n, 'type')), default: expr(field(n, 'value')) }, n);
        break;
      case 'typed_parameter': {
        const inner = named(n)[0]!;
        const annotation = expr(field(n, 'type'));
        if (inner.type === 'list_splat_pattern') {
          rest = { name: named(inner)[0]!.text, annotation, default: null };
          byKeyword = true;
        } else if (inner.type === 'dictionary_splat_pattern') {
          keywords = { name: named(inner)[0]!.text, annotation, default: null };
        } else add({ name: inner.text, annotation, default: null }, n);
        break;
      }
      case 'list_splat_pattern':
        rest = { name: named(n)[0]!.text, annotation: null, default: null };
        byKeyword = true;
        break;
      case 'dictionary_splat_pattern':
        keywords = { name: named(n)[0]!.text, annotation: null, default: null };
        break;
      case 'keyword_separator':
        byKeyword = true;
        break;
      case 'positional_separator':
        positionalOnly = positional.length;
        break;
      default:
        throw fail(n);
    }
  }
  return { positional, positionalOnly, rest, keywordOnly, keywords };
}

function classDefinition(node: Node, decorators: Expr[]): Stmt {
  const list = node.childForFieldName('superclasses');
  const { args, keywords } = list === null ? { args: [], keywords: [] } : callArguments(list);
  return {
    ...place(node),
    kind: 'Class',
    name: field(node, 'name').text,
    bases: args,
    keywords,
    body: body(node),
    decorators,
  };
}

function importedName(node: Node): ImportedName {
  if (node.type === 'aliased_import') {
    return { name: field(node, 'name').text.replace(/\s/g, ''), as: field(node, 'alias').text };
  }
  return { name: node.text.replace(/\s/g, ''), as: null };
}

function callArguments(node: Node): { args: Expr[]; keywords: Keyword[] } {
  const args: Expr[] = [];
  const keywords: Keyword[] = [];
  if (node.type === 'generator_expression') return { args: [expr(node)], keywords };
  for (const n of named(node)) {
    if (n.type === 'keyword_argument') {
      const name = field(n, 'name').text;
      if (keywords.some((k) => k.name === name)) throw fail(n, `keyword argument repeated: ${name}`);
      keywords.push({ name, value: expr(field(n, 'value')) });
    } else if (n.type === 'dictionary_splat') keywords.push({ name: null, value: expr(named(n)[0]!) });
    else {
      if (n.type !== 'list_splat' && keywords.some((k) => k.name !== null)) {
        throw fail(n, 'positional argument follows keyword argument');
      }
      if (n.type !== 'list_splat' && keywords.length > 0) {
        throw fail(n, 'positional argument follows keyword argument unpacking');
      }
      args.push(expr(n));
    }
  }
  return { args, keywords };
}

function clauses(node: Node): Comprehension[] {
  const out: { target: Expr; iter: Expr; conditions: Expr[] }[] = [];
  for (const n of named(node)) {
    if (n.type === 'for_in_clause') {
      if (n.child(0)?.type === 'async') throw fail(n, 'async comprehensions are not there in Stele');
      const rights = fields(n, 'right').filter((r) => r.type !== ',');
      const iter =
        rights.length === 1 ? expr(rights[0]!) : ({ ...place(n), kind: 'Tuple', items: rights.map(expr) } as const);
      out.push({ target: target(field(n, 'left')), iter, conditions: [] });
    } else if (n.type === 'if_clause') out[out.length - 1]!.conditions.push(expr(named(n)[0]!));
  }
  return out;
}

let depth = 0;
/** Nesting beyond which an expression is refused, as CPython refuses it. */
const MAX_DEPTH = 900;

/** An expression. */
export function expr(node: Node): Expr {
  if (++depth > MAX_DEPTH) {
    depth = 0;
    throw fail(node, 'too many nested expressions');
  }
  const out = lifted(node, expression(node));
  depth--;
  return out;
}

/**
 * The grammar binds `*` and `:=` tighter than Python does: `*f(x)` comes as a call of `*f`, `(n := a if b else c)` as a
 * choice of `n := a`. Here they go back to where Python has them.
 */
function lifted(node: Node, e: Expr): Expr {
  switch (e.kind) {
    case 'Call':
      if (e.func.kind === 'Starred') return { ...e.func, value: { ...e, func: e.func.value } };
      break;
    case 'Attribute':
    case 'Subscript':
      if (e.value.kind === 'Starred') return { ...e.value, value: { ...e, value: e.value.value } };
      break;
    case 'Binary':
    case 'Compare':
    case 'Bool':
      if (e.left.kind === 'Starred') return { ...e.left, value: { ...e, left: e.left.value } };
      if (e.left.kind === 'Walrus' && named(node)[0]?.type === 'named_expression') {
        return { ...e.left, value: { ...e, left: e.left.value } };
      }
      break;
    case 'IfExp':
      if (e.yes.kind === 'Starred') return { ...e.yes, value: { ...e, yes: e.yes.value } };
      if (e.yes.kind === 'Walrus' && named(node)[0]?.type === 'named_expression') {
        return { ...e.yes, value: { ...e, yes: e.yes.value } };
      }
      break;
  }
  return e;
}
/** Forgets the depth of a conversion that failed. */
export function resetDepth(): void {
  depth = 0;
}

function expression(node: Node): Expr {
  const at = place(node);
  switch (node.type) {
    case 'identifier':
      return { ...at, kind: 'Name', id: node.text.normalize('NFKC') };
    case 'integer':
      if (/[jJ]$/.test(node.text)) throw fail(node, 'complex numbers are not there in Stele');
      if (/^0\d*[1-9]/.test(node.text.replace(/_/g, ''))) {
        throw fail(
          node,
          'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers',
        );
      }
      return { ...at, kind: 'Int', value: intLiteral(node.text) };
    case 'float':
      if (/[jJ]$/.test(node.text)) throw fail(node, 'complex numbers are not there in Stele');
      return { ...at, kind: 'Float', value: floatLiteral(node.text) };
    case 'string':
      return stringLiteral([node]);
    case 'concatenated_string':
      return stringLiteral(named(node));
    case 'true':
    case 'false':
      return { ...at, kind: 'Constant', value: node.type === 'true' };
    case 'none':
      return { ...at, kind: 'Constant', value: null };
    case 'ellipsis':
      return { ...at, kind: 'Constant', value: '...' };
    case 'parenthesized_expression':
    case 'type':
      return expr(named(node)[0]!);
    case 'tuple':
    case 'expression_list':
    case 'pattern_list':
      return { ...at, kind: 'Tuple', items: named(node).map(expr) };
    case 'list':
      return { ...at, kind: 'List', items: named(node).map(expr) };
    case 'set':
      return { ...at, kind: 'Set', items: named(node).map(expr) };
    case 'dictionary': {
      const keys: (Expr | null)[] = [];
      const values: Expr[] = [];
      for (const n of named(node)) {
        if (n.type === 'pair') {
          keys.push(expr(field(n, 'key')));
          values.push(expr(field(n, 'value')));
        } else if (n.type === 'dictionary_splat') {
          keys.push(null);
          values.push(expr(named(n)[0]!));
        } else throw fail(n);
      }
      return { ...at, kind: 'Dict', keys, values };
    }
    case 'list_comprehension':
      return { ...at, kind: 'ListComp', item: expr(field(node, 'body')), clauses: clauses(node) };
    case 'set_comprehension':
      return { ...at, kind: 'SetComp', item: expr(field(node, 'body')), clauses: clauses(node) };
    case 'generator_expression':
      return { ...at, kind: 'Generator', item: expr(field(node, 'body')), clauses: clauses(node) };
    case 'dictionary_comprehension': {
      const pair = field(node, 'body');
      return {
        ...at,
        kind: 'DictComp',
        key: expr(field(pair, 'key')),
        value: expr(field(pair, 'value')),
        clauses: clauses(node),
      };
    }
    case 'binary_operator':
      return binary(node);
    case 'unary_operator':
      return { ...at, kind: 'Unary', op: field(node, 'operator').text as '-', value: expr(field(node, 'argument')) };
    case 'not_operator':
      return { ...at, kind: 'Unary', op: 'not', value: expr(field(node, 'argument')) };
    case 'boolean_operator':
      return {
        ...at,
        kind: 'Bool',
        op: field(node, 'operator').text as 'and',
        left: expr(field(node, 'left')),
        right: expr(field(node, 'right')),
      };
    case 'comparison_operator':
      return comparison(node);
    case 'call': {
      const { args, keywords } = callArguments(field(node, 'arguments'));
      return { ...at, kind: 'Call', func: expr(field(node, 'function')), args, keywords };
    }
    case 'attribute':
      return { ...at, kind: 'Attribute', value: expr(field(node, 'object')), name: field(node, 'attribute').text };
    case 'subscript': {
      const parts = fields(node, 'subscript');
      const comma = all(node).some((n) => n.type === ',');
      const index: Expr = comma ? { ...place(parts[0]!), kind: 'Tuple', items: parts.map(expr) } : expr(parts[0]!);
      return { ...at, kind: 'Subscript', value: expr(field(node, 'value')), index };
    }
    case 'slice': {
      const parts: (Expr | null)[] = [null, null, null];
      let i = 0;
      for (const n of all(node)) {
        if (n.type === ':') i++;
        else parts[i] = expr(n);
      }
      return { ...at, kind: 'Slice', start: parts[0]!, stop: parts[1]!, step: parts[2]! };
    }
    case 'conditional_expression': {
      const [yes, test, otherwise] = named(node);
      return { ...at, kind: 'IfExp', test: expr(test!), yes: expr(yes!), otherwise: expr(otherwise!) };
    }
    case 'lambda':
      return {
        ...at,
        kind: 'Lambda',
        params: parameters(node.childForFieldName('parameters')),
        body: expr(field(node, 'body')),
      };
    case 'list_splat':
    case 'list_splat_pattern':
    case 'parenthesized_list_splat':
      return { ...at, kind: 'Starred', value: expr(named(node)[0]!) };
    case 'named_expression':
      return { ...at, kind: 'Walrus', name: field(node, 'name').text, value: expr(field(node, 'value')) };
    case 'yield': {
      const [value] = named(node);
      if (all(node).some((n) => n.type === 'from')) return { ...at, kind: 'YieldFrom', value: expr(value!) };
      return { ...at, kind: 'Yield', value: value === undefined ? null : expr(value) };
    }
    case 'await':
      throw fail(node, 'await is not there in Stele: scripts run synchronously');
    case 'generic_type':
    case 'union_type':
    case 'member_type':
    case 'constrained_type':
    case 'splat_type':
    case 'type_parameter':
      return { ...at, kind: 'Str', value: node.text };
    case 'keyword_identifier':
      return { ...at, kind: 'Name', id: node.text };
    default:
      throw fail(node);
  }
}

/** Long chains `a + b + c + ...` are flat in the source: they are walked without recursion. */
function binary(node: Node): Expr {
  const chain: Node[] = [];
  let left = node;
  while (left.type === 'binary_operator') {
    chain.push(left);
    left = field(left, 'left');
  }
  let out = expr(left);
  for (const n of chain.reverse()) {
    out = {
      ...place(n),
      kind: 'Binary',
      op: field(n, 'operator').text as BinaryOperator,
      left: out,
      right: expr(field(n, 'right')),
    };
  }
  return out;
}

function comparison(node: Node): Expr {
  const ops: CompareOperator[] = [];
  const operands: Expr[] = [];
  let word = '';
  for (const n of all(node)) {
    if (n.isNamed && n.type !== 'not in' && n.type !== 'is not') {
      if (word !== '') ops.push(word as CompareOperator);
      word = '';
      operands.push(expr(n));
    } else word = word === '' ? n.text.replace(/\s+/g, ' ') : `${word} ${n.text}`;
  }
  if (ops.includes('<>' as CompareOperator)) throw fail(node);
  return { ...place(node), kind: 'Compare', left: operands[0]!, ops, rights: operands.slice(1) };
}

function stringLiteral(nodes: readonly Node[]): Expr {
  const at = place(nodes[0]!);
  const parts: (string | FormatHole)[] = [];
  let bytes = 0;
  let formatted = false;
  for (const node of nodes) {
    const start = all(node).find((n) => n.type === 'string_start');
    if (start === undefined) throw fail(node);
    const prefix = start.text.replace(/['"]+$/, '').toLowerCase();
    const raw = prefix.includes('r');
    if (prefix.includes('b')) bytes++;
    if (!prefix.includes('f')) {
      const end = all(node).find((n) => n.type === 'string_end')!;
      const text = node.text.slice(start.text.length, node.text.length - end.text.length).replace(/\r\n?/g, '\n');
      parts.push(raw ? text : unescape(text, prefix.includes('b')));
      continue;
    }
    formatted = true;
    parts.push(...formattedParts(node, raw));
  }
  if (bytes > 0 && bytes < nodes.length) throw fail(nodes[0]!, 'cannot mix bytes and nonbytes literals');
  if (bytes > 0) {
    return { ...at, kind: 'Bytes', value: Array.from(parts.join(''), (c) => c.charCodeAt(0) & 255) };
  }
  if (!formatted) return { ...at, kind: 'Str', value: parts.join('') };
  return { ...at, kind: 'FString', parts };
}

/** The texts and holes between the quotes of an f-string, or of a format specifier. */
function formattedParts(node: Node, raw: boolean): (string | FormatHole)[] {
  const out: (string | FormatHole)[] = [];
  const source = node.text;
  const base = node.startIndex;
  const text = (from: number, to: number): void => {
    if (to <= from) return;
    const piece = source.slice(from, to).replace(/\r\n?/g, '\n').replace(/\{\{/g, '{').replace(/\}\}/g, '}');
    out.push(raw ? piece : unescape(piece, false));
  };
  // a specifier begins with its colon
  let at = node.type === 'format_specifier' ? 1 : 0;
  let end = source.length;
  for (const n of all(node)) {
    if (n.type === 'string_start') at = n.endIndex - base;
    else if (n.type === 'string_end') end = n.startIndex - base;
    else if (n.type === 'interpolation' || n.type === 'format_expression') {
      text(at, n.startIndex - base);
      out.push(hole(n, raw));
      at = n.endIndex - base;
    }
  }
  text(at, end);
  return out;
}

function hole(node: Node, raw: boolean): FormatHole {
  const value = node.childForFieldName('expression') ?? named(node)[0];
  if (value === undefined || value === null) throw fail(node, 'f-string: empty expression not allowed');
  const conversion = named(node).find((n) => n.type === 'type_conversion');
  const spec = named(node).find((n) => n.type === 'format_specifier');
  const equals = all(node).find((n) => n.type === '=' && n.startIndex >= value.endIndex);
  let shown: string | null = null;
  if (equals !== undefined) {
    const stop = (conversion ?? spec)?.startIndex ?? node.endIndex - 1;
    shown = node.text.slice(1, stop - node.startIndex);
  }
  const code = conversion?.text.slice(1) ?? null;
  if (code !== null && !'rsa'.includes(code))
    throw fail(node, `f-string: invalid conversion character '${code}': expected 's', 'r', or 'a'`);
  return {
    value: expr(value),
    conversion: (code as 'r' | null) ?? (equals !== undefined && spec === undefined ? 'r' : null),
    spec: spec === undefined ? null : formattedParts(spec, raw),
    shown,
  };
}
