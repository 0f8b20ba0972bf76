export { Image, type Mode, Resampling } from '@stele/core/formats/png';
