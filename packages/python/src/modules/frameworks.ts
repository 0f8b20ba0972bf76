import * as kerasMembers from '@stele/keraslike';
import { tf } from '@stele/tflow';
import { torch } from '@stele/torchlike';
import * as vision from '@stele/torchlike/vision';
import { registerModule } from '../runtime/registry';

registerModule('torch', () => torch);
registerModule('tensorflow', () => tf);
registerModule('keras', () => ('keras' in tf ? (tf as unknown as { keras: object }).keras : kerasMembers));
registerModule('torchvision', () => vision);
