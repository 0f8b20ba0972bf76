import { torch } from '@stele/torchlike';

function compute_z(x: torch.Tensor, y: torch.Tensor): torch.Tensor {
  const a = x.add(y);
  const b = x.mul(y);
  const c = a.add(b);
  return c;
}

export function main() {
  // these operations build the graph while they run
  const x = torch.tensor(2.0, { requires_grad: true });
  const y = torch.tensor(3.0, { requires_grad: true });
  const z = compute_z(x, y);

  z.backward();

  // the article's text is str()'s; an f-string of PyTorch 2 shows a rank-0 tensor as its number: 4.0
  console.log(`Gradient of z with respect to x: ${x.grad}`);
  console.log(`Gradient of z with respect to y: ${y.grad}`);
  return { z, x, y };
}
