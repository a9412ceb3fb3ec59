/** ULIDs and UUIDs are two ways to write the same 128 bits (https://github.com/ulid/spec, RFC 9562). */

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The UUID, lower case, with the bits of a ULID. */
export function ulidToUuid(ulid: string): string {
  let bits = 0n;
  for (const char of ulid) bits = bits * 32n + BigInt(digits.indexOf(char));
  return uuidOf(bits.toString(16).padStart(32, '0'));
}

/** The ULID, upper case, with the bits of a UUID. */
export function uuidToUlid(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let ulid = '';
  for (let place = 0; place < 26; place += 1) {
    ulid = (digits[Number(bits % 32n)] ?? '') + ulid;
    bits /= 32n;
  }
  return ulid;
}

/** 32 hexadecimal digits in the groups of a UUID. */
export function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
