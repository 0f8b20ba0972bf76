import './modules/index';

export { memoryFiles } from './memoryFiles';
export { loadParser, type ParserFiles, parse, parserLoaded } from './parse/parser';
export { PythonSyntaxError } from './parse/syntaxError';
export { type RunOptions, type RunResult, runPython, runPythonSync, type ScriptError } from './run';
export * from './runtime/index';
export { type ShowOptions, showTypeScript } from './show/index';
