import type { Context as Request } from 'hono';
import { whenInWords } from '../../../domain/dates.ts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CutAnswer } from '../../../projections/cut.ts';
import { cutInWords, grouped } from '../../wording/values.ts';
import type { Bytes } from '../sharedAnswers.ts';
import { tagBytes } from '../caching.ts';
import { oneLine } from '../../wording/direction.ts';
import { type Downloads, downloadsOf } from './downloads.ts';
import { atomType } from '../forms.ts';
import { asTyped, type Html, html, sent } from './html.ts';
import { type Asked, link, permanent, type Query } from './links.ts';
import { clocksPicture, type Recordings, type RecordSpan } from './pictures/clocks.ts';
import { textures } from './pictures/defs.ts';
import { stylePath } from './style.ts';

/** The frame of every page: the header, the two clocks and the heading; below, how to cite the page and its other forms. */

export type Alternate = { readonly label: string; readonly type: string; readonly href: string };

/** A view as navigation shows it. */
export type ShownView = { readonly name: string; readonly title: string; readonly topics?: readonly string[] | undefined };

/** The ledger read, and the cut. */
export type Frame = {
  /** The ledger's name: `/ledgers/korea-2025`. */
  readonly ledger: string;
  readonly asked: Asked;
  /** The cut that was settled; undefined on pages that answer nothing about commitments. */
  readonly cut?: CutAnswer | undefined;
  readonly span: RecordSpan;
  /** The views that hold something at the cut; undefined on pages that answer nothing about commitments. */
  readonly views?: readonly ShownView[] | undefined;
  /** Whether there are other views, which hold nothing at the cut. */
  readonly hasMoreViews?: boolean | undefined;
  /** The dots of the picture of the two clocks. */
  readonly recordings?: Recordings | undefined;
};

export type Page = {
  /** The document's title, also in its citation; the heading too, unless one is given. */
  readonly title: string;
  readonly heading?: Html | string | undefined;
  /** Above the heading: where this page belongs. */
  readonly eyebrow?: Html | undefined;
  readonly lede?: Html | string | undefined;
  /** The address without its parameters. */
  readonly path: string;
  /** The page's own parameters, which its forms and links to its other forms keep. */
  readonly keep?: Query | undefined;
  readonly frame: Frame;
  readonly body: Html;
  /** Other forms of the same answer; by default JSON at the same address. Empty: none. */
  readonly alternates?: readonly Alternate[] | undefined;
  /** The card that other sites show for a link to the page. */
  readonly card?: { readonly title: string; readonly description: string; readonly image?: string | undefined } | undefined;
  /** Its downloads, where it has tables. */
  readonly downloads?: Downloads | undefined;
  /** A form in place of the two dates, for a page with other parameters. */
  readonly form?: Html | undefined;
  /** False for the sign-in page, whose reader may not search yet. */
  readonly hasSearch?: boolean;
  /** The address that gives the same answer for ever, where it is not this one with `asOf` and `size`. */
  readonly permanent?: string | undefined;
};

