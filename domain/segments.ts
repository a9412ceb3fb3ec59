import type { Commitment, Entry } from './commitment.ts';
import type { Days } from './days.ts';
import { advance } from './advance.ts';
import { reach } from './effects.ts';
import { emptyStatus, type Status, type Watch } from './status.ts';
import { makesTermsStand } from './types.ts';

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
 * The days from the first announcement on, cut wherever the status changes: by announcements (all of one day together), by
 * effects announced before, and by suspensions that run out. The last segment holds `day`; it reaches to the next change, if
 * there is one. `watch`: see `statusOn`.
 */
export function* segmentsUntil({ timeline, opened }: Commitment, day: number, watch?: Watch): Generator<Segment> {
  const status = emptyStatus(opened.data, { watch });
  let next = 0;
  let from = timeline[0]?.day ?? Infinity;
  while (from <= day && from !== Infinity) {
    const today: Entry[] = [];
    let hasEffect = false;
    for (const { on } of status.notices.values()) if (on <= from) hasEffect = true;
    for (let entry = timeline[next]; entry && entry.day <= from; entry = timeline[next]) {
      advance(status, entry);
      today.push(entry);
      next++;
    }
    reach(status, from);
    const change = nextChange(status, timeline[next]?.day ?? Infinity, from);
    yield { from, to: change - 1, status, today, hasEffect };
    from = change;
  }
}

/** The keys whose standing terms may have changed on the first day of a segment; undefined when any may have. */
export function touchedIn({ today, hasEffect }: Segment): Set<string> | undefined {
  return hasEffect || today.some(touchesAll) ? undefined : new Set(today.flatMap(touchedKeys));
}

/** Whether it may change what stands under any key, for any party. */
function touchesAll({ type, data }: Entry): boolean {
  if (type === 'amended') return (data.removes?.length ?? 0) > 0;
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
