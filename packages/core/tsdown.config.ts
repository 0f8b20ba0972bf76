import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    'index': 'src/index.ts',
    'random': 'src/random/index.ts',
    'numpy': 'src/numpy/index.ts',
    'printing': 'src/tensor/printing/index.ts',
    'plot': 'src/plot/index.ts',
    'data': 'src/data/index.ts',
    'node': 'src/node.ts',
    'formats/safetensors': 'src/formats/safetensors/index.ts',
    'formats/pickle': 'src/formats/pickle/index.ts',
    'formats/torchzip': 'src/formats/torchzip/index.ts',
    'formats/tensorbundle': 'src/formats/tensorbundle/index.ts',
    'formats/savedmodel': 'src/formats/savedmodel/index.ts',
    'formats/tflite': 'src/formats/tflite/index.ts',
    'formats/npy': 'src/formats/npy/index.ts',
    'formats/png': 'src/formats/png/index.ts',
    'formats/stele': 'src/formats/stele/index.ts',
    'formats/zip': 'src/formats/zip/index.ts'
},
  format: ['esm', 'cjs'],
  dts: true,
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  external: [/^node:/],
});