/** A whole document. */
export function page({ title, heading, eyebrow, lede, path, keep = {}, frame, body, alternates, form, ...more }: Page): Html {
  const { ledger, asked, cut } = frame;
  const forms = alternates ?? [jsonForm(path, asked, keep)];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${oneLine(title)} · Commitments ledger</title><link rel="stylesheet" href="${stylePath}"><link rel="icon" href="/icon.svg" type="image/svg+xml">${forms.map(
    ({ type, href }) => html`<link rel="alternate" type="${type}" href="${href}">`,
  )}${more.card && cardTags(more.card)}</head>
<body>${textures}<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="wrap"><a class="brand" href="${link('/', asked)}">Commitments ledger <span>${lastSegment(ledger)}</span></a>${more.hasSearch !== false && search(frame, keep)}${navigation(path, frame)}</div></header>
${form ?? (cut && clocks({ ...frame, cut }, path, keep))}
<main id="main"><div class="wrap">${eyebrow && html`<p class="eyebrow">${eyebrow}</p>`}<h1${lengthOf(heading, title)}>${unbroken(heading ?? title)}</h1>
${lede && html`<p class="lede">${unbroken(lede)}</p>`}
${body}
${more.downloads && downloadsOf(path, { asked, ...more.downloads }, keep)}</div></main>
<footer><div class="wrap">${cut && citation(title, { ...frame, cut }, more.permanent ?? link(path, permanent(cut), keep))}${
    forms.length > 0 &&
    html`<p>Other forms of this page: ${separated(forms.map(({ label, type, href }) => html`<a href="${href}" type="${type}">${label}</a>`))}</p>`
  }<p><a href="/reference">Every address and how to record by machine</a> · <a href="${link('/two-clocks', asked)}">The two dates</a> · <a href="/glossary">What the words mean</a> · <a href="/proof">Proof that nothing was edited</a> · <a href="/sign-in">Sign in or out</a></p></div></footer></body></html>`;
}

/** The tags of the Open Graph protocol, by which other programs show a link. */
function cardTags({ title, description, image }: NonNullable<Page['card']>): Html {
  const drawn = image === undefined ? {} : { image, 'image:type': 'image/png', 'image:alt': `${title}. ${description}` };
  const tags = { type: 'article', site_name: 'Commitments ledger', title, description, ...drawn };
  return html`${Object.entries(tags).map(([name, content]) => html`<meta property="og:${name}" content="${oneLine(content)}">`)}`;
}

/** Sends a page. The same address also answers with JSON, so its cache key includes `Accept`. */
export async function send(c: Request, document: Html | Bytes, status: ContentfulStatusCode = 200): Promise<Response> {
  c.header('Vary', 'Accept');
  // The referrer shows that a form comes from this service. It is sent to no other site.
  c.header('Referrer-Policy', 'same-origin');
  const bytes = document instanceof Uint8Array ? document : await sent(document);
  // The look of a page depends on the program, so it is not settled with its cut.
  if (status === 200 && c.req.method !== 'POST' && !/^\/record(\/|$)/.test(c.req.path)) tagBytes(c, bytes);
  return c.body(bytes, status, { 'Content-Type': 'text/html; charset=UTF-8' });
}

/** The JSON of the same answer, at the same address; `format` stands for the `Accept` that a link cannot send. */
export function jsonForm(path: string, asked: Asked, keep: Query = {}): Alternate {
  return { label: 'JSON', type: 'application/json', href: link(path, asked, { ...keep, format: 'json' }) };
}

/** The feed of what is recorded about the subject of a page. */
export function atomForm(path: string, asked: Asked, label: string): Alternate {
  return { label, type: atomType, href: link(path, asked, { format: 'atom' }) };
}

/** Finds commitments by words, at the cut of the page. */
function search({ asked }: Frame, { q = '' }: Query): Html {
  return html`<form class="search" method="get" action="/commitments" role="search" aria-label="Search all commitments">${Object.entries(
    { ...asked, sort: 'relevance' },
  ).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${asTyped(value)}">`,
  )}<input type="search" name="q" value="${asTyped(String(q))}" aria-label="Words to search for" placeholder="Search" maxlength="200"><button>Search</button></form>`;
}

function navigation(path: string, { asked, cut, views = [], hasMoreViews = false }: Frame): Html {
  const entry = (to: string, words: string, address = link(to, asked)): Html =>
    html`<li><a href="${address}"${to === path ? html` aria-current="page"` : ''}>${words}</a></li>`;
  return html`<nav aria-label="Pages"><ul>${entry('/', 'Ledger')}${views.map(({ name, title }) => entry(`/views/${name}`, title))}${entry('/commitments', 'Commitments')}${entry('/parties', 'Parties')}${entry('/due', 'Due')}${entry('/documents', 'Documents')}${entry('/changes', 'Changes', latestChanges(asked, cut))}${entry('/two-clocks', 'Two clocks')}${entry('/record', 'Record', '/record')}${views.length > 0 && hasMoreViews && entry('/views', 'More')}</ul></nav>`;
}

const recently = 25;

/** A link to the changes by the newest few events of a cut; the whole record would be a long page. */
export function latestChanges({ knownAt, size }: Asked, cut: CutAnswer | undefined, events = recently): string {
  const from = cut && Math.max(0, cut.size - events);
  // One day for both sides, so that the page shows what the record learnt, not what time brought.
  return link('/changes', {}, { from, to: size ?? knownAt, asOf: cut?.asOf });
}

function clocks({ asked, cut, span, recordings }: Frame & { cut: CutAnswer }, path: string, keep: Query): Html {
  const known = asked.knownAt?.slice(0, 10);
  return html`<section class="clocks" aria-label="Which day, and as known when"><form class="wrap" method="get" action="${path}">
