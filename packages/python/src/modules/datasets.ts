// Reading data sets needs Node: a script's `datasets` are there where this module is imported.
import '@stele/keraslike/datasets';
import { namespace } from '@stele/core';
import * as datasets from '@stele/torchlike/vision/datasets';
import { registerModule } from '../runtime/registry';

registerModule('torchvision.datasets', () => namespace('torchvision.datasets', { ...datasets }));
