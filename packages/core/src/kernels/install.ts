// each of these gives ops of the table their fast kernels
import './images';
import './maps';
import './products';
import './rows';
import './updates';
