/** The forms of a report: the ending of its address and file, its media type, and whether it is something to save. */
export const formats = {
  json: { type: 'application/json', saved: false },
  csv: { type: 'text/csv', saved: true },
  md: { type: 'text/markdown', saved: false },
} as const satisfies Record<string, Format>;

type Format = { readonly type: string; readonly saved: boolean };

export type FormName = keyof typeof formats;
export const formNames = Object.keys(formats) as FormName[];

export function formOfType(type: string): FormName | undefined {
  return formNames.find((name) => formats[name].type === type);
}
