import { f } from '@stele/core/printing';
import { torch } from '@stele/torchlike';

export function main() {
  const x = torch.tensor(2.0, { requires_grad: true });
  const y = torch.tensor(3.0, { requires_grad: true });

  const compute = (): torch.Tensor => x.add(y).add(x.mul(y));

  // every call makes new nodes: the graph of one result is not the graph of the next
  const first = compute();
  const second = compute();
  const rebuilt = first.grad_fn!.node !== second.grad_fn!.node;
  console.log(f`Result: ${first}, made by ${first.grad_fn}`);
  console.log(`The second call built its own graph: ${f(rebuilt)}`);

  const slopes = [];
  for (const start of [2.0, 5.0]) {
    torch.no_grad(() => x.fill_(start));
    x.grad = null;
    // what runs may depend on the values: this graph is longer when x is large
    let z = compute();
    if (Number(x.item()) > 3) z = z.mul(x);
    z.backward();
    slopes.push(x.grad!.item());
    console.log(f`x = ${start}: result ${z}, gradient ${x.grad}`);
  }
  return { rebuilt, slopes };
}
