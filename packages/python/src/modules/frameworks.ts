import * as kerasMembers from '@stele/keraslike';
import { tf } from '@stele/tflow';
import { torch } from '@stele/torchlike';
import * as vision from '@stele/torchlike/vision';
import { provideClasses } from '../bridge/classNames';
import { beginFrameworks } from '../bridge/files';
import { type RunContext, registerModule } from '../runtime/registry';

/** The state that a process keeps, as it is at its start. */
function reset(): void {
  const { v1 } = tf.compat;
  if (!v1.executing_eagerly()) v1.enable_eager_execution();
  v1.reset_default_graph();
  const { utils } = kerasMembers as { utils: { clear_session?: () => void } };
  if ('clear_session' in utils) utils.clear_session?.();
  torch.set_default_dtype(torch.float32);
  torch.set_printoptions({ profile: 'default' });
}
provideClasses({ torch, tf, keras: kerasMembers.keras });
const framework = (members: object) => (run: RunContext) => {
  beginFrameworks(run, reset);
  return members;
};
registerModule('torch', framework(torch));
registerModule('tensorflow', framework(tf));
registerModule('keras', framework(kerasMembers.keras));
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
