import { refusal } from './problems.ts';

/** A body on its way. */
export type Arrival = {
  /** How many bytes have come. */
  readonly received: number;
  /** What a piece of the body gives; rejects with a problem when this one has to make room before it comes. */
  until<Piece>(piece: Promise<Piece>): Promise<Piece>;
  /** Notes that more bytes have come, and how many are reserved for it now. */
  take(bytes: number, reserved: number): void;
  /** It is there, or will not come: its room is free again. */
  end(): void;
};

/** Bodies on their way, which share some memory. */
export type Arrivals = { begin(announced: number): Arrival };

/** What any body takes besides its bytes: its connection, request and buffer. */
const leastReserved = 4 * 1024;
/** Every body counts as this many bytes ahead; otherwise one that has just begun would be the slowest. */
const headStart = 16 * 1024;

type Own = { reserved: number; received: number; readonly began: number; readonly leave: (problem: Error) => void };

/**
 * Shares `maxTogether` bytes among the bodies that are arriving. Each reserves the length that it announces. Where too little is
 * left, the slowest make room: those with the fewest bytes for the time since they began. So stalled senders do not stop others
 * from recording. `now`: milliseconds from any beginning.
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
          // It may be between two pieces: then it is refused before the next one.
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

/** What all arriving bodies may take together: many slow ones must not fill the memory. */
const maxTogether = 64 * 1024 * 1024;

/** Of this process. */
export const arrivals = sharedArrivals(maxTogether, () => performance.now());
