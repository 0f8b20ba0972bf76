import type { Dataset } from '../../data/dataset';
import { FailedPreconditionError, OutOfRangeError } from '../../errors';
import { leavesOf, mapLeaves } from '../../nest';
import { type Dims, TensorSpec } from '../../spec';
import { Tensor } from '../../tensor';
import { GraphTensor } from './graph';
import { get_default_graph } from './mode';
import { effectNode } from './nodes';

/** What `make_one_shot_iterator` and its kin give. */
export class GraphIterator {
  readonly initializer: GraphTensor;
  private readonly dataset: Dataset;
  private readonly atOnce: boolean;
  constructor(dataset: Dataset, atOnce: boolean) {
    this.dataset = dataset;
    this.atOnce = atOnce;
    this.initializer = effectNode('MakeIterator', [], (run) => {
      run.session.iterators.set(this, dataset[Symbol.iterator]());
    });
  }
  get element_spec(): unknown {
    return this.dataset.element_spec;
  }
  get output_types(): unknown {
    return get_output_types(this);
  }
  get output_shapes(): unknown {
    return get_output_shapes(this);
  }
  get_next(_name?: unknown): unknown {
    const graph = get_default_graph();
    const whole = new GraphTensor(
      graph,
      'IteratorGetNext',
      (run) => {
        let source = run.session.iterators.get(this);
        if (source === undefined) {
          if (!this.atOnce)
            throw new FailedPreconditionError(
              'Graph execution error:\n\nGetNext() failed because the iterator has not been initialized. Ensure that you have run the initializer operation for this iterator before getting the next element.\n\t [[{{node IteratorGetNext}}]]',
            );
          source = this.dataset[Symbol.iterator]();
          run.session.iterators.set(this, source);
        }
        const { done, value } = source.next();
        if (done)
          throw new OutOfRangeError(
            "Graph execution error:\n\nDetected at node 'IteratorGetNext' defined at (most recent call last):\nNode: 'IteratorGetNext'\nEnd of sequence\n\t [[{{node IteratorGetNext}}]]",
          );
        return leavesOf(value);
      },
      [],
    );
    let i = 0;
    return mapLeaves(this.dataset.element_spec, (spec) => {
      const place = i++;
      const { dims, dtype } = spec as { dims: Dims; dtype: { name: string } };
      return new GraphTensor(graph, 'IteratorGetNext/element', (run) => (run.get(whole) as unknown[])[place], [whole], {
        sizes: (dims ?? []).map((d) => d ?? 2),
        scalarType: dtype.name as never,
        dims,
      });
    });
  }
}
/** An iterator without a data set of its own: `make_initializer` says which one it reads from then on. */
export class Iterator extends GraphIterator {
  static from_structure(types: unknown, shapes?: unknown): Iterator {
    const sizes = leavesOf(shapes ?? []);
    let i = 0;
    const spec = mapLeaves(types, (type) => new TensorSpec(sizes[i++] ?? null, type as never));
    return new Iterator({ element_spec: spec } as Dataset, false);
  }
  make_initializer(dataset: Dataset): GraphTensor {
    return effectNode('MakeIterator', [], (run) => {
      run.session.iterators.set(this, dataset[Symbol.iterator]());
    });
  }
}
type Described = { readonly element_spec: unknown };
const get_output_types = (d: Described): unknown => mapLeaves(d.element_spec, (s) => (s as TensorSpec).dtype);
const get_output_shapes = (d: Described): unknown => mapLeaves(d.element_spec, (s) => (s as TensorSpec).shape);
const get_output_classes = (d: Described): unknown => mapLeaves(d.element_spec, () => Tensor);
export const data = {
  Iterator,
  get_output_types,
  get_output_shapes,
  get_output_classes,
  make_one_shot_iterator: (dataset: Dataset): GraphIterator => new GraphIterator(dataset, true),
  make_initializable_iterator: (dataset: Dataset): GraphIterator => new GraphIterator(dataset, false),
};
