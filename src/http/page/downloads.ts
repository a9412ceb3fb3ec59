import { formats } from '../../report/formats.ts';
import { isCompilerThere } from '../../report/pdf.ts';
import { type Html, html } from './html.ts';
import { type Asked, link, type Query } from './links.ts';

/** The downloads of a page's rows, all at the same filters and cut. */

/** The downloads that a page offers: the tables that its report has as CSV. */
export type Downloads = {
  readonly tables: readonly string[];
  /** Another page's rows, where this one shows some of them: their address, and what they are. */
  readonly of?: { readonly path: string; readonly what: string };
  /** The cut, where it differs from that of the page's other links. */
  readonly asked?: Asked;
};

/** The downloads of a view's page. */
export const viewDownloads: Downloads = { tables: ['figures', 'commitments', 'performance', 'totals', 'entries', 'sources'] };

/** Parameters of which rows are shown and in which order: a download has all rows. */
const ofPageOnly = { limit: undefined, cursor: undefined, sort: undefined, after: undefined };

/** Those of a commitment's page. */
export const commitmentDownloads: Downloads = { tables: [...viewDownloads.tables, 'events'] };

/** The rows of every commitment, for a page that shows some of them. */
export const everyCommitment: Downloads = { ...viewDownloads, of: { path: '/commitments', what: 'every commitment' } };

export function downloadsOf(path: string, { tables, asked, of }: Downloads & { readonly asked: Asked }, keep: Query): Html {
  const to = (format: string, table?: string): string =>
    link(of?.path ?? path, asked, { ...keep, ...ofPageOnly, format, table });
  const whole = [
    { label: 'workbook', form: 'xlsx' },
    ...(isCompilerThere() ? [{ label: 'PDF', form: 'pdf' } as const] : []),
    { label: 'Markdown', form: 'md' },
    { label: 'one HTML file', form: 'html' },
  ] as const;
  return html`<nav class="downloads" aria-label="Download this"><p>Download ${of?.what ?? 'this'}: ${whole.map(
    ({ label, form }, index) => html`${index > 0 && ' · '}<a href="${to(form)}" type="${formats[form].type}">${label}</a>`,
  )} · CSV of ${[...tables, 'about', 'codebook'].map(
    (table, index) =>
      html`${index > 0 && ', '}<a href="${to('csv', index === 0 ? undefined : table)}" type="text/csv">${table}</a>`,
  )}</p></nav>`;
}
