/** Sizes in px used by the pictures and by the style sheets. In a sheet, `stepsLeft` is `--steps-left`. */
export const sizes = {
  /** The letters in a picture. */
  pictureText: 12.5,
  /** How far a picture may draw beyond its frame on either side: half a line. */
  pictureBleed: 2,
  /** Left of a picture of steps, where the rates stand. */
  stepsLeft: 48,
  /** Beside the large picture of the two clocks: left of it stand the days of the record. */
  clocksLeft: 64,
  clocksRight: 12,
} as const;

/** The sizes as custom properties of the document. */
export function sizeTokens(): string {
  const tokens = Object.entries(sizes).map(([name, size]) => {
    return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${size}px;`;
  });
  return `html { ${tokens.join(' ')} }`;
}
