import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedString, slugPattern } from '../../../domain/codes.ts';
import { documentAnswer, type DocumentAnswer, documents, type Documents } from '../../../projections/asked.ts';
import { commitmentSort, documentSort, saidSort, sortedBy } from '../../../projections/sorting.ts';
import { documentAt, documentsAt, foundBy } from '../../read/across.ts';
import { type Names, partiesInWords } from '../../wording/called.ts';
import { bindingInWords } from '../../wording/values.ts';
import { documentsContent, documentContent } from '../../report/acrossReports.ts';
import { answerReport } from '../../report/answerReports.ts';
import { answerAt } from '../address.ts';
import { json } from '../bodies.ts';
import { feedAcross } from '../changes/atom.ts';
import { atomContent, sendAtom } from '../changes/sendAtom.ts';
import { isSettled, tagCuts } from '../caching.ts';
import type { Context } from '../context.ts';
import { cutOf, cutQuery } from '../cuts.ts';
import { sendJson } from '../json.ts';
import { type Framed, frameAt } from '../page/frame.ts';
import { type Html, html } from '../page/html.ts';
import { endOfRecord, isolated, named, when } from '../page/parts.ts';
import { atomForm, jsonForm, page, send } from '../page/shell.ts';
import { type Head, type SortAsked, sortHead, sortingOf, sortParameter } from '../page/sortHead.ts';
import { announcements, commitments } from '../parties/partyPages.ts';
import { problemResponses, refusal } from '../problems.ts';
import { reportContents, sendReport } from '../reports/sending.ts';

const list = createRoute({
  method: 'get',
  path: '/documents',
  summary:
    'The documents that instruments share; with Accept: application/atom+xml a feed of what is recorded of their commitments',
  request: { query: cutQuery },
  responses: {
    200: { description: 'In order of opening', content: { ...json(documents), ...atomContent, ...reportContents } },
    ...problemResponses(400),
  },
});

const slug = checkedString('the slug of a document, such as joint-fact-sheet', (text) => slugPattern.test(text));
const one = createRoute({
  method: 'get',
  path: '/documents/{document}',
  summary:
    'One document: its instruments, and all that was announced by them; with Accept: application/atom+xml a feed of what is recorded of its commitments',
  request: { params: z.object({ document: slug }), query: cutQuery },
  responses: {
    200: { description: 'The document at the cut', content: { ...json(documentAnswer), ...atomContent, ...reportContents } },
    ...problemResponses(400, 404),
  },
});

/** Adds the addresses of documents: the list, and each document. */
export function addDocumentPages(app: OpenAPIHono, context: Context): void {
  const { reader, version = '' } = context;
  answerAt(app, list, {
    pageQuery: cutQuery.extend({ sort: sortParameter(documentSort) }),
    ask: async ({ query }) => {
      const cut = await cutOf(reader, query);
      return { query, cut, answer: await documentsAt(reader, cut) };
    },
    json: async (c, { query, cut, answer }) => {
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) });
      return sendJson(c, answer);
    },
    atom: async (c, { cut, answer }) =>
      sendAtom(c, context, { cuts: [cut] }, async (address) => {
        const document = answer.documents.map((each) => each.document);
        const ids = document.length === 0 ? [] : await foundBy(reader, { document }, cut);
        return feedAcross(reader, { ids, of: 'documents', title: 'Documents', size: cut.size, address });
      }),
    report: async (c, { cut, answer }, wanted) =>
      sendReport(
        c,
        { reader, version },
        wanted,
        answerReport(reader, { name: 'documents', path: '/documents', cut }, documentsContent(answer)),
      ),
    page: async (c, { query, cut, answer }) => send(c, documentsPage(answer, query, await frameAt(reader, cut, query))),
  });
  answerAt(app, one, {
    pageQuery: cutQuery.extend({ sort: sortParameter(saidSort, commitmentSort) }),
    ask: async ({ params, query }) => {
      const cut = await cutOf(reader, query);
      const answer = await documentAt(reader, params.document, cut);
      if (!answer)
        throw refusal(
          'not-known-at-cut',
          `expected a document that an instrument shares at size ${cut.size}, found ${params.document}`,
        );
      return { query, cut, answer };
    },
    json: async (c, { query, cut, answer }) => {
      tagCuts(c, reader, version, [cut], { isSettled: isSettled(query) });
      return sendJson(c, answer);
    },
    atom: async (c, { cut, answer: { document, instruments, commitments: all } }) =>
      sendAtom(c, context, { cuts: [cut] }, async (address) => {
        const ids = all.map(({ id }) => id);
        const title = instruments[0]?.title ?? document;
        return feedAcross(reader, { ids, of: `documents/${document}`, title, size: cut.size, address });
      }),
    report: async (c, { cut, answer }, wanted) => {
      const { document } = answer;
      const asked = { name: document, path: `/documents/${document}`, cut };
      return sendReport(c, { reader, version }, wanted, answerReport(reader, asked, documentContent(answer)));
    },
    page: async (c, { query, cut, answer }) => send(c, documentPage(answer, query, await frameAt(reader, cut, query))),
  });
}

