/** The cells of a CSV file, read as RFC 4180 says; throws where it is none. */
export function parsedCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [found, value = '', end] = cell.exec(text) ?? [];
    if (found === undefined) throw new Error(`expected a cell at ${cell.lastIndex}`);
    rows.at(-1)?.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n' && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}
