import './objectType';
import './numberTypes';
import './strType';
import './sequenceTypes';
import './mappingTypes';
import './functions';

export { builtins } from './table';
