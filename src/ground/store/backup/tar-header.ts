/** One entry of a tar archive: a plain file. */
export interface TarEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

export const BLOCK_BYTES = 512;

const SIZE = { offset: 124, bytes: 12 } as const;
const CHECKSUM = { offset: 148, bytes: 8 } as const;
const LARGEST_OCTAL = 0o77777777777;

/** Bytes that fill an entry up to whole blocks. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/**
 * The header block of a plain file, so that any tar program can list and unpack a backup.
 * @source POSIX.1-1988 ustar; sizes from 8 GiB in the base-256 form of GNU tar
 */
export function encodeHeader({ name, size }: TarEntry): Buffer {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new Error(`not a name for an archive entry: ${name}`);
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, "ascii");
  header.write("0000600\0", 100, "ascii");
  header.write("0000000\0", 108, "ascii");
  header.write("0000000\0", 116, "ascii");
  if (size <= LARGEST_OCTAL) header.write(`${size.toString(8).padStart(11, "0")}\0`, SIZE.offset, "ascii");
  else {
    header.writeBigUInt64BE(BigInt(size), SIZE.offset + 4);
    header[SIZE.offset] = 0x80;
  }
  header.write("00000000000\0", 136, "ascii");
  header.write("0", 156, "ascii");
  header.write("ustar\u000000", 257, "latin1");
  header.write(`${checksum(header).toString(8).padStart(6, "0")}\0 `, CHECKSUM.offset, "ascii");
  return header;
}

/** Reads a header block; `undefined` for anything that is not a plain file written by `encodeHeader`. */
export function decodeHeader(header: Buffer): TarEntry | undefined {
  if (header.length !== BLOCK_BYTES || header.toString("latin1", 257, 262) !== "ustar") return undefined;
  const noted = Number.parseInt(header.toString("latin1", CHECKSUM.offset, CHECKSUM.offset + 6), 8);
  if (noted !== checksum(header) || header.toString("latin1", 156, 157) !== "0") return undefined;
  const end = header.indexOf(0);
  const name = header.toString("latin1", 0, end >= 0 && end < 100 ? end : 100);
  const large = header[SIZE.offset] === 0x80;
  const size = large
    ? Number(header.readBigUInt64BE(SIZE.offset + 4))
    : Number.parseInt(header.toString("latin1", SIZE.offset, SIZE.offset + 11), 8);
  return Number.isSafeInteger(size) && size >= 0 ? { name, size } : undefined;
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (const [index, byte] of header.entries()) {
    sum += index >= CHECKSUM.offset && index < CHECKSUM.offset + CHECKSUM.bytes ? 0x20 : byte;
  }
  return sum;
}
