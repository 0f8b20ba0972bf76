import type { Bytes } from '../bytes';
import { ProtoMessage, ProtoWriter } from '../protobuf';

/** The values of one feature: exactly one list, or none. */
export type FeatureValue =
  | { readonly kind: 'bytes_list'; readonly value: readonly Uint8Array[] }
  | { readonly kind: 'float_list'; readonly value: readonly number[] }
  | { readonly kind: 'int64_list'; readonly value: readonly bigint[] }
  | { readonly kind: null; readonly value: readonly never[] };
export type Features = ReadonlyMap<string, FeatureValue>;

export function readFeature(m: ProtoMessage): FeatureValue {
  if (m.has(1)) return { kind: 'bytes_list', value: m.message(1).all(1) };
  if (m.has(2)) return { kind: 'float_list', value: m.message(2).reals(1, 4) };
  if (m.has(3)) return { kind: 'int64_list', value: m.message(3).bigs(1) };
  return { kind: null, value: [] };
}
export const readFeatures = (m: ProtoMessage): Features =>
  new Map([...m.map(1)].map(([name, feature]) => [name, readFeature(feature)]));

/** The features of a serialised Example. */
export const readExample = (bytes: Uint8Array): Features => readFeatures(new ProtoMessage(bytes, 'Example').message(1));

/** A serialised SequenceExample: its context, and a list of features by name. */
export function readSequenceExample(bytes: Uint8Array): {
  context: Features;
  lists: ReadonlyMap<string, readonly FeatureValue[]>;
} {
  const message = new ProtoMessage(bytes, 'SequenceExample');
  const lists = [...message.message(2).map(1)].map(
    ([name, list]) => [name, list.messages(1).map(readFeature)] as const,
  );
  return { context: readFeatures(message.message(1)), lists: new Map(lists) };
}

export function writeFeature(out: ProtoWriter, { kind, value }: FeatureValue): void {
  if (kind === 'bytes_list')
    out.message(1, (list) => {
      for (const bytes of value) list.bytes(1, bytes);
    });
  else if (kind === 'float_list')
    out.message(2, (list) => {
      if (value.length > 0) list.bytes(1, new Uint8Array(Float32Array.from(value).buffer));
    });
  else if (kind === 'int64_list')
    out.message(3, (list) => {
      if (value.length > 0) list.packed(1, value);
    });
}
export function writeFeatures(out: ProtoWriter, features: Features): void {
  for (const name of [...features.keys()].sort())
    out.message(1, (entry) => entry.text(1, name).message(2, (m) => writeFeature(m, features.get(name)!)));
}

export const writeExample = (features: Features): Bytes =>
  new ProtoWriter().message(1, (m) => writeFeatures(m, features)).done();

export function writeSequenceExample(
  context: Features | null,
  lists: ReadonlyMap<string, readonly FeatureValue[]> | null,
): Bytes {
  const out = new ProtoWriter();
  if (context !== null) out.message(1, (m) => writeFeatures(m, context));
  if (lists !== null)
    out.message(2, (m) => {
      for (const name of [...lists.keys()].sort())
        m.message(1, (entry) =>
          entry.text(1, name).message(2, (list) => {
            for (const feature of lists.get(name)!) list.message(1, (f) => writeFeature(f, feature));
          }),
        );
    });
  return out.done();
}
