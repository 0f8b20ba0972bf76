import { torch } from '../index';

test('settings of scripts are kept', () => {
  torch.set_num_threads(3);
  expect(torch.get_num_threads()).toBe(3);
  expect(() => torch.set_num_threads(0)).toThrow('set_num_threads expects a positive integer');
  torch.set_num_threads(1);
  torch.set_float32_matmul_precision('high');
  expect(torch.get_float32_matmul_precision()).toBe('high');
  torch.set_float32_matmul_precision('highest');
  torch.use_deterministic_algorithms(true);
  expect(torch.are_deterministic_algorithms_enabled()).toBe(true);
  torch.use_deterministic_algorithms(false);
});
test('a Kaiser window', () => {
  const values = (x: any): number[] => x.tolist().map((v: number) => Math.round(v * 1e4) / 1e4);
  expect(values(torch.kaiser_window(5))).toEqual([0.0001, 0.1017, 0.7929, 0.7929, 0.1017]);
  expect(values(torch.kaiser_window(4, false, { beta: 3 } as any))).toEqual([0.2049, 0.8712, 0.8712, 0.2049]);
  expect(values(torch.kaiser_window(1))).toEqual([1]);
});
