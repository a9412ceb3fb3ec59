import { formats } from '../../report/formats.ts';
import { isCompilerThere } from '../../report/pdf.ts';
import { type Html, html } from './html.ts';
import { type Asked, link, type Query } from './links.ts';

/** The downloads of a page's rows, all at the same filters and cut. */

/** The downloads that a page offers: the tables that its report has as CSV. */
export type Downloads = {
  readonly tables: readonly string[];
  /** The cut, where it differs from that of the page's other links. */
  readonly asked?: Asked;
};

/** The downloads of a view's page, or of a commitment's. */
export const viewDownloads: Downloads = { tables: ['figures', 'commitments', 'performance', 'totals', 'entries', 'sources'] };

/** Parameters of which rows are shown and in which order: a download has all rows. */
const ofPageOnly = { limit: undefined, cursor: undefined, sort: undefined, after: undefined };

export function downloadsOf(path: string, { tables, asked }: Downloads & { readonly asked: Asked }, keep: Query): Html {
  const to = (format: string, table?: string): string => link(path, asked, { ...keep, ...ofPageOnly, format, table });
  const whole = [
    { label: 'workbook', form: 'xlsx' },
    ...(isCompilerThere() ? [{ label: 'PDF', form: 'pdf' } as const] : []),
    { label: 'Markdown', form: 'md' },
    { label: 'one HTML file', form: 'html' },
  ] as const;
  return html`<nav class="downloads" aria-label="Download this"><p>Download this: ${whole.map(
    ({ label, form }, index) => html`${index > 0 && ' · '}<a href="${to(form)}" type="${formats[form].type}">${label}</a>`,
  )} · CSV of ${[...tables, 'about', 'codebook'].map(
    (table, index) =>
      html`${index > 0 && ', '}<a href="${to('csv', index === 0 ? undefined : table)}" type="text/csv">${table}</a>`,
  )}</p></nav>`;
}
