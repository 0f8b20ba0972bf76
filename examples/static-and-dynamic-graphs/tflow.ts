import { f } from '@stele/core/printing';
import * as tf from '@stele/tflow';

export function main() {
  const x = new tf.Variable(2.0);
  const y = new tf.Variable(3.0);

  // a plain function: its operations run at once, and a tape that is open keeps what this call did
  const compute = (): tf.Tensor => x.add(y).add(x.mul(y));
  console.log(f`Result: ${compute()}`);

  let calls = 0;
  const slopes = [];
  for (const start of [2.0, 5.0]) {
    x.assign(start);
    const [tape, c] = tf.GradientTape.record(() => {
      calls++;
      // what runs may depend on the values: this graph is longer when x is large
      const z = compute();
      return Number(x.numpy()) > 3 ? z.mul(x) : z;
    });
    const slope = tape.gradient(c, x) as tf.Tensor;
    slopes.push(slope.item());
    console.log(f`x = ${start}: result ${c}, gradient ${slope}`);
  }
  console.log(`The function ran ${calls} times, each time building its graph`);

  // the same inside tf.function: a graph again, built by the first call only
  let traces = 0;
  const graph = tf.function((a: tf.Tensor, b: tf.Tensor) => {
    traces++;
    return a.add(b).add(a.mul(b));
  });
  const results = [1.0, 2.0, 3.0].map((v) => graph(tf.constant(v, tf.float32), tf.constant(v, tf.float32)).item());
  console.log(`tf.function: results ${results.join(', ')} from ${traces} trace`);
  return { slopes, calls, traces, results };
}
