import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from '../../../index';

const { v1 } = tf.compat;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-saver-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A graph of two variables, a saver of them, and a session. */
function setup(options: Record<string, unknown> = {}) {
  const graph = new v1.Graph();
  return graph.as_default(() => {
    const a = v1.get_variable('scope/a', { initializer: tf.constant([1.5, 2]) });
    const n = v1.get_variable('n', { initializer: tf.constant(4, tf.int64) });
    const saver = new v1.train.Saver(options);
    const session = new v1.Session({ graph });
    return { graph, a, n, saver, session, start: v1.global_variables_initializer(), to: a.assign([9, 9]) };
  });
}

describe('tf.compat.v1.train.Saver', () => {
  it('keeps the latest checkpoints, by the names of the variables, and gives their values back', () => {
    const { a, n, saver, session, start, to } = setup({ max_to_keep: 2 });
    expect(() => saver.save(session, join(folder, 'm'))).toThrow('Could not find variable scope/a');
    expect(readdirSync(folder)).toEqual([]);
    session.run(start);
    for (const step of [0, 10]) saver.save(session, join(folder, 'm'), { global_step: step });
    expect(saver.save(session, join(folder, 'm'), { global_step: n })).toBe(join(folder, 'm-4'));
    expect(saver.last_checkpoints).toEqual([join(folder, 'm-10'), join(folder, 'm-4')]);
    expect(readdirSync(folder).filter((f) => f.endsWith('.index'))).toEqual(['m-10.index', 'm-4.index']);
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toContain(
      `model_checkpoint_path: "${join(folder, 'm-4')}"`,
    );
    expect(v1.train.latest_checkpoint(folder)).toBe(join(folder, 'm-4'));
    const reader = v1.train.NewCheckpointReader(join(folder, 'm-4'));
    expect(reader.get_variable_to_shape_map()).toEqual({ n: [], 'scope/a': [2] });
    expect(new TextDecoder().decode(reader.debug_string())).toBe('n (DT_INT64) []\nscope/a (DT_FLOAT) [2]\n');
    session.run(to);
    saver.restore(session, join(folder, 'm-4'));
    expect(session.run(a).tolist()).toEqual([1.5, 2]);
  });
  it('says what is missing, and changes nothing then', () => {
    const { graph, a, saver, session, start, to } = setup();
    session.run(start);
    const path = saver.save(session, join(folder, 'm'));
    const other = graph.as_default(() => new v1.train.Saver(new Map([['other', a]])));
    session.run(to);
    expect(() => other.restore(session, path)).toThrow(/Restoring from checkpoint failed.*Key other not found/s);
    expect(session.run(a).tolist()).toEqual([9, 9]);
    expect(() => saver.restore(session, join(folder, 'none'))).toThrow(
      'The passed save_path is not a valid checkpoint',
    );
    expect(() => saver.restore(session, null)).toThrow("Can't load save_path when it is None.");
    expect(() => saver.save(null, path)).toThrow("'sess' must be a Session; None");
    expect(() => saver.save(session, join(folder, 'a/b'))).toThrow("doesn't exist, can't save.");
    expect(() => graph.as_default(() => new v1.train.Saver([a, a]))).toThrow(
      'At least two variables have the same name',
    );
    expect(() => new v1.Graph().as_default(() => new v1.train.Saver())).toThrow('No variables to save');
    expect(() => v1.train.import_meta_graph()).toThrow('files of graphs (.meta) are not there');
  });
  it('gives variables of other graphs their initial values', () => {
    const { saver, session, start } = setup();
    session.run(start);
    const path = saver.save(session, join(folder, 'm'));
    using _ = new v1.Graph().as_default();
    const a = v1.get_variable('new/a', { shape: [2] });
    v1.train.init_from_checkpoint(path, { assignment_map: { 'scope/': 'new/' } });
    using other = new v1.Session();
    other.run(v1.global_variables_initializer());
    expect(other.run(a).tolist()).toEqual([1.5, 2]);
    expect(() => v1.train.init_from_checkpoint(path, new Map([['n', a]]))).toThrow(
      "Shape of variable new/a:0 ((2,)) doesn't match with shape of tensor n ([]) from checkpoint reader.",
    );
    expect(() => v1.train.init_from_checkpoint(path, new Map([['q', a]]))).toThrow('Tensor q is not found in');
  });
});
