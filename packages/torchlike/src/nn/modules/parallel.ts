import { Module } from './module';

/**
 * A module under the name `module`, as torch spreads it over accelerators: here there are none, and it just runs.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
 */
export class DataParallel extends Module {
  module: Module;
  device_ids: number[] = [];
  dim: number;

  constructor(module: Module, _device_ids: unknown = null, _output_device: unknown = null, dim = 0) {
    super();
    this.module = module;
    this.dim = dim;
  }
  forward(...inputs: any[]): any {
    return (this.module as unknown as (...args: unknown[]) => unknown)(...inputs);
  }
}
