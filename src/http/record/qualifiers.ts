import type { Term } from '../../../domain/terms.ts';
import type { Figure } from '../../../projections/figures.ts';
import { onAxis } from '../../wording/values.ts';
import { figureInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { axis, type Bar, rangeBars } from '../page/pictures/rangeBar.ts';
import { scaleFor } from '../page/pictures/scale.ts';

/** The qualifiers, each with an example in words and its picture. */

type Status = Figure['status'];
type Example = Omit<Bar, 'status'> & { readonly words: string; readonly tariff?: true };

const examples: readonly Example[] = [
  { qualifier: 'exact', words: '10', min: '10', max: '10', tariff: true },
  { qualifier: 'about', words: 'about 10', min: '10', max: '10', tariff: true },
  { qualifier: 'more-than', words: 'more than 10', min: '10' },
  { qualifier: 'at-least', words: 'at least 10', min: '10', tariff: true },
  { qualifier: 'up-to', words: 'up to 10', max: '10', tariff: true },
  { qualifier: 'less-than', words: 'less than 10', max: '10' },
  { qualifier: 'between', words: '5 to 10', min: '5', max: '10', tariff: true },
];
const scale = { ...scaleFor([{ min: '13' }], (value) => value), ticks: [{ at: 0, label: '0' }] };

/** The words and picture of each qualifier; `tariff`: only those that a tariff may have. */
export function qualifierExamples(
  status: Status,
): readonly { qualifier: string; words: string; picture: Html; tariff: boolean }[] {
  return examples.map(({ words, tariff = false, ...bar }) => ({
    qualifier: bar.qualifier,
    words,
    picture: rangeBars([{ ...bar, status }], scale, words),
    tariff,
  }));
}

/** A figure as it will be drawn, on its own scale; nothing for stages and for words without a figure. */
export function figureBar(term: Term, status: Status): Html {
  const bar = barOf(term, status);
  if (!bar) return html``;
  const own = scaleFor([bar], (value) => onAxis(value, term));
  return html`${rangeBars([bar], own, figureInWords(term) ?? '')}${axis(own)}`;
}

function barOf(term: Term, status: Status): Bar | undefined {
  switch (term.kind) {
    case 'money':
    case 'percent':
    case 'count':
      return { qualifier: term.qualifier, min: term.min, max: term.max, status };
    case 'tariff': {
      const { to, min, max, qualifier = 'exact' } = term;
      if (term.mfn === 'alone') return undefined;
      if (qualifier === 'between') return { qualifier, min, max, status };
      return { qualifier, ...(qualifier !== 'at-least' && { max: to }), ...(qualifier !== 'up-to' && { min: to }), status };
    }
    case 'stages':
    case 'condition':
    case 'text':
      return undefined;
    default:
      return term satisfies never;
  }
}
