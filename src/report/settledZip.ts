/**
 * Sets the time of every file in a ZIP archive to 1 January 1980, the earliest possible: libraries write the time of their
 * clock, in the zone of the machine. `comment`, in ASCII, is put at its end, where it can be read without unpacking. The
 * offsets are those of APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. Throws when the archive has a comment, or is no archive.
 */
export function settledZip(archive: Uint8Array, comment: string): Uint8Array<ArrayBuffer> {
  const end = archive.length - 22;
  const bytes = new Uint8Array(archive.length + comment.length);
  bytes.set(archive);
  bytes.set(Buffer.from(comment, 'ascii'), archive.length);
  const view = new DataView(bytes.buffer);
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50)
    throw new Error('expected a ZIP archive without a comment, found other bytes');
  view.setUint16(end + 20, comment.length, true);
  const files = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let file = 0; file < files; file++) {
    const local = view.getUint32(at + 42, true);
    view.setUint32(at + 12, firstTime, true);
    view.setUint32(local + 10, firstTime, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return bytes;
}

/** Date (day 1, month 1, year 0) above time (midnight). */
const firstTime = 0x00210000;
