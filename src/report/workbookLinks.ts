import type { Blob } from 'node:buffer';
import type { Stream } from 'node:stream';
import type { Feature } from 'write-excel-file/node';
import { isWebAddress } from '../wording/values.ts';

/**
 * Links of a sheet, from a cell to a page of the web or to a cell of another sheet. They stand beside the cells, as elements of their
 * own, so that no cell holds a formula. The library has none, and lets others add to the files of a sheet.
 */
export class SheetLinks {
  readonly #runs: Run[] = [];
  /** The newest run of each column. */
  readonly #latest = new Map<number, Run>();

  /**
   * Adds a link: whether it begins a run of cells with the same target, and so is to be shown as a link. It is left out where the sheet
   * has as many as spreadsheets open. Rows and columns count from 0.
   */
  add(column: number, row: number, to: Target): boolean {
    const latest = this.#latest.get(column);
    if (latest?.to === to && latest.last === row - 1) {
      latest.last = row;
      return false;
    }
    if (this.#runs.length === maxLinks) return false;
    const run = { column, first: row, last: row, to };
    this.#runs.push(run);
    this.#latest.set(column, run);
    return true;
  }

  /** The element of the sheet; undefined without links. */
  get element(): string | undefined {
    if (this.#runs.length === 0) return undefined;
    const numbers = this.#numbers();
    const links = this.#runs.map(({ column, first, last, to }) => {
      const cells = first === last ? cellAt(column, first) : `${cellAt(column, first)}:${cellAt(column, last)}`;
      const target = isInside(to) ? `location="${attribute(to.slice(1))}"` : `r:id="rId-link-${numbers.get(to)}"`;
      return `<hyperlink ref="${cells}" ${target}/>`;
    });
    return `<hyperlinks>${links.join('')}</hyperlinks>`;
  }

  /** The addresses outside, for the relations of the sheet. */
  get relations(): string {
    return [...this.#numbers()]
      .map(
        ([to, number]) =>
          `<Relationship Id="rId-link-${number}" Type="${linkType}" Target="${attribute(to)}" TargetMode="External"/>`,
      )
      .join('');
  }

  #numbers(): Map<Target, number> {
    const outside = new Set(this.#runs.map(({ to }) => to).filter((to) => !isInside(to)));
    return new Map([...outside].map((to, index) => [to, index + 1]));
  }
}

/** `#'commitments'!A2`, or a web address. */
export type Target = string;
type Run = { readonly column: number; readonly first: number; last: number; readonly to: Target };

/** Spreadsheets open 65,530 links of a sheet, and addresses of 2,083 characters. */
const [maxLinks, maxAddress] = [60_000, 2_000];
const linkType = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink';

/** A cell of another sheet. The names of our sheets have no apostrophe. */
export function inSheet(name: string, row: number): Target {
  return `#'${name}'!${cellAt(0, row)}`;
}

/** A web address as a spreadsheet opens it; undefined where it opens none. */
export function onWeb(address: string): Target | undefined {
  if (!isWebAddress(address)) return undefined;
  const { href } = new URL(address);
  return href.length <= maxAddress ? href : undefined;
}

/** Has the library write the links of each sheet, in the order of the sheets. */
export function linking(sheets: readonly SheetLinks[]): Feature<Stream | Buffer | Blob> {
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': { insert: (_, { sheetIndex }) => sheets[sheetIndex]?.element },
        'xl/worksheets/_rels/sheet{id}.xml.rels': { insert: (_, { sheetIndex }) => sheets[sheetIndex]?.relations },
      },
    },
  };
}

function isInside(to: Target): boolean {
  return to.startsWith('#');
}

/** `AB12` */
function cellAt(column: number, row: number): string {
  const letter = String.fromCodePoint(65 + (column % 26));
  return `${column < 26 ? '' : String.fromCodePoint(64 + Math.floor(column / 26))}${letter}${row + 1}`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
