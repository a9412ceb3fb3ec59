import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../domain/json.ts';
import type { Command } from '../../command/command.ts';

/**
 * A digest of what a person has checked: the SHA-256, in hexadecimal digits, of the events as recorded (each with its id),
 * their commitment, and the revision they were checked at. A form carries it from the check to the recording, so nothing is
 * recorded that was not shown, and nothing after others have recorded in between.
 */
export function digestOf(commands: readonly Command[]): string {
  const said = commands.map(({ commitment, expected, events }) => ({
    commitment,
    expected: expected ?? null,
    events: events.map(({ id, type, data }) => ({ id: id ?? null, type, data })),
  }));
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}
