import * as tf from '@stele/tflow';

/** TensorFlow's special feature: a function is traced into a graph once per signature, and replayed after that. */
export function main() {
  const printed: string[] = [];
  const square = tf.function((x: tf.Tensor | number) => {
    // an effect of the body happens while it is traced, and only then
    printed.push(String(x));
    console.log(`tracing with ${x}`);
    return tf.multiply(x, x);
  });

  // two scalars share a trace, a vector has another, and each plain number has one of its own
  const results = [tf.constant(1.5), tf.constant(2.5), tf.constant([3.5]), 1, 2].map((x) => square(x));
  for (const result of results) console.log(`result ${result}`);
  console.log(`${results.length} calls, ${square.experimental_get_tracing_count()} traces`);

  // tapes nest: the derivative of a derivative, 6 x at x = 1
  const x = new tf.Variable(1.0);
  const outer = new tf.GradientTape();
  const first = outer.with(() => {
    const inner = new tf.GradientTape();
    const y = inner.with(() => tf.pow(x, 3));
    return inner.gradient(y, x) as tf.Tensor;
  });
  const second = outer.gradient(first, x) as tf.Tensor;
  console.log(`x³ at 1: first derivative ${first.item()}, second ${second.item()}`);
  return {
    traces: square.experimental_get_tracing_count(),
    bodies: printed.length,
    derivatives: [first.item(), second.item()],
  };
}
