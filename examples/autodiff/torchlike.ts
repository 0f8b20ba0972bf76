import * as torch from '@stele/torchlike';

export function main() {
  const x = torch.tensor(2.0, { requires_grad: true });
  const y = torch.tensor(3.0, { requires_grad: true });

  const z = x.add(y).add(x.mul(y));

  z.backward();

  console.log(`Result: ${z.item()}`);
  console.log(`Gradient of z with respect to x: ${x.grad}`);
  console.log(`Gradient of z with respect to y: ${y.grad}`);
  return { z, x, y };
}
