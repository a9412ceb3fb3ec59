import { canonicalJson } from '../../domain/json.ts';
import { reject, type Rejection } from '../../domain/rejection.ts';
import type { Log, RecordedEvent } from '../store/log.ts';
import type { Command, Outcome } from './command.ts';

/** The first answer again, when every event is recorded already. A rejection when an id is recorded with another body. */
export async function recordedBefore(log: Log, { commitment, events }: Command): Promise<Outcome | undefined> {
  const recorded: RecordedEvent[] = [];
  for (const { id, type, data } of events) {
    const previous = recorded.at(-1);
    // An event without an id counts as sent before if it directly follows the one sent with it.
    const found = id ? await log.find(id) : previous && (await log.readStream(commitment))[previous.revision + 1];
    if (!found) return recorded.length > 0 && recorded[0] ? idTaken(recorded[0].id) : undefined;
    if (found.stream !== commitment || found.type !== type || found.data !== canonicalJson(data))
      return idTaken(id ?? found.id);
    recorded.push(found);
  }
  return { recorded, again: true };
}

/** The refusal of an id that is recorded with another body. */
export function idTaken(id: string): Rejection {
  return reject(
    'id-taken',
    '/id',
    `expected an id not recorded yet, or the same body again, found ${id} recorded with another body`,
  );
}
