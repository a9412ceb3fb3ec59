import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';
import { type Given, given } from '../../helpers/given.ts';
import { api } from '../../helpers/api.ts';

export type Element = DefaultTreeAdapterTypes.Element;

export type Fields = Record<string, string>;

export const ownSite = { 'Sec-Fetch-Site': 'same-origin' };

/** A page as a reader of it: what its form would send, what stands where. */
export function read(text: string) {
  const within = (node: DefaultTreeAdapterTypes.Node): Element[] => [
    ...('tagName' in node ? [node] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(within) : []),
  ];
  const elements = within(parse(text));
  const attribute = (element: Element, name: string): string | undefined =>
    element.attrs.find((one) => one.name === name)?.value;
  const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
  const byId = (id: string): Element | undefined => elements.find((element) => attribute(element, 'id') === id);
  // The form of the page itself, not the search that every page has above it.
  const main = elements.find(({ tagName }) => tagName === 'main');
  const inputs = (main ? within(main) : elements).filter(
    (element) => ['input', 'textarea', 'select'].includes(element.tagName) && attribute(element, 'name') !== undefined,
  );
  const fields = inputs.flatMap((element): [string, string][] => {
    const name = attribute(element, 'name') ?? '';
    if (element.tagName === 'textarea') return [[name, textOf(element)]];
    if (element.tagName === 'select') {
      const options = element.childNodes.filter((node): node is Element => 'tagName' in node);
      const chosen = options.find((option) => attribute(option, 'selected') !== undefined) ?? options[0];
      return [[name, chosen ? (attribute(chosen, 'value') ?? '') : '']];
    }
    const type = attribute(element, 'type');
    if ((type === 'radio' || type === 'checkbox') && attribute(element, 'checked') === undefined) return [];
    return [[name, attribute(element, 'value') ?? '']];
  });
  const words = (id: string): string => {
    const element = byId(id);
    return element ? textOf(element).replaceAll(/\s+/g, ' ').trim() : '';
  };
  return {
    elements,
    fields: Object.fromEntries(fields),
    names: new Set(inputs.map((element) => attribute(element, 'name') ?? '')),
    words,
    attribute: (id: string, name: string) => {
      const element = byId(id);
      return element && attribute(element, name);
    },
    hrefs: elements.flatMap((element) => attribute(element, 'href') ?? []),
    has: (id: string) => byId(id) !== undefined,
    textOf,
  };
}

export async function browser(base: Given | Promise<Given> = given()) {
  const service = api(await base);
  const open = async (path: string) => {
    const { status, text } = await service.get(path, { headers: { Accept: 'text/html' } });
    return { status, text, ...read(text) };
  };
  const send = async (fields: Fields, headers: Record<string, string> = ownSite) => {
    const response = await service.app.request('/record', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
    const text = await response.text();
    return { status: response.status, location: response.headers.get('Location'), text, ...read(text) };
  };
  /** What a person sends: whoever records has checked before, and is shown the check where it refuses something. */
  const post = async (fields: Fields, headers: Record<string, string> = ownSite) => {
    if (fields['do'] !== 'record' || fields['checked'] !== undefined) return send(fields, headers);
    const { checked = '' } = (await send({ ...fields, do: 'preview' }, headers)).fields;
    return send({ ...fields, checked }, headers);
  };
  return { ...service, open, send, post };
}

export const vessels: Fields = {
  happened: '2025-09-10',
  'saidBy.0.actor': 'KR',
  'terms.0.text': 'five patrol vessels',
  'terms.0.kind': 'count',
  'terms.0.key': 'vessels',
  'terms.0.qualifier': 'exact',
  'terms.0.min': '5',
  'terms.0.unit': 'patrol vessels',
  'sources.0.publisher': 'The Test Gazette',
  'sources.0.url': 'https://gazette.example/1',
};
