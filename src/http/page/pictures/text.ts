import { sizes } from './sizes.ts';

/**
 * The width of text in a picture, in px, without a browser. It is never less than the usual sans-serif fonts need, so that
 * labels placed by it do not touch. Characters of wide scripts count as full squares.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += widthOf(sign);
  return Math.ceil(width * sizes.pictureText);
}

function widthOf(sign: string): number {
  const code = sign.codePointAt(0) ?? 0;
  if (code >= 0x2e80) return 1.05;
  if (/[ .,:;'|il!]/.test(sign)) return 0.36;
  if (/[MW%₩]/.test(sign)) return 1;
  if (/[A-Z$€£¥&@m…–—]/.test(sign)) return 0.78;
  return 0.64;
}

/** The span of text centred under a place in per cent, moved inside where it would leave a frame of this width. Px. */
export function centred(at: number, text: string, width: number): Span {
  const [middle, size] = [(at / 100) * width, textWidth(text)];
  if (middle - size / 2 < 0) return { anchor: 'start', from: middle, to: middle + size };
  if (middle + size / 2 > width) return { anchor: 'end', from: middle - size, to: middle };
  return { anchor: 'middle', from: middle - size / 2, to: middle + size / 2 };
}

/** Whether texts side by side stay inside the frame and do not touch. */
export function areApart(spans: readonly Span[], width: number, gap = 8): boolean {
  return spans.every(({ from, to }, index) => from >= 0 && to <= width && to + gap <= (spans[index + 1]?.from ?? Infinity));
}

export type Span = { readonly anchor: 'start' | 'middle' | 'end'; readonly from: number; readonly to: number };
