const KEY = "candela.wanted";

/** Keeps the page that somebody wanted while they sign in elsewhere, in this window alone. */
export function keepWanted(): void {
  const { pathname, search } = globalThis.location;
  sessionStorage.setItem(KEY, `${pathname}${search}`);
}

/** The page that was wanted, once; always one of ours. */
export function takeWanted(): string {
  const wanted = sessionStorage.getItem(KEY) ?? "/";
  sessionStorage.removeItem(KEY);
  return /^\/(?![/\\])/.test(wanted) && !wanted.startsWith("/sign-in") ? wanted : "/";
}
