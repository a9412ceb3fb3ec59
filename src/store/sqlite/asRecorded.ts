import { leafText, LogFault, type RecordedEvent } from '../log.ts';

/**
 * Checks events against the leaves stored beside them. Checked events are remembered, one bit each, until others write into the
 * file: so each event is hashed once, not for every answer.
 */
export class AsRecorded {
  #bits = new Uint8Array(0);
  #version: unknown;

  /** `version`: differs once others have written. */
  notice(version: unknown): void {
    if (version === this.#version) return;
    this.#version = version;
    this.#bits = new Uint8Array(0);
  }

  /** Whether all of these were found as recorded. */
  holds(first: number, count: number): boolean {
    if (first + count > 8 * this.#bits.length) return false;
    for (let sequence = first; sequence < first + count; sequence++) if (!this.#isSeen(sequence)) return false;
    return true;
  }

  /** The event, if its line has this leaf; otherwise throws a fault that names it. */
  held(ledger: string, event: RecordedEvent, leaf: Uint8Array | undefined): RecordedEvent {
    const { sequence } = event;
    if (this.#isSeen(sequence)) return event;
    if (!leaf || !isSame(leafText(ledger, event), leaf)) throw changed(event);
    this.#see(sequence);
    return event;
  }

  #isSeen(sequence: number): boolean {
    return ((this.#bits[sequence >> 3] ?? 0) & (1 << (sequence & 7))) !== 0;
  }

  #see(sequence: number): void {
    if (sequence >> 3 >= this.#bits.length) {
      const longer = new Uint8Array(Math.max(1024, 2 * (sequence >> 3)));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[sequence >> 3]! |= 1 << (sequence & 7);
  }
}

/** Compares a hash as text of one character per byte with one in bytes: converting the text takes longer than hashing. */
function isSame(text: string, bytes: Uint8Array): boolean {
  if (text.length !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) if (text.charCodeAt(index) !== bytes[index]) return false;
  return true;
}

function changed({ sequence, type, id, stream }: RecordedEvent): LogFault {
  const subject = `event ${sequence} (${type} ${id} of ${stream})`;
  const message = `${subject}: expected the line that was recorded, found another: it was changed in the file`;
  return new LogFault(message, { reason: 'changed', subject });
}

/** The fault for a place where an event was recorded and none, or another, is now. */
export function missing(expected: string, found: string): LogFault {
  return new LogFault(`expected ${expected}, found ${found}: it was removed from the file`, {
    reason: 'changed',
    subject: expected,
  });
}
