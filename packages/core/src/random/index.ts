export { MersenneGenerator } from './mersenneGenerator';
export { multinomial, truncatedNormal } from './mersenneSampling';