${Object.entries(keep).map(([name, value]) =>
  value === undefined || value === '' ? '' : html`<input type="hidden" name="${name}" value="${asTyped(String(value))}">`,
)}<label><span>As of</span><input type="date" name="asOf" value="${asked.asOf ?? ''}"><small>the day in the world</small></label>
<label><span>As known on</span><input type="date" name="knownAt" value="${known ?? ''}"><small>what the record said then</small></label><button>Show</button>
<figure>${clocksPicture(cut, span, recordings)}</figure>
<p>${cutInWords(cut, { isToday: isNewest(asked) })}.<span class="onward"> ${isNewest(asked) ? 'Without dates: all that is known today. ' : html`<a href="${link(path, {}, keep)}">The newest answer</a>. <a href="${link('/changes', {}, { from: cut.size })}">What changed since</a>. `}<a href="${link('/two-clocks', asked)}">Why two dates?</a></span></p></form></section>`;
}

/** Instead of the two dates, on a page that records: where its event will be in the record. */
export function recordedNow({ cut, span, recordings }: Frame & { cut: CutAnswer }): Html {
  const there = cut.size === 1 ? 'the one event that is' : `the ${String(cut.size)} events that are`;
  return html`<section class="clocks" aria-label="When it is recorded"><div class="wrap now"><figure>${clocksPicture(cut, span, recordings)}</figure><p>What you record is recorded now, after ${there} there, whatever day it happened on. No one can write into what was known before.</p></div></section>`;
}

function citation(title: string, { ledger, cut }: Frame & { cut: CutAnswer }, address: string): Html {
  return html`<p class="cite">Cite as: <i><bdi>${oneLine(title)}</bdi></i>, ledger <code>${ledger}</code>, as of ${whenInWords(cut.asOf)}, by ${firstEvents(cut.size)}. <a href="${address}">This address</a> gives the same answer for ever.</p>`;
}

/** `the first 88 events of its record`, by which an answer is cited. */
export function firstEvents(size: number): string {
  if (size === 0) return 'an empty record';
  return `the first ${size === 1 ? 'event' : `${grouped(String(size))} events`} of its record`;
}

function isNewest({ asOf, knownAt, size }: Asked): boolean {
  return asOf === undefined && knownAt === undefined && size === undefined;
}

/** `korea-2025` of `/ledgers/korea-2025`. */
function lastSegment(ledger: string): string {
  return ledger.split('/').findLast((part) => part !== '') ?? ledger;
}

/** Pieces with a middle dot between them. */
export function separated(pieces: readonly (Html | string)[]): Html {
  return html`${pieces.map((piece, index) => (index === 0 ? piece : html` · ${piece}`))}`;
}

/** The class of a longer heading, set in wider lines; one as long as a paragraph is also smaller. */
function lengthOf(heading: Html | string | undefined, title: string): Html | string {
  const length = (typeof heading === 'string' ? heading : title).length;
  return length > 200 ? html` class="long longest"` : length > 60 || typeof heading === 'object' ? html` class="long"` : '';
}

/** Keeps a number and its per cent sign on one line. */
function unbroken(text: Html | string): Html | string {
  return typeof text === 'string' ? text.replaceAll(/(\d) %/g, '$1\u00a0%') : text;
}