const heads: readonly Head[] = [
  { words: 'Document', by: 'title' },
  { words: 'Date', by: 'date' },
  { words: 'Binding', by: 'binding' },
  { words: 'Commitments', by: 'commitments' },
];

function documentsPage({ documents: all }: Documents, asked: SortAsked, { frame, to }: Framed): Html {
  const body = html`<table class="stk compact">${sortHead(heads, sortingOf('/documents', asked, to))}<tbody>${sortedBy(
    all,
    documentSort,
    asked.sort,
  ).map(
    ({
      document,
      title,
      date,
      binding,
      commitments: count,
    }) => html`<tr><th scope="row"><a href="${to(`/documents/${document}`)}">${named(title)}</a></th><td>${when(date)}</td><td data-label="Binding">${binding}</td><td data-label="Commitments">${String(count)}</td></tr>
`,
  )}</tbody></table>`;
  const lede =
    all.length === 0 ? 'No instrument that is recorded by these dates names a document that it shares with others.' : '';
  const downloads = { tables: ['documents'] };
  return page({
    title: 'Documents',
    lede,
    path: '/documents',
    frame,
    body: all.length === 0 ? html`` : html`${endOfRecord(frame.cut)}${body}`,
    downloads,
    alternates: [jsonForm('/documents', frame.asked), atomForm('/documents', frame.asked, 'Atom feed of all documents')],
  });
}

function documentPage(
  { document, instruments, announcements: said, commitments: all }: DocumentAnswer,
  asked: SortAsked,
  { frame, to }: Framed,
): Html {
  const [first] = instruments;
  const title = first?.title ?? document;
  const path = `/documents/${document}`;
  const sorting = sortingOf(path, asked, to);
  const names = Object.assign({}, ...all.map((one) => one.names)) as NonNullable<Names>;
  const body = html`${endOfRecord(frame.cut)}<ul class="plain">${instruments.map(
    (each) =>
      html`<li>${instruments.length > 1 && html`${named(each.title)} `}<span class="meta">${each.kind}, ${when(each.date)}, ${bindingInWords(each.binding)}${each.parties.length > 0 && html`, ${isolated(partiesInWords(each.parties, names))}`}</span></li>`,
  )}</ul>
${announcements('announced', 'All that was announced by it', said, { to, sorting })}
${commitments('commitments', 'Where these commitments stand', all, { to, sorting, all: to('/commitments', { document }) })}`;
  return page({
    title,
    heading: named(title),
    path,
    frame,
    body,
    alternates: [jsonForm(path, frame.asked), atomForm(path, frame.asked, 'Atom feed of this document')],
    downloads: { tables: ['announcements', 'commitments', 'instruments'] },
    eyebrow: html`<a href="${to('/documents')}">Documents</a>`,
  });
}
