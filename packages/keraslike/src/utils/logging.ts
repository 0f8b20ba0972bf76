import { setInteractive } from './progress';

let interactive = true;
/** Progress goes to standard output. */
export function enable_interactive_logging(): void {
  interactive = true;
  setInteractive(true);
}
/** Progress goes to the console's log, without bars. */
export function disable_interactive_logging(): void {
  interactive = false;
  setInteractive(false);
}
export const is_interactive_logging_enabled = (): boolean => interactive;
