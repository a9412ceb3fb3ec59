import { html } from 'hono/html';
import { type Stage, stages } from '../../../../domain/commitment.ts';
import type { WarningKind } from '../../../../domain/warnings.ts';
import type { Difference } from '../../../../projections/differences.ts';
import { fieldInWords, valueInWords, warningInWords } from '../../../words.ts';
import type { Html } from '../html.ts';
import { capitalised, isolated, stageWithMark } from '../parts.ts';

/** What would change, field by field; `then` and `now` say of which time each value is. */
export function differenceList(differences: readonly Difference[], then = 'now', now = 'after it'): Html {
  return html`<dl class="diff">${differences.map(
    ({ field, before, after }) =>
      html`<div><dt>${isolated(fieldInWords(field))}</dt><dd><span class="meta">${then}</span> ${changedValue(field, before)}</dd><dd><span class="meta">${now}</span> ${changedValue(field, after)}</dd></div>`,
  )}</dl>`;
}

export function changedValue(field: string, value: unknown): Html {
  if (value === undefined) return html`<span class="none">nothing</span>`;
  const [kind, of] = field.split('/');
  if (kind === 'stage' && stages.some((stage) => stage === value)) return stageWithMark(value as Stage);
  if (kind === 'warnings' && isRecord(value)) {
    return isolated(capitalised(warningInWords({ warning: of as WarningKind, since: value['since'] as string })));
  }
  return isolated(asText(value));
}

/** As everywhere; sources by their publisher, and what has parts that have no words of their own part by part. */
function asText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(asText).join('; ');
  if (isRecord(value) && 'publisher' in value) return valueInWords(value['publisher']);
  const text = valueInWords(value);
  if (!isRecord(value) || text !== JSON.stringify(value)) return text;
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${asText(part)}`)
    .join(', ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
