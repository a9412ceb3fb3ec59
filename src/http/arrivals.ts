import { refusal } from './problems.ts';

/** A request body that is arriving. */
export type Arrival = {
  /** How many bytes have arrived. */
  readonly received: number;
  /** Waits for a piece of the body; rejects with a problem when this body has to make room first. */
  until<Piece>(piece: Promise<Piece>): Promise<Piece>;
  /** Records that more bytes have arrived, and how many are now reserved for the body. */
  take(bytes: number, reserved: number): void;
  /** The body is complete, or will not come: its room is free again. */
  end(): void;
};

/** Arriving bodies, which share a bounded amount of memory. */
export type Arrivals = { begin(announced: number): Arrival };

/** The memory of a body besides its bytes: connection, request and buffer. */
const leastReserved = 4 * 1024;
/** Added to what every body has received; otherwise one that has just begun would be the slowest. */
const headStart = 16 * 1024;

type Own = { reserved: number; received: number; readonly began: number; readonly leave: (problem: Error) => void };

/**
 * Shares `maxTogether` bytes among arriving bodies. Each reserves the length it announces. Where too little is left, the
 * slowest make room: those with the fewest bytes for the time since they began. So stalled senders do not keep others from
 * recording. `now`: milliseconds from any origin.
 */
export function sharedArrivals(maxTogether: number, now: () => number): Arrivals {
  const underWay = new Set<Own>();
  let together = 0;

  function leave(one: Own): void {
    if (underWay.delete(one)) together -= one.reserved;
  }

  function makeRoom(spared: Own | undefined): void {
    while (together > maxTogether) {
      const slowest = slowestOf(underWay, now(), spared);
      if (!slowest) return;
      leave(slowest);
      slowest.leave(
        refusal(
          'too-slow',
          `expected the body sooner, found that bodies of more than ${maxTogether / 1024 / 1024} MiB arrive at the same time and that this one is the slowest`,
          { headers: { 'Retry-After': '5' } },
        ),
      );
    }
  }

  return {
    begin(announced) {
      let problem: Error | undefined;
      let stop: ((why: Error) => void) | undefined;
      const own: Own = {
        reserved: leastReserved + announced,
        received: 0,
        began: now(),
        leave(why) {
          // Between two pieces, it is refused before the next one.
          problem = why;
          stop?.(why);
        },
      };
      underWay.add(own);
      together += own.reserved;
      makeRoom(own);
      return {
        get received() {
          return own.received;
        },
        until: (piece) =>
          new Promise((resolve, reject) => {
            if (problem) reject(problem);
            stop = reject;
            piece.then(resolve, reject);
          }),
        take(bytes, reserved) {
          own.received += bytes;
          if (!underWay.has(own)) return;
          const more = Math.max(0, leastReserved + reserved - own.reserved);
          own.reserved += more;
          together += more;
          makeRoom(undefined);
        },
        end: () => leave(own),
      };
    },
  };
}

function slowestOf(underWay: Iterable<Own>, time: number, spared: Own | undefined): Own | undefined {
  let slowest: Own | undefined;
  let least = Infinity;
  for (const one of underWay) {
    const rate = (one.received + headStart) / Math.max(1, time - one.began);
    if (one === spared || rate >= least) continue;
    least = rate;
    slowest = one;
  }
  return slowest;
}

/** The memory that all arriving bodies may take together: many slow ones must not exhaust it. */
const maxTogether = 64 * 1024 * 1024;

/** The arriving bodies of this process. */
export const arrivals = sharedArrivals(maxTogether, () => performance.now());
