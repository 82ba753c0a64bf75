import { WriteStream } from 'node:tty';
import { Presets, SingleBar } from 'cli-progress';

/** Set by a launcher that filters stderr: the number of a file descriptor that is the terminal itself. */
const TERMINAL_VARIABLE = 'OCTOGATE_TERMINAL_FD';

/** How far a command is. */
export interface Progress {
  /** @param done work done so far, 0 to the total */
  update(done: number, what: string): void;
  stop(): void;
}

/** Starts a progress bar for `total` units of work; it shows on a terminal and nowhere else. */
export function startProgress(total: number): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage} % {what}',
      stream: terminal(),
      clearOnComplete: true,
      // The library's own way to leave keeps Ctrl+C from ending the process.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { what: '' });
  return {
    update: (done, what) => {
      bar.update(done, { what });
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** Whether there is anybody to watch a progress bar. */
export function hasTerminal(): boolean {
  return terminal().isTTY;
}

let own: WriteStream | null = null;

function terminal(): NodeJS.WriteStream {
  const descriptor = process.env[TERMINAL_VARIABLE];
  if (descriptor === undefined) return process.stderr;
  own ??= new WriteStream(Number(descriptor));
  return own;
}
