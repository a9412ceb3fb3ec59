import type { Commitment, Entry } from '../../domain/commitment.ts';
import type { Days } from '../../domain/days.ts';
import { advance } from '../../domain/advance.ts';
import { reach } from '../../domain/effects.ts';
import { emptyStatus, type Status, type Watch, wholeCopyOf } from '../../domain/status.ts';
import { makesTermsStand } from '../../domain/types.ts';

/** Days on which the status stays as it is. */
export type Segment = Days & {
  /** Shared with the walk, which changes it: read it before the next step. */
  readonly status: Status;
  /** What was announced on its first day. */
  readonly today: readonly Entry[];
  /** Whether an effect that was announced before took place on its first day. */
  readonly hasEffect: boolean;
};

/**
 * Goes through the days of a commitment while announcements come in, in order. It stands on the day of the newest: what that day
 * brings is known only once a later one comes, or none.
 */
export class Walk {
  readonly status: Status;
  #from = Infinity;
  #today: Entry[] = [];
  #hasEffect = false;

  constructor(status: Status) {
    this.status = status;
  }

  /** Goes on from the same day by itself. `watch`: in the place of this one's. */
  copy(watch?: Watch): Walk {
    const copy = new Walk(wholeCopyOf(this.status, watch));
    copy.#from = this.#from;
    copy.#today = [...this.#today];
    copy.#hasEffect = this.#hasEffect;
    return copy;
  }

  /** Takes in the next announcement, once `until` has given all days before it. */
  take(entry: Entry): void {
    if (this.#from === Infinity) this.#from = entry.day;
    advance(this.status, entry);
    this.#today.push(entry);
  }

  /** The segments until the day before the next announcement; of these, only those that begin by `last`. */
  *until(next: number, last = next): Generator<Segment> {
    const { status } = this;
    while (this.#from < next && this.#from <= last) {
      reach(status, this.#from);
      const change = nextChange(status, next, this.#from);
      yield { from: this.#from, to: change - 1, status, today: this.#today, hasEffect: this.#hasEffect };
      this.#from = change;
      this.#today = [];
      this.#hasEffect = false;
      for (const { on } of status.notices.values()) if (on <= change) this.#hasEffect = true;
    }
  }
}

/**
 * The days from the first announcement on, cut wherever the status changes: by announcements (all of one day together), by
 * effects announced before, and by suspensions that run out. The last segment holds `day`; it reaches to the next change, if
 * there is one. `watch`: see `statusOn`.
 */
export function* segmentsUntil({ timeline, opened }: Commitment, day: number, watch?: Watch): Generator<Segment> {
  const walk = new Walk(emptyStatus(opened.data, { watch }));
  let today = -Infinity;
  for (const entry of timeline) {
    if (entry.day > today) yield* walk.until((today = entry.day), day);
    if (today > day) return;
    walk.take(entry);
  }
  yield* walk.until(Infinity, day);
}

/** The keys whose standing terms may have changed on the first day of a segment; undefined when any may have. */
export function touchedIn({ today, hasEffect }: Segment): Set<string> | undefined {
  return hasEffect || today.some(touchesAll) ? undefined : new Set(today.flatMap(touchedKeys));
}

/** Whether it may change what stands under any key, for any party. */
function touchesAll({ type, data }: Entry): boolean {
  if (type === 'amended') return (data.removes?.length ?? 0) > 0;
  // With a day it brings into force whatever the speakers owe.
  if (type === 'reaffirmed') return data.effective !== undefined;
  return type === 'joined' || type === 'left' || type === 'ended';
}

function touchedKeys({ type, data }: Entry): string[] {
  const { meets = [] } = data;
  return makesTermsStand(type) ? [...meets, ...(data.terms ?? []).map(({ key }) => key)] : [...meets];
}

function nextChange({ notices, suspensions }: Status, announced: number, today: number): number {
  let change = announced;
  for (const { on } of notices.values()) if (on > today) change = Math.min(change, on);
  for (const { until } of suspensions.values()) if (until >= today) change = Math.min(change, until + 1);
  return change;
}
