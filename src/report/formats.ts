/** The forms of a report: the ending of its address and file, its media type, and whether it is something to save. */
export const formats = {
  json: { type: 'application/json', saved: false },
  csv: { type: 'text/csv', saved: true },
  md: { type: 'text/markdown', saved: false },
  html: { type: 'text/html', saved: false },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', saved: true },
  pdf: { type: 'application/pdf', saved: false },
} as const satisfies Record<string, Format>;

type Format = { readonly type: string; readonly saved: boolean };

export type FormName = keyof typeof formats;
export const formNames = Object.keys(formats) as FormName[];

/** The forms in which lists and views answer besides JSON and their page, by media type. */
export const formsByType: ReadonlyMap<string, Exclude<FormName, 'json' | 'html'>> = new Map(
  (['csv', 'md', 'xlsx', 'pdf'] as const).map((name) => [formats[name].type, name]),
);
