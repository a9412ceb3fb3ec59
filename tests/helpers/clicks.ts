import type { createApp } from '../../src/http/app.ts';
import { attribute, elementsOf, parsed } from './html.ts';

type App = ReturnType<typeof createApp>;

/** Where a page leads by one click: its links, and its forms with what may be typed or chosen there. */
type Leads = {
  readonly links: ReadonlySet<string>;
  readonly forms: readonly { action: string; fields: ReadonlySet<string> }[];
};

/** Those of some addresses to which neither the first page nor a page that it links to leads, by a link or by a form. */
export async function lostIn(app: App, addresses: readonly string[]): Promise<string[]> {
  const home = await leadsOf(app, '/');
  const pages = [...home.links].filter((link) => /^\/(?!record|reference|style)/.test(link));
  const next = await Promise.all(pages.map((page) => leadsOf(app, page)));
  return addresses.filter((address) => ![home, ...next].some((page) => reaches(page, address)));
}

async function leadsOf(app: App, path: string): Promise<Leads> {
  const { elements } = parsed(await (await app.request(path, { headers: { Accept: 'text/html' } })).text());
  const named = (form: (typeof elements)[number]): string[] =>
    [...elementsOf(form)].flatMap((one) => attribute(one, 'name') ?? []);
  return {
    links: new Set(elements.flatMap((one) => (one.tagName === 'a' ? (attribute(one, 'href') ?? []) : [])).map(plainAddress)),
    forms: elements
      .filter((one) => one.tagName === 'form' && attribute(one, 'method') === 'get')
      .map((one) => ({ action: attribute(one, 'action') ?? '', fields: new Set(named(one)) })),
  };
}

/** Without its fragment, with its parameters written in one way. */
function plainAddress(address: string): string {
  const { pathname, searchParams } = new URL(address, 'http://ledger');
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams.toString()}`;
}

function reaches({ links, forms }: Leads, address: string): boolean {
  const { pathname, searchParams } = new URL(address, 'http://ledger');
  const isAsked = forms.some(
    ({ action, fields }) => action === pathname && [...searchParams.keys()].every((name) => fields.has(name)),
  );
  return links.has(plainAddress(address)) || isAsked;
}
