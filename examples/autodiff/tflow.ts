import { f } from '@stele/core/printing';
import * as tf from '@stele/tflow';

export function main() {
  const x = new tf.Variable(2.0);
  const y = new tf.Variable(3.0);

  let c: tf.Tensor;
  const tape = new tf.GradientTape();
  {
    using _ = tape;
    const a = x.add(y);
    const b = x.mul(y);
    c = a.add(b);
  }
  const gradients = tape.gradient(c, [x, y]);

  // the article shows the text of print(c); what its own f-strings print follows
  console.log(`Result: ${c}`);
  console.log(`Gradient of c with respect to x: ${gradients[0]}`);
  console.log(`Gradient of c with respect to y: ${gradients[1]}`);
  console.log(f`Result: ${c}`);
  console.log(f`Gradient of c with respect to x: ${gradients[0]}`);
  console.log(f`Gradient of c with respect to y: ${gradients[1]}`);
  return { c, gradients };
}
