import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { textWidth } from '../../src/http/page/pictures/text.ts';

/** Where the shapes and words of a picture stand when it is drawn at a width, px. Only what our own pictures use is understood. */

export type Box = {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

type Element = DefaultTreeAdapterTypes.Element;

export function boxesOf(svg: string, width: number): { shapes: Box[]; words: Box[]; height: number } {
  const root = elementsOf(parseFragment(svg))[0];
  if (!root || root.tagName !== 'svg') throw new Error('expected one picture');
  const shapes: Box[] = [];
  const words: Box[] = [];
  const visit = (element: Element, origin: { x: number; y: number }): void => {
    const number = (name: string): number => length(attribute(element, name) ?? '0', width);
    const add = (list: Box[], left: number, top: number, right: number, bottom: number): void => {
      const what = `${element.tagName} ${attribute(element, 'class') ?? ''} ${textOf(element)}`.trim();
      const [x, y] = [origin.x, origin.y];
      list.push({ what, left: x + left, top: y + top, right: x + right, bottom: y + bottom });
    };
    switch (element.tagName) {
      case 'svg':
        for (const child of elementsOf(element)) visit(child, { x: origin.x + number('x'), y: origin.y + number('y') });
        return;
      case 'rect':
        add(shapes, number('x'), number('y'), number('x') + number('width'), number('y') + number('height'));
        return;
      case 'line': {
        const [x, y] = [[number('x1'), number('x2')] as const, [number('y1'), number('y2')] as const];
        add(shapes, Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y));
        return;
      }
      case 'circle': {
        const [x, y, r] = [number('cx'), number('cy'), number('r')];
        add(shapes, x - r, y - r, x + r, y + r);
        return;
      }
      case 'path': {
        const reach = pathBox(attribute(element, 'd') ?? '');
        add(shapes, ...reach);
        return;
      }
      case 'text': {
        const size = textWidth(textOf(element));
        const anchor = attribute(element, 'text-anchor') ?? 'start';
        const left = number('x') - (anchor === 'end' ? size : anchor === 'middle' ? size / 2 : 0);
        add(words, left, number('y') - 10, left + size, number('y') + 3);
        return;
      }
      default:
        throw new Error(`expected an element that pictures use, found ${element.tagName}`);
    }
  };
  for (const child of elementsOf(root)) visit(child, { x: 0, y: 0 });
  return { shapes, words, height: Number(attribute(root, 'height')) };
}

/** Pairs of words that lie over each other. */
export function overlapping(words: readonly Box[]): string[] {
  return words.flatMap((one, index) =>
    words.slice(index + 1).flatMap((other) => {
      const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      return apart ? [] : [`${one.what} / ${other.what}`];
    }),
  );
}

/** What reaches further than a frame; `margin` is what the picture may use around its own coordinates. */
export function leaving(
  { shapes, words, height }: ReturnType<typeof boxesOf>,
  width: number,
  margin: { left: number; right: number },
): string[] {
  return [...shapes, ...words]
    .filter(
      ({ left, right, top, bottom }) =>
        !(left >= -margin.left && right <= width + margin.right && top >= 0 && bottom <= height),
    )
    .map(({ what, left, right, top, bottom }) => `${what} ${left} ${right} ${top} ${bottom}`);
}

/** How far a path reaches: all of its points, each arc and curve by its ends and control points. */
function pathBox(d: string): [number, number, number, number] {
  const [xs, ys]: [number[], number[]] = [[], []];
  let [x, y] = [0, 0];
  const pairs: Record<string, number> = { m: 1, l: 1, q: 2, t: 1, h: 0, v: 0 };
  for (const [, letter = '', rest = ''] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const numbers = (rest.match(/-?(\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    const relative = letter === letter.toLowerCase();
    const kind = letter.toLowerCase();
    if (kind === 'z') continue;
    const size = pairs[kind];
    if (size === undefined) throw new Error(`expected a path of our own, found ${letter}`);
    if (kind === 'h') for (const one of numbers) x = relative ? x + one : one;
    else if (kind === 'v') for (const one of numbers) y = relative ? y + one : one;
    else
      for (let index = 0; index < numbers.length; index += 2 * size) {
        const points = Array.from({ length: size }, (_, at) => [
          numbers[index + 2 * at] ?? 0,
          numbers[index + 2 * at + 1] ?? 0,
        ]);
        const absolute = points.map(([a = 0, b = 0]) => (relative ? [x + a, y + b] : [a, b]));
        for (const [a = 0, b = 0] of absolute) {
          xs.push(a);
          ys.push(b);
        }
        [x, y] = [absolute.at(-1)?.[0] ?? x, absolute.at(-1)?.[1] ?? y];
      }
    xs.push(x);
    ys.push(y);
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function length(text: string, width: number): number {
  const value = text.endsWith('%') ? (Number(text.slice(0, -1)) / 100) * width : Number(text);
  if (!Number.isFinite(value)) throw new Error(`expected a number, found "${text}"`);
  return value;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

function elementsOf(node: DefaultTreeAdapterTypes.ParentNode): Element[] {
  return node.childNodes.filter((one): one is Element => 'tagName' in one);
}

function textOf(node: DefaultTreeAdapterTypes.ParentNode): string {
  return node.childNodes.map((one) => ('value' in one ? one.value : 'childNodes' in one ? textOf(one) : '')).join('');
}
