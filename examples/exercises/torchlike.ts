import * as torch from '@stele/torchlike';
import { z } from 'zod';

const { nn } = torch;

export const settings = z.strictObject({ seed: z.int().default(0) });

/** A network whose depth is decided while it runs: an ordinary loop, another graph at each call. */
export class DynamicNet extends nn.Module {
  first = new nn.Linear(4, 8);
  middle = new nn.Linear(8, 8);
  last = new nn.Linear(8, 1);

  forward(x: torch.Tensor, depth: number): torch.Tensor {
    let h = torch.relu(this.first(x));
    for (let i = 0; i < depth; i++) h = torch.relu(this.middle(h));
    return this.last(h);
  }
}

/** PyTorch's special feature: the graph is whatever the program did, and hooks look into it. */
export function main(given: z.input<typeof settings> = {}) {
  const { seed } = settings.parse(given);
  torch.manual_seed(seed);
  const net = new DynamicNet();
  const x = torch.randn(3, 4);

  const seen: string[] = [];
  const hooks = [...net.named_children()].map(([name, module]) =>
    module.register_forward_hook((_module, _args, output) => {
      seen.push(`${name} ${(output as torch.Tensor).shape}`);
    }),
  );

  const runs = [0, 1, 3].map((depth) => {
    seen.length = 0;
    net.zero_grad();
    net(x, depth).sum().backward();
    const { grad } = net.middle.weight;
    const calls = [...seen];
    console.log(`depth ${depth}: ${calls.join(', ')}`);
    console.log(`         gradient of middle: ${grad === null ? 'None' : grad.norm()}`);
    return { depth, calls, grad: grad === null ? null : Number(grad.norm().item()) };
  });

  for (const hook of hooks) hook.remove();
  seen.length = 0;
  net(x, 1);
  return { runs, afterRemoval: seen.length };
}
