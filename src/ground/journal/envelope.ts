import { createHash } from "node:crypto";

/** The fields that an event's hash covers, in the order in which they are hashed. */
export interface Envelope {
  readonly stream: string;
  /** Place in the stream, from 1. */
  readonly seq: number;
  /** Place in the whole journal in commit order, from 1. */
  readonly position: bigint;
  /** Microseconds since 1970 UTC, as decimal text: exact, and what PostgreSQL keeps. */
  readonly atMicroseconds: string;
  readonly actor: string;
  readonly kind: string;
  /** Canonical JSON. */
  readonly body: string;
  /** Hash of the stream's event before this one, `GENESIS` for the first; 32 bytes. */
  readonly previous: Buffer;
}

/** Stands before the first event of every stream. */
export const GENESIS: Buffer = Buffer.alloc(32);

const FORMAT = "candela-journal-1";

/**
 * SHA-256 over the envelope. Each field is preceded by its length in bytes (4 bytes, big-endian), so that no two
 * envelopes share one byte string: moving a letter from one field to the next changes the hash.
 */
export function envelopeHash(envelope: Envelope): Buffer {
  const hash = createHash("sha256");
  const fields: (string | Buffer)[] = [
    FORMAT,
    envelope.stream,
    String(envelope.seq),
    String(envelope.position),
    envelope.atMicroseconds,
    envelope.actor,
    envelope.kind,
    envelope.body,
    envelope.previous,
  ];
  for (const field of fields) {
    const bytes = typeof field === "string" ? Buffer.from(field, "utf8") : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

/** An instant as the envelope holds it. */
export function microseconds(instant: Date): string {
  const milliseconds = instant.getTime();
  if (!Number.isSafeInteger(milliseconds)) throw new TypeError("the clock gave no valid instant");
  return String(BigInt(milliseconds) * 1000n);
}
