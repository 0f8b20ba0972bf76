// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the TypeScript that a program should mean
import { loadParser } from '../node';
import { showTypeScript } from './index';

beforeAll(() => loadParser());

/** What follows the imports of a text. */
const body = (python: string): string =>
  showTypeScript(python)
    .replace(/^import .*\n/gm, '')
    .trim();

it.each<[string, string, string]>([
  [
    'keywords of a class',
    'from torch import nn\nnn.Linear(784, 20, bias=False)',
    'new nn.Linear(784, 20, { bias: false });',
  ],
  [
    'operators on tensors',
    'import torch\nx = torch.ones(2)\ny = 2 - x / 3 + -x ** 2\nz = 1 / x',
    'const x = torch.ones(2);\nconst y = x.div(3).rsub(2).add(x.pow(2).neg());\nconst z = x.reciprocal().mul(1);',
  ],
  [
    'operators on numbers',
    'a = 3\nb = (a + 1) * a // 2 % 2',
    'const a = 3;\nconst b = Math.floor(((a + 1) * a) / 2) % 2;',
  ],
  [
    'a remainder of unknown sign',
    'def f(a: int):\n    return a % 3',
    'function f(a: number) {\n  return ((a % 3) + 3) % 3;\n}',
  ],
  [
    'slices',
    'import torch\nx = torch.ones(2, 3)\nx[:, 1:] = 0\ny = x[0, ..., -1]',
    "const x = torch.ones(2, 3);\nx.index_put_([':', '1:'], 0);\nconst y = x.index(0, '...', -1);",
  ],
  [
    'slices of TensorFlow',
    'import tensorflow as tf\nx = tf.ones([2, 3])\ny = x[:, 1:]\nz = x[0]',
    'const x = tf.ones([2, 3]);\nconst y = tf.strided_slice(x, [0, 1], [0, 0], [1, 1], { begin_mask: 1, end_mask: 3 });\nconst z = x.at(0);',
  ],
  [
    'lists',
    "names = []\nnames.append('a')\nlong = [n.upper() for n in names if len(n) > 3]\nprint(names[-1], names[0])",
    "const names: string[] = [];\nnames.push('a');\nconst long = names.filter((n) => n.length > 3).map((n) => n.toUpperCase());\nconsole.log(`${names.at(-1)!} ${names[0]!}`);",
  ],
  [
    'dicts',
    "ages = {'a': 1}\nages['b'] = 2\nfor name, age in ages.items():\n    print(name, age)\nprint(ages['a'], ages.get('c', 0), 'a' in ages)",
    "const ages = new Map([['a', 1]]);\nages.set('b', 2);\nfor (const [name, age] of ages) {\n  console.log(`${name} ${age}`);\n}\nconsole.log(`${ages.get('a')!} ${ages.get('c') ?? 0} ${py.str(ages.has('a'))}`);",
  ],
  ['counting back', 'for i in range(5, 0, -1):\n    print(i)', 'for (let i = 5; i > 0; i--) {\n  console.log(i);\n}'],
  ['formats', "x = 2.5\nprint(f'{x:>8.3f} {{}} ${x}')", "const x = 2.5;\nconsole.log(f`${[x, '>8.3f']} {} $${x}`);"],
  [
    'a name that a block binds first',
    'for i in range(3):\n    last = i * 2\nprint(last)',
    'let last!: number;\nfor (let i = 0; i < 3; i++) {\n  last = i * 2;\n}\nconsole.log(last);',
  ],
  [
    'gradients of a tape that is used afterwards',
    'import tensorflow as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\nprint(tape.gradient(y, x))',
    'const x = new tf.Variable(3.0, { dtype: tf.float32 });\nlet y: tf.Tensor;\nconst tape = new tf.GradientTape();\n{\n  using _ = tape;\n  y = x.mul(x);\n}\nconsole.log(String(tape.gradient(y, x)));',
  ],
  [
    'a class with what its constructor is given',
    'class A:\n    """What it is."""\n    def __init__(self, n: int):\n        self.n = n\n    @property\n    def twice(self):\n        return self.n * 2',
    '/** What it is. */\nclass A {\n  n: number;\n\n  constructor(n: number) {\n    this.n = n;\n  }\n\n  get twice() {\n    return this.n * 2;\n  }\n}',
  ],
  [
    'a layer of Keras',
    'import tensorflow as tf\nclass Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.d = tf.keras.layers.Dense(2, activation="relu")\n    def call(self, x):\n        return self.d(x)\nNet().fit([[1.0]], [[1.0]], epochs=2)',
    "class Net extends tf.keras.Model {\n  d = new tf.keras.layers.Dense(2, { activation: 'relu' });\n\n  override call(x: tf.Tensor): tf.Tensor {\n    return this.d(x) as tf.Tensor;\n  }\n}\nawait new Net().fit([[1.0]], [[1.0]], { epochs: 2 });",
  ],
  [
    'what waits, through the functions that call it',
    'from tensorflow import keras\ndef load():\n    return keras.datasets.mnist.load_data()\ndef main():\n    (a, b), (c, d) = load()\nmain()',
    'const { keras } = tf;\n\nasync function load() {\n  return await keras.datasets.mnist.load_data();\n}\n\nasync function main() {\n  const [[a, b], [c, d]] = await load();\n}\nawait main();',
  ],
  [
    "torch's largest values",
    'import torch\nx = torch.ones(2, 3)\nv, i = x.max(1)\ntop = x.max(dim=1)[0]',
    'const x = torch.ones(2, 3);\nconst [v, i] = x.max(1);\nconst top = x.max({ dim: 1 }).values;',
  ],
  [
    'a model of layers called on each other',
    'from tensorflow import keras\na = keras.Input(shape=(4,))\nb = keras.layers.Dense(8)(a)\nm = keras.Model(a, b)',
    'const { keras } = tf;\n\nconst a = keras.Input({ shape: [4] });\nconst b = new keras.layers.Dense(8)(a);\nconst m = new keras.Model(a, b);',
  ],
  [
    'errors',
    "try:\n    raise ValueError('bad')\nexcept ValueError as e:\n    print('caught')",
    "try {\n  throw new Error('bad');\n} catch (e: any) {\n  if (e.name === 'ValueError') {\n    console.log('caught');\n  } else {\n    throw e;\n  }\n}",
  ],
  [
    'names that TypeScript keeps for itself',
    'new = 1\nfunction = new + 1',
    'const new_ = 1;\nconst function_ = new_ + 1;',
  ],
  ['an import of what is not there', 'import pandas', "// Python's pandas has no counterpart in Stele's facades"],
  ['comments', '# first\n\n# second\na = 1  # one\n', '// first\n\n// second\nconst a = 1; // one'],
])('%s', (_, python, typescript) => {
  expect(body(python)).toBe(typescript);
});

it('breaks what is too long for a line', () => {
  const names = Array.from({ length: 6 }, (_, i) => `'a rather long name number ${i}'`);
  expect(body(`names = [${names.join(', ')}]`)).toBe(`const names = [\n${names.map((n) => `  ${n},`).join('\n')}\n];`);
  expect(
    body(
      'import torch\ntorch.nn.Conv2d(in_channels=1, out_channels=32, kernel_size=3, stride=1, padding=1, dilation=1, groups=1)',
    ),
  ).toBe(
    'new torch.nn.Conv2d({\n  in_channels: 1,\n  out_channels: 32,\n  kernel_size: 3,\n  stride: 1,\n  padding: 1,\n  dilation: 1,\n  groups: 1,\n});',
  );
});

it('refuses what is no Python', () => {
  expect(() => showTypeScript('def f(:\n  pass')).toThrow("'(' was never closed");
});
