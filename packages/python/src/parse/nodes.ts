import type { Node } from 'web-tree-sitter';
import { syntaxError } from './syntaxError';

export const place = (node: Node) => ({ line: node.startPosition.row + 1, column: node.startPosition.column });
export const fail = (node: Node, message = 'invalid syntax') =>
  syntaxError(message, node.startPosition.row + 1, node.startPosition.column);

export const isNoise = (n: Node): boolean => n.type === 'comment' || n.type === 'line_continuation';
export const named = (node: Node): Node[] => node.namedChildren.filter((n): n is Node => n !== null && !isNoise(n));
export const all = (node: Node): Node[] => node.children.filter((n): n is Node => n !== null && !isNoise(n));
export const field = (node: Node, name: string): Node => {
  const found = node.childForFieldName(name);
  if (found === null) throw fail(node);
  return found;
};
export const fields = (node: Node, name: string): Node[] =>
  node.childrenForFieldName(name).filter((n): n is Node => n !== null && !isNoise(n));

/** Statements of a module or block. */
