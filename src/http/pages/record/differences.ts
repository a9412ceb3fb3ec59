import { type Stage, stages } from '../../../../domain/commitment.ts';
import { parseWhen, whenInWords } from '../../../../domain/dates.ts';
import type { WarningKind } from '../../../../domain/warnings.ts';
import type { Speaker } from '../../../../domain/announcement.ts';
import type { Term } from '../../../../domain/terms.ts';
import { figureInWords, speakersInWords, warningInWords } from '../../../words.ts';
import type { Html } from '../html.ts';
import { capitalised, isolated, stageWithMark } from '../parts.ts';

/** A value of a field of a commitment, or of an announcement, in words for people. */
export function valueInWords(field: string, value: unknown): Html {
  const [kind = '', of = ''] = field.split('/');
  if (kind === 'stage' && stages.some((stage) => stage === value)) return stageWithMark(value as Stage);
  if (kind === 'warnings' && isRecord(value)) {
    return isolated(capitalised(warningInWords({ warning: of as WarningKind, since: value['since'] as string })));
  }
  return isolated(asText(value));
}

function asText(value: unknown): string {
  if (typeof value === 'string') return parseWhen(value) ? whenInWords(value) : value;
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(asText).join('; ');
  if (!isRecord(value)) return String(value);
  if ('kind' in value && 'key' in value && 'text' in value) return termInWords(value as unknown as Term);
  if ('actor' in value) return speakersInWords([value as unknown as Speaker]);
  if ('party' in value && 'text' in value) return `${String(value['party'])}: ${String(value['text'])}`;
  if ('readings' in value) return `${String(value['ground'])}, ${asText(value['readings'])}`;
  if ('publisher' in value) return String(value['publisher']);
  if ('since' in value) return value['since'] === null ? 'in force' : `in force since ${whenInWords(value['since'] as string)}`;
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${asText(inner)}`)
    .join(', ');
}

function termInWords(term: Term): string {
  const figure = figureInWords(term);
  return figure === undefined ? term.text : `${figure} (${term.text})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
