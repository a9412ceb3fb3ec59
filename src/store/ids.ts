/** ULIDs and UUIDs are two ways to write the same 128 bits (https://github.com/ulid/spec, RFC 9562). */

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const hexadecimal = '0123456789abcdef';

/** The UUID, lower case, with the bits of a ULID. */
export function ulidToUuid(ulid: string): string {
  // 26 digits of five bits are 130 bits, two more than needed: the first digit has three.
  return uuidOf(regrouped(ulid, { digits, bits: 5 }, { digits: hexadecimal, bits: 4 }, -2));
}

/** The ULID, upper case, with the bits of a UUID. */
export function uuidToUlid(uuid: string): string {
  return regrouped(uuid.replaceAll('-', ''), { digits: hexadecimal, bits: 4 }, { digits, bits: 5 }, 2);
}

type Base = { readonly digits: string; readonly bits: number };

/** The same bits in another base; `ahead`: leading zero bits that only one of the two has. */
function regrouped(text: string, from: Base, to: Base, ahead: number): string {
  let result = '';
  let held = 0;
  let count = ahead;
  for (let at = 0; at < text.length; at++) {
    held = (held << from.bits) | from.digits.indexOf(text.charAt(at));
    count += from.bits;
    while (count >= to.bits) {
      count -= to.bits;
      result += to.digits[held >> count];
      held &= (1 << count) - 1;
    }
  }
  return result;
}

/** 32 hexadecimal digits in the groups of a UUID. */
export function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
