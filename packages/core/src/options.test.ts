import { CallableBase } from './callable';
import { namespace } from './namespace';
import { nearestName, parseOptions } from './options';

describe('options', () => {
  const schema = (keys: readonly string[]) => ({
    shape: { lr: 0, momentum: 0 },
    safeParse: () => ({
      success: false as const,
      error: { issues: [{ code: 'unrecognized_keys', path: [], message: 'unknown', keys }] },
    }),
  });
  it.each([
    ['inital_lr', "SGD.__init__() got an unexpected keyword argument 'inital_lr'. Did you mean 'lr'?"],
    ['momentun', "SGD.__init__() got an unexpected keyword argument 'momentun'. Did you mean 'momentum'?"],
    ['zzzzzzz', "SGD.__init__() got an unexpected keyword argument 'zzzzzzz'"],
  ])('refuses %s', (key, text) => {
    expect(() => parseOptions('SGD.__init__()', schema([key]), { [key]: 1 })).toThrow(new TypeError(text));
  });
  it('finds the nearest name', () => expect(nearestName('Liner', ['Conv2d', 'Linear'])).toBe('Linear'));
  it('knows initials', () => expect(nearestName('inital_lr', ['momentum', 'learning_rate'])).toBe('learning_rate'));
});

describe('namespace', () => {
  it('names what is missing', () => {
    const nn = namespace('torch.nn', { Linear: 1 }) as { Linear: number; Liner?: number };
    expect(nn.Linear).toBe(1);
    expect(() => nn.Liner).toThrow("module 'torch.nn' has no attribute 'Liner' in Stele. Did you mean 'Linear'?");
  });
});

describe('CallableBase', () => {
  it('is called as a function and keeps its fields', () => {
    class Scale extends CallableBase {
      name = 'scale';
      constructor(readonly factor: number) {
        super();
      }
      forward(x: number): number {
        return this.factor * x;
      }
    }
    const scale = new Scale(3);
    expect((scale as unknown as (x: number) => number)(2)).toBe(6);
    expect(scale).toBeInstanceOf(Scale);
    expect(scale.name).toBe('scale');
  });
});
