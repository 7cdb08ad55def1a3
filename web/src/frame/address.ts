import { useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

type Asked = Readonly<Record<string, string | undefined>>;

/** What the address asks for after its `?`, and how to change it: what a page shows can be kept, sent and reloaded. */
export function useAddress(): { readonly asked: Asked; readonly ask: (changes: Asked) => void } {
  const asked = useLocation({ select: ({ search }) => search as Asked });
  const navigate = useNavigate();
  const ask = useCallback(
    (changes: Asked) => {
      void navigate({
        to: ".",
        search: ((before: Asked) => ({ ...before, ...changes })) as never,
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { asked, ask };
}

/** Plain texts, as they stand in the address: `period=2025` is no number. */
export const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

export function stringifySearch(search: Readonly<Record<string, string | number | undefined>>): string {
  const text = new URLSearchParams(
    Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, String(value)] as [string, string]],
    ),
  ).toString();
  return text === "" ? "" : `?${text}`;
}
