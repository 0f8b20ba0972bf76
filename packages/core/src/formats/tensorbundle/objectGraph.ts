import type { Bytes } from '../bytes';
import { ProtoMessage, ProtoWriter } from '../protobuf';

/** One object of a checkpoint: its children by name, and the checkpoint keys of its values. */
export interface TrackableNode {
  readonly children: readonly { readonly name: string; readonly node: number }[];
  readonly attributes: readonly { readonly name: string; readonly fullName: string; readonly key: string }[];
  /** Optimizer slots: the variable they belong to, their name, and the node of the slot variable. */
  readonly slots: readonly { readonly variable: number; readonly name: string; readonly node: number }[];
  /** Whether the object or what it leads to holds values; undefined where the file does not say. */
  readonly hasValues?: boolean;
}

/** The key under which a checkpoint keeps its object graph, as a string tensor. */
export const objectGraphKey = '_CHECKPOINTABLE_OBJECT_GRAPH';
/** The key of a variable's value, from its path in the object graph. */
export const variableKey = (path: string): string => `${path}/.ATTRIBUTES/VARIABLE_VALUE`;

export function readChildren(message: ProtoMessage, id: number): { name: string; node: number }[] {
  return message.messages(id).map((child) => ({ node: child.int(1), name: child.text(2) }));
}

/** Reads the object graph of a checkpoint; node 0 is the root. */
export function readObjectGraph(bytes: Uint8Array): TrackableNode[] {
  return new ProtoMessage(bytes, 'object graph').messages(1).map((node) => ({
    children: readChildren(node, 1),
    attributes: node.messages(2).map((a) => ({ name: a.text(1), fullName: a.text(2), key: a.text(3) })),
    slots: node.messages(3).map((s) => ({ variable: s.int(1), name: s.text(2), node: s.int(3) })),
    ...(node.has(5) ? { hasValues: node.message(5).bool(1) } : {}),
  }));
}

/** Writes an object graph as TensorFlow does. */
export function writeObjectGraph(nodes: readonly TrackableNode[]): Bytes {
  const out = new ProtoWriter();
  for (const node of nodes) {
    out.message(1, (m) => {
      for (const child of node.children) {
        m.message(1, (c) => {
          if (child.node) c.int(1, child.node);
          if (child.name) c.text(2, child.name);
        });
      }
      for (const { name, fullName, key } of node.attributes) {
        m.message(2, (a) => {
          if (name) a.text(1, name);
          if (fullName) a.text(2, fullName);
          if (key) a.text(3, key);
        });
      }
      for (const slot of node.slots) {
        m.message(3, (s) => {
          if (slot.variable) s.int(1, slot.variable);
          if (slot.name) s.text(2, slot.name);
          if (slot.node) s.int(3, slot.node);
        });
      }
      if (node.hasValues !== undefined) m.message(5, (b) => void (node.hasValues && b.int(1, 1)));
    });
  }
  return out.done();
}
