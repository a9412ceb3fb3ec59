import { makeInThread } from './thread.ts';
import { type SheetsAsked, type SheetRows, workbookOf } from './workbookSheets.ts';

/** A thread that makes one workbook after another: the library takes seconds for thousands of rows. */

export type WorkbookMade = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly detail: string };

makeInThread(
  async (asked: SheetsAsked, pieces: readonly SheetRows[]): Promise<{ made: WorkbookMade; transfer?: ArrayBuffer[] }> => {
    try {
      const bytes = await workbookOf(asked, pieces);
      return { made: { bytes }, transfer: [bytes.buffer] };
    } catch (error) {
      return { made: { detail: String(error).slice(0, 2000) } };
    }
  },
);
