import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';

/**
 * A bitmap as a PNG (ISO/IEC 15948): 8 bits each of red, green and blue. Transparency is dropped.
 *
 * The zlib of Node gives other bytes on another processor; this one gives the same bytes everywhere.
 */
export function pngOfBitmap({ width, height, data }: Bitmap): Uint8Array<ArrayBuffer> {
  const line = 1 + 3 * width;
  const lines = new Uint8Array(height * line);
  for (let y = 0; y < height; y++) {
    // The first byte of a line means that it is not filtered.
    let to = y * line + 1;
    for (let from = 4 * y * width; from < 4 * (y + 1) * width; from += 4) {
      lines[to++] = data[from] ?? 0;
      lines[to++] = data[from + 1] ?? 0;
      lines[to++] = data[from + 2] ?? 0;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Uint8Array.from(
    Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', zlibSync(lines)), chunk('IEND', new Uint8Array())]),
  );
}

/** `data`: red, green, blue and opacity of each pixel, line by line. */
export type Bitmap = { readonly width: number; readonly height: number; readonly data: Uint8Array };

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
