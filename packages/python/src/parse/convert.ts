import type { Node } from 'web-tree-sitter';
import type { BinaryOperator, Expr, Handler, ImportedName, Stmt } from './ast';

import { callArguments, expr } from './expressions';
import { all, fail, field, fields, named, place } from './nodes';
import { parameters, target } from './targets';

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
