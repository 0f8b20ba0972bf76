import { f } from '@stele/core/printing';
import * as tf from '@stele/tflow';

export function main() {
  // the article calls disable_eager_execution(), for good; a graph of its own leaves other programs eager
  using _ = new tf.Graph().as_default();
  const x = tf.compat.v1.placeholder(tf.float32);
  const y = tf.compat.v1.placeholder(tf.float32);

  const a = x.add(y);
  const b = x.mul(y);
  const c = a.add(b);

  // create a session to execute the graph
  using sess = new tf.compat.v1.Session();
  const feed_dict = new Map([
    [x, 2.0],
    [y, 3.0],
  ]);
  const result = sess.run(c, { feed_dict });
  console.log(f`Result: ${result}`);

  // a placeholder without a value is an error that names it
  let missing = '';
  try {
    sess.run(c, { feed_dict: new Map([[x, 2.0]]) });
  } catch (error) {
    const { name, message } = error as Error;
    missing = `${name}: ${/^You must feed.*$/m.exec(message)![0]}`;
  }
  console.log(missing);
  return { result, missing };
}
