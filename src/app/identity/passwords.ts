import { hash, verify } from "@node-rs/argon2";
import { fail, ok, type Result } from "../../ground/issue/index.ts";

/** Argon2id with 19 MiB, two passes, one lane. @source OWASP Password Storage Cheat Sheet, Argon2id */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 2 } as const;

const SHORTEST = 12;
const LONGEST = 256;

/** Hashes that are worked out at a time: each takes memory, and a flood of sign-ins must not take all of it. */
const AT_A_TIME = 2;
let working = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  while (working >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  working += 1;
  try {
    return await work();
  } finally {
    working -= 1;
    waiting.shift()?.();
  }
}

/**
 * Hashes a password that is good enough: long, and not made of the person's own name or one repeated character.
 * @issues SIGNIN-003
 */
export async function hashPassword(password: string, about: readonly string[] = []): Promise<Result<string>> {
  const normal = password.normalize("NFKC");
  const length = [...normal].length;
  const different = new Set(normal).size;
  const own = about.filter((word) => word.length > 3).some((word) => normal.toLowerCase().includes(word.toLowerCase()));
  if (length < SHORTEST || normal.length > LONGEST || different < 5 || own)
    return fail({
      code: "SIGNIN-003",
      severity: "error",
      at: { path: "password" },
      expected: `${SHORTEST}–${LONGEST}`,
      actual: String(length),
    });
  return ok(await inTurn(() => hash(normal, COST)));
}

let nobodys: Promise<string> | undefined;

/** Whether a password is the one that was hashed. It takes as long where there is none, so that time tells no names. */
export async function verifyPassword(hashed: string | null | undefined, password: string): Promise<boolean> {
  if (password.length > LONGEST) return false;
  nobodys ??= hash("nobody has this password", COST);
  const other = await nobodys;
  const same = await inTurn(() => verify(hashed ?? other, password.normalize("NFKC")));
  return same && typeof hashed === "string";
}
