import * as kerasMembers from '@stele/keraslike';
import { tf } from '@stele/tflow';
import { torch } from '@stele/torchlike';
import * as vision from '@stele/torchlike/vision';
import { narrowFiles } from '../bridge/files';
import { type RunContext, registerModule } from '../runtime/registry';

const framework = (members: object) => (run: RunContext) => {
  narrowFiles(run);
  return members;
};
registerModule('torch', framework(torch));
registerModule('tensorflow', framework(tf));
registerModule('keras', framework('keras' in tf ? (tf as unknown as { keras: object }).keras : kerasMembers));
registerModule('torchvision', framework({ ...vision }));

// torch's files of modules hold nothing that torch.nn does not
for (const file of [
  'activation',
  'batchnorm',
  'container',
  'conv',
  'dropout',
  'linear',
  'loss',
  'module',
  'pooling',
  'rnn',
])
  registerModule(`torch.nn.modules.${file}`, () => torch.nn);
registerModule('torch.nn.modules', () => torch.nn);
registerModule('torch.nn.parameter', () => torch.nn);
registerModule('torch.utils.data.dataset', () => torch.utils.data);
registerModule('torch.utils.data.dataloader', () => torch.utils.data);
