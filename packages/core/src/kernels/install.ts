import { provideStridedCopy } from '../tensor/access';
import { permute } from './assembly/move';
// each of these gives ops of the table their fast kernels
import './images';
import './maps';
import './pools';
import './products';
import './rows';
import './updates';

provideStridedCopy((from, offset, sizes, strides, to) => permute(from, offset, sizes, strides, to, 0));
