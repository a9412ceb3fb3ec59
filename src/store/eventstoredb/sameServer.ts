import { LogFault } from '../log.ts';
import { asCommandError, ErrorType } from './client.ts';
import type { Link } from './link.ts';
import type { Place } from './place.ts';
import { metastreamOf } from './serverEvent.ts';

/**
 * Checks that the server holds, at its position, the very event read there before. Where that is gone because its stream was
 * deleted, and others are present, it is the right server and has lost it: that is noted. Throws a fault for a different
 * server.
 */
export async function assertSameServer(link: Link): Promise<void> {
  const { replica } = link;
  const place = replica.anchor();
  if (!place) return;
  const found = await eventAt(link, place);
  if (found?.id === place.id) return lookForLosses(link);
  const stream = replica.findAll([place.id]).get(place.id)?.stream;
  const isKnown =
    found && stream !== undefined && (await isCut(link, stream)) && (await isKnownBy(link, replica.losses.landmarks(), place));
  if (isKnown) {
    link.gone = link.losing(gone(place));
    return;
  }
  const expected = `event ${place.id} at position ${place.position.commit}`;
  const what = found ? `event ${found.id} at ${found.position.commit}` : 'nothing there';
  throw new LogFault(
    `${link.client.address}: expected ${expected}, found ${what}: this server is another, or holds less than the replica in ${link.folder} has. ` +
      'If it is the right one, move that folder away: the replica fills again',
    { reason: 'foreign' },
  );
}

/** Looks for events that a scavenge may have removed, and notes the first that is gone. */
export async function lookForLosses(link: Link): Promise<void> {
  let missing: Place | undefined;
  for (const place of link.replica.losses.endangered()) {
    if ((await eventAt(link, place))?.id === place.id) continue;
    missing = place;
    break;
  }
  link.gone = missing && link.losing(gone(missing));
  link.changed();
}

/** Whether one of these events, other than the missing one, is where it was; there may be no other. */
async function isKnownBy(link: Link, places: readonly Place[], missing: Place): Promise<boolean> {
  const others = places.filter(({ id }) => id !== missing.id);
  for (const place of others) if ((await eventAt(link, place))?.id === place.id) return true;
  return others.length === 0;
}

/** The first event at or after a position; undefined where there is none. */
async function eventAt({ client }: Link, { position }: Place): Promise<Place | undefined> {
  let found: Place | undefined;
  try {
    await client.readAll(position, 1, (event) => (found = { id: event.id, position: event.position }));
  } catch (thrown) {
    const error = asCommandError(thrown);
    const isOfPosition = error.type === ErrorType.INVALID_ARGUMENT || /position/i.test(error.message);
    if (!isOfPosition) throw error;
  }
  return found;
}

/** Whether a stream was deleted on the server, or its beginning truncated. */
async function isCut({ client, prefix }: Link, stream: string): Promise<boolean> {
  const name = prefix + stream;
  try {
    const first = await client.firstRevision(name);
    return first !== undefined && first > 0;
  } catch (thrown) {
    const { type } = asCommandError(thrown);
    if (type === ErrorType.STREAM_DELETED) return true;
    if (type !== ErrorType.STREAM_NOT_FOUND) throw thrown;
  }
  // A soft-deleted stream is not found either; its metadata shows that.
  try {
    await client.firstRevision(metastreamOf(name));
    return true;
  } catch (thrown) {
    if (asCommandError(thrown).type === ErrorType.STREAM_NOT_FOUND) return false;
    throw thrown;
  }
}

function gone({ id, position }: Place): string {
  return `expected event ${id} at position ${position.commit}, found it gone: the server has lost what this replica holds`;
}
