import type { Recorded } from '../../domain/announcement.ts';
import type { Cut } from '../../projections/cut.ts';
import { type Summary, summaryOf } from '../../projections/record.ts';
import { parseRecorded } from '../command/fold.ts';
import type { RecordedEvent } from '../store/log.ts';
import { eventPages } from '../store/pages.ts';
import { pause } from '../turns.ts';
import { neighboursAt } from './folded.ts';
import type { Reader } from './queries.ts';

/** An announcement or correction as recorded, with its commitment at the cut. */
export type Latest = { readonly event: Recorded; readonly commitment: Summary };

/** The newest announcements and corrections at a cut, newest first. */
export async function latestAt(reader: Reader, cut: Cut, limit: number): Promise<Latest[]> {
  const found: Latest[] = [];
  const neighboursOf = neighboursAt(reader, cut);
  const summaries = new Map<string, Summary | undefined>();
  const summaryAt = async (id: string): Promise<Summary | undefined> => {
    const commitment = await reader.readModel.commitment(id, cut.size);
    return commitment && summaryOf(commitment, cut, await neighboursOf([commitment]));
  };
  // An opening comes with its announcement, so reading twice as many events suffices.
  const recorded: RecordedEvent[] = [];
  for await (const page of eventPages(reader.log, Math.max(0, cut.size - 2 * limit), cut.size)) recorded.push(...page);
  for (const event of recorded.toReversed()) {
    if (event.type === 'opened' || found.length === limit) continue;
    if (!summaries.has(event.stream)) summaries.set(event.stream, await summaryAt(event.stream));
    const commitment = summaries.get(event.stream);
    if (commitment) found.push({ event: parseRecorded(event), commitment });
    await pause();
  }
  return found;
}
