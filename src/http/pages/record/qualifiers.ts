import { html } from 'hono/html';
import type { Term } from '../../../../domain/terms.ts';
import type { Figure } from '../../../../projections/figures.ts';
import type { Html } from '../html.ts';

/** How sure words are, each with the picture that its figure gets. `tariff`: a tariff may be said so too. */
export const qualifiers: readonly { qualifier: string; words: string; picture: Html; tariff?: true }[] = [
  { qualifier: 'exact', words: '10', picture: html``, tariff: true },
  { qualifier: 'about', words: 'about 10', picture: html``, tariff: true },
  { qualifier: 'more-than', words: 'more than 10', picture: html`` },
  { qualifier: 'at-least', words: 'at least 10', picture: html`` },
  { qualifier: 'up-to', words: 'up to 10', picture: html``, tariff: true },
  { qualifier: 'less-than', words: 'less than 10', picture: html`` },
  { qualifier: 'between', words: '5 to 10', picture: html`` },
];

/** A figure as it will be drawn; nothing for words without one. */
export function figureBar(_term: Term, _status: Figure['status']): Html {
  return html``;
}
