import { parse, type DefaultTreeAdapterMap } from 'parse5';

/** What tests read of a page: its elements, in order, and every error that a strict parser finds. */

export type Element = DefaultTreeAdapterMap['element'];
type Node = DefaultTreeAdapterMap['node'];

export type Parsed = { readonly elements: readonly Element[]; readonly errors: readonly string[] };

export function parsed(text: string): Parsed {
  const errors: string[] = [];
  const document = parse(text, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startOffset }) => errors.push(`${code}: ${text.slice(startOffset - 40, startOffset + 40)}`),
  });
  return { elements: [...elementsOf(document)], errors };
}

/** An element and all elements within it, in the order of the document. */
export function* elementsOf(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child);
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** A text as it is read: on one line, without the signs that isolate what runs in a direction of its own. */
export function readTextOf(node: Node): string {
  return textOf(node)
    .replaceAll(/[\u2066-\u2069]/g, '')
    .replaceAll(/\s+/g, ' ');
}

/** The main part of a page as it is read. */
export function mainTextOf({ elements }: Parsed): string {
  const main = elements.find(({ tagName }) => tagName === 'main');
  if (!main) throw new Error('expected a page with a main part');
  return readTextOf(main);
}

/** What a page gets wrong that every page must get right. */
export function faultsOf({ elements, errors }: Parsed): string[] {
  const faults = errors.map((error) => `does not parse: ${error}`);
  const tags = (...names: string[]): Element[] => elements.filter(({ tagName }) => names.includes(tagName));

  const levels = tags('h1', 'h2', 'h3', 'h4', 'h5', 'h6').map(({ tagName }) => Number(tagName.slice(1)));
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`headings: ${levels.join(' ')}`);
  if (levels[0] !== 1) faults.push('the first heading is not of level 1');
  for (const [index, level] of levels.entries()) {
    if (level > (levels[index - 1] ?? 0) + 1) faults.push(`a heading of level ${level} after ${levels[index - 1]}`);
  }
  for (const heading of tags('h1', 'h2', 'h3')) if (!textOf(heading).trim()) faults.push('an empty heading');

  const ids = elements.flatMap((element) => attribute(element, 'id') ?? []);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) faults.push(`the id ${id} twice`);

  for (const field of tags('input', 'select', 'textarea')) {
    const type = attribute(field, 'type');
    if (type === 'hidden' || isLabelled(field, elements)) continue;
    faults.push(`a field without a label: ${attribute(field, 'name')}`);
  }
  for (const form of tags('form')) if (!attribute(form, 'action')?.startsWith('/')) faults.push('a form that leads elsewhere');
  for (const element of elements) {
    const inline = element.attrs.find(({ name }) => name === 'style' || name.startsWith('on'));
    if (inline) faults.push(`${element.tagName} carries ${inline.name}`);
    const address = attribute(element, 'href') ?? attribute(element, 'src');
    if (address !== undefined && !/^(https?:\/\/|\/|#)/.test(address))
      faults.push(`an address that is none of the web: ${address}`);
  }
  for (const element of tags('script', 'style', 'iframe', 'object')) faults.push(`a ${element.tagName}`);
  for (const link of tags('a')) if (!textOf(link).trim()) faults.push(`a link without words to ${attribute(link, 'href')}`);
  for (const picture of tags('svg')) {
    const told = attribute(picture, 'aria-hidden') === 'true' || attribute(picture, 'aria-label') !== undefined;
    if (!told && !isInside(picture, 'svg')) faults.push('a picture without words');
  }
  for (const name of ['main', 'header', 'footer', 'nav']) if (tags(name).length === 0) faults.push(`no ${name}`);
  if (attribute(tags('html')[0] as Element, 'lang') !== 'en') faults.push('no language');
  const fragments = tags('a').flatMap((link) => /^#(.+)$/.exec(attribute(link, 'href') ?? '')?.[1] ?? []);
  for (const fragment of fragments) if (!ids.includes(fragment)) faults.push(`a link to #${fragment}, which is not there`);
  return faults;
}

function isLabelled(field: Element, elements: readonly Element[]): boolean {
  if (attribute(field, 'aria-label')) return true;
  const id = attribute(field, 'id');
  if (id !== undefined && elements.some((one) => one.tagName === 'label' && attribute(one, 'for') === id)) return true;
  return isInside(field, 'label', (label) => textOf(label).trim() !== '');
}

function isInside(element: Element, tagName: string, fits: (outer: Element) => boolean = () => true): boolean {
  for (let up: Node | null = element.parentNode; up; up = 'parentNode' in up ? up.parentNode : null) {
    if ('tagName' in up && up.tagName === tagName) return fits(up);
  }
  return false;
}
