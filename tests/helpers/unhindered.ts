import { readdirSync, readFileSync } from 'node:fs';

/**
 * A clock in milliseconds that stands still while this process waits for a processor that others use: what it measures on a busy
 * machine is at most what a quiet one takes. Linux counts these waits for each thread (`schedstat`); elsewhere none
 * are known, and it is the clock of the machine.
 */
export function unhinderedNow(): number {
  return performance.now() - waitedMs();
}

function waitedMs(): number {
  try {
    const waits = readdirSync('/proc/self/task').map((thread) =>
      Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]),
    );
    return waits.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
  } catch {
    return 0;
  }
}
