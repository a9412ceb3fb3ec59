import { capitalised } from '../../wording/values.ts';
import { type Stage, stages } from '../../../domain/types.ts';
import type { WarningKind } from '../../../domain/warnings.ts';
import type { Difference } from '../../../projections/differences.ts';
import { fieldInWords, isTerm, termInWords, valueInWords, type Wording } from '../../wording/changes.ts';
import { warningInWords } from '../../wording/warnings.ts';
import { figureInWords, type Names } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { isolated, stageWithMark, words } from '../page/parts.ts';

/** What would change, field by field; `then` and `now` say of which time each value is. */
export function differenceList(all: readonly Difference[], then = 'now', now = 'after it', names?: Names): Html {
  // Of a term that says the same, what changes is who said it, when, or where it stands.
  const [same, other] = [all.filter(saysTheSame), all.filter((one) => !saysTheSame(one))];
  return html`<dl class="diff">${other.map(
    ({ field, before, after, of }) =>
      html`<div><dt>${isolated(fieldInWords(field, names))}</dt><dd><span class="meta">${then}</span> ${changedValue(field, before, { names, of })}</dd><dd><span class="meta">${now}</span> ${changedValue(field, after, { names, of })}</dd></div>`,
  )}</dl>${same.length > 0 && html`<p class="meta">Only the date, the speaker or the sources differ: ${isolated(same.map(({ field }) => fieldInWords(field)).join(', '))}.</p>`}`;
}

function saysTheSame({ before, after }: Difference): boolean {
  return isTerm(before) && isTerm(after) && termInWords(before) === termInWords(after);
}

export function changedValue(field: string, value: unknown, more: Wording = {}): Html {
  if (value === undefined) return html`<span class="none">nothing</span>`;
  const [kind, of] = field.split('/');
  if (kind === 'stage' && stages.some((stage) => stage === value)) return stageWithMark(value as Stage);
  if (kind === 'warnings' && isRecord(value)) {
    return isolated(capitalised(warningInWords({ warning: of as WarningKind, since: value['since'] as string })));
  }
  if (!isTerm(value)) return isolated(asText(value, more));
  const figure = figureInWords(value);
  return html`${figure !== undefined && html`${isolated(figure)} `}${words(value.text)}`;
}

/** As everywhere; sources by their publisher, and what has parts that have no words of their own part by part. */
function asText(value: unknown, more: Wording): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map((one) => asText(one, more)).join('; ');
  if (isRecord(value) && 'publisher' in value) return valueInWords(value['publisher']);
  const text = valueInWords(value, more);
  if (!isRecord(value) || text !== JSON.stringify(value)) return text;
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${asText(part, more)}`)
    .join(', ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
