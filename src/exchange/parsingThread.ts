import { parentPort, workerData } from 'node:worker_threads';
import type { EventType } from '../../domain/announcement.ts';
import type { Rejection } from '../../domain/rejection.ts';
import { leafText } from '../store/log.ts';
import { type Line, parsedIn, recordedLine } from './line.ts';

/** The second thread of parsing.ts: takes a block of lines and answers with what they hold, and their leaves. */

export type ParsedText = {
  readonly number: number;
  readonly line: (Omit<Line, 'event'> & { event: { type: EventType } }) | Rejection;
};

let before = Number(workerData);

parentPort?.on('message', (block: Uint8Array) => {
  const { lines, count } = parsedIn(Buffer.from(block.buffer, block.byteOffset, block.length), before);
  before += count;
  parentPort?.postMessage(
    lines.map(({ number, line }): ParsedText => {
      if ('reason' in line) return { number, line };
      const { event, ...rest } = line;
      return { number, line: { ...rest, event: { type: event.type }, leaf: leafOf(rest, event.type) } };
    }),
  );
});

/** Of a line that names its place and its recorder, as every line of an export does. */
function leafOf(line: Omit<Line, 'event'>, type: EventType): string | undefined {
  const { source, sequence, revision, recordedBy } = line;
  if (sequence === undefined || revision === undefined || recordedBy === undefined) return undefined;
  return leafText(source, recordedLine(line, type, { sequence, revision }));
}
