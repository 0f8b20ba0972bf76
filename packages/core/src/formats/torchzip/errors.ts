import { FormatError } from '../bytes';
import { UnpicklingError } from '../pickle';

/** The exception that PyTorch raises in the same place. */
export type CheckpointErrorType = 'UnpicklingError' | 'RuntimeError' | 'EOFError' | 'KeyError';

/** Why a checkpoint cannot be read; `type` names the exception PyTorch raises for it. */
export class CheckpointError extends FormatError {
  override name = 'CheckpointError';
  readonly type: CheckpointErrorType;
  constructor(message: string, type: CheckpointErrorType = 'RuntimeError', options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

const unsafe =
  'In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`. ' +
  'Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in arbitrary code ' +
  'execution. Do it only if you got the file from a trusted source.';
const docs =
  '\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only ' +
  'https://pytorch.org/docs/stable/generated/torch.load.html.';

const blockedModules = new Set(['sys', 'os', 'posix', 'nt']);

/** The refusal of a name, in PyTorch's words. */
export function refusal(module: string, name: string): UnpicklingError {
  const path = `${module}.${name}`;
  if (blockedModules.has(module)) {
    const message = `Trying to load unsupported GLOBAL ${path} whose module ${module} is blocked.`;
    return new UnpicklingError(message, 'blocked', path);
  }
  const shown = module === 'builtins' ? name : path;
  return new UnpicklingError(
    `Unsupported global: GLOBAL ${shown} was not an allowed global by default. Please use ` +
      `\`torch.serialization.add_safe_globals([${shown}])\` or the \`torch.serialization.safe_globals([${shown}])\` ` +
      'context manager to allowlist this global if you trust this class/function.',
    'global',
    path,
  );
}

function weightsOnlyMessage(error: UnpicklingError): string {
  if (error.kind === 'global') {
    return (
      'Weights only load failed. This file can still be loaded, to do so you have two options, ' +
      '\u001b[1mdo those steps only if you trust the source of the checkpoint\u001b[0m. ' +
      `\n\t(1) ${unsafe}\n\t(2) Alternatively, to load with \`weights_only=True\` please check the recommended steps in ` +
      `the following error message.\n\tWeightsUnpickler error: ${error.message}${docs}`
    );
  }
  const file =
    error.kind === 'blocked'
      ? ''
      : 'Please file an issue with the following so that we can make `weights_only=True` compatible with your use case: ' +
        'WeightsUnpickler error: ';
  return `Weights only load failed. ${unsafe}\n${file}\n\n${error.message}${docs}`;
}

/** Turns whatever reading a pickle threw into the error that PyTorch's loader raises. */
export function checkpointError(error: unknown): unknown {
  if (error instanceof CheckpointError || !(error instanceof FormatError)) return error;
  if (!(error instanceof UnpicklingError)) return new CheckpointError(error.message, 'EOFError', { cause: error });
  if (error.kind === 'truncated') return new CheckpointError(error.message, 'EOFError', { cause: error });
  if (error.kind === 'memo') return new CheckpointError(error.message, 'KeyError', { cause: error });
  return new CheckpointError(weightsOnlyMessage(error), 'UnpicklingError', { cause: error });
}
