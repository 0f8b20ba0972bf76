import * as tf from '@stele/tflow';

// the article's panes are missing: this is its description, with the expression of the other article
export function main() {
  const graph = new tf.Graph();
  using _ = graph.as_default();
  // a placeholder of unknown size takes any: "sizes must be known up front" was only partly true
  const x = tf.compat.v1.placeholder(tf.float32, [null]);
  const y = tf.compat.v1.placeholder(tf.float32, [null]);
  const c = x.add(y).add(x.mul(y));
  const built = graph.get_operations().length;
  console.log(`Operations in the graph: ${built}`);

  using sess = new tf.compat.v1.Session();
  const results: number[][] = [];
  for (const [a, b] of [
    [[2], [3]],
    [[1], [1]],
    [
      [2, 1],
      [3, 1],
    ],
  ]) {
    const feed_dict = new Map([
      [x, a],
      [y, b],
    ]);
    const result = sess.run(c, { feed_dict });
    results.push(result.tolist());
    console.log(`Result: ${result}`);
  }
  const after = graph.get_operations().length;
  console.log(`Operations in the graph after ${results.length} runs: ${after}`);
  return { built, after, results };
}
