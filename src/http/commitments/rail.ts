import { parseDay } from '../../../domain/dates.ts';
import { type Stage, stages, typeSheet } from '../../../domain/types.ts';
import type { ChronicleEntry } from '../../../projections/chronicle.ts';
import type { CommitmentRecord } from '../../../projections/record.ts';
import { type Html, html } from '../page/html.ts';
import { sinceWhen, stageInWords, when } from '../page/parts.ts';
import { stageMark } from '../page/pictures/marks.ts';

const scale = ['proposed', 'pledged', 'formalised', 'fulfilled'] as const satisfies readonly Stage[];

/** How far a commitment has come, on the scale of stages: when each was reached, or what is on record instead. */
export function rail(record: CommitmentRecord, entries: readonly ChronicleEntry[]): Html {
  const { stage } = record;
  const shown: readonly Stage[] = [
    ...(stage === 'none' || stage === 'noted' ? [stage] : []),
    ...scale,
    ...(stage === 'ended' ? [stage] : []),
  ];
  return html`<ol class="rail" aria-label="Stage">${shown.map((one) => {
    const kind = one === stage ? 'here' : isBefore(one, stage) ? 'past' : 'ahead';
    return html`<li class="${kind}"${one === stage ? html` aria-current="step"` : ''}>${stageMark(one, 22)}<span>${stageInWords(one)}${one === stage && html`<b class="vh"> (reached)</b>`}</span><small>${noteOn(one, record, entries)}</small></li>`;
  })}</ol>`;
}

function isBefore(one: Stage, other: Stage): boolean {
  return stages.indexOf(one) < stages.indexOf(other);
}

function noteOn(one: Stage, record: CommitmentRecord, entries: readonly ChronicleEntry[]): Html | string {
  const { stage, stageSince, performance, cut } = record;
  if (one === stage) return stageSince ? html`since ${when(sinceWhen(stageSince))}` : 'nothing announced yet';
  const asOf = parseDay(cut.asOf) ?? 0;
  const until = entries.filter(({ day }) => day <= asOf);
  const reached = reachedWhen(until, one);
  if (isBefore(one, stage)) {
    if (reached !== undefined) return when(reached);
    if (one === 'fulfilled') return performedByTheEnd(record, until);
    if (stage === 'ended') return 'not on record';
    // The stage it went to instead: the next one that it is known to have reached.
    return `went straight to ${scale.find((other) => isBefore(one, other) && reachedWhen(until, other) !== undefined) ?? stage}`;
  }
  if (reached !== undefined) return html`reached ${when(reached)}, not so any longer`;
  if (reachedWhen(entries, one) !== undefined) return 'not by the day asked';
  if (one === 'fulfilled') return performance === 'none' ? 'nothing performed on record' : 'performed in part';
  return one === 'formalised'
    ? 'no instrument on record'
    : one === 'pledged'
      ? 'not pledged on record'
      : 'not proposed on record';
}

/** When a stage was first reached on record: by the first announcement that moved the commitment there. */
function reachedWhen(entries: readonly ChronicleEntry[], stage: Stage): string | undefined {
  return entries.find(({ stage: { before, after } }) => after === stage && before !== stage)?.event.data.happened;
}

/** For a commitment that ended without being fulfilled: what was performed before the end, and when first after it. */
function performedByTheEnd({ performance, stageSince }: CommitmentRecord, entries: readonly ChronicleEntry[]): Html | string {
  const end = parseDay(stageSince?.day ?? '') ?? Infinity;
  const place = entries.findIndex(({ row }) => row.id === stageSince?.announcement);
  const isAfter = ({ day }: ChronicleEntry, at: number): boolean => day > end || (day === end && at > place);
  const performed = entries.filter(({ event, retracted }) => typeSheet[event.type].terms === 'delivered' && !retracted);
  const after = performed.find((entry) => isAfter(entry, entries.indexOf(entry)));
  if (!after) return performance === 'none' ? 'not performed on record' : 'performed in part';
  const isFirst = performed[0] === after;
  const late = html`after the end, ${when(after.event.data.happened)}`;
  return isFirst
    ? html`performed ${performance === 'full' ? '' : 'in part '}${late}`
    : html`performed in part${performance === 'full' ? ', in full' : ', and more'} ${late}`;
}
