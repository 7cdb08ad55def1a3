import { Center, Loader } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { call } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.tsx";
import { useBeginAnew } from "../session.tsx";
import { Door } from "./door.tsx";
import { takeWanted } from "./wanted.ts";

/** Where the provider sends the browser back to: signs the person in by what it says, or tells why not. */
export function ProviderReturn(): ReactNode {
  const { say } = useTexts();
  const navigate = useNavigate();
  const router = useRouter();
  const beginAnew = useBeginAnew();
  const finish = useMutation({
    mutationFn: () => call("finishProviderSignIn", { body: { answer: globalThis.location.search.slice(1) } }),
    onSuccess: async () => {
      await beginAnew();
      router.history.replace(takeWanted());
    },
  });
  // An answer of the provider serves once.
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    finish.mutate();
  });
  if (!finish.error)
    return (
      <Center h="100vh" component="main">
        <title>{`${say("provider.title")} · Candela`}</title>
        <Loader aria-label={say("provider.title")} />
      </Center>
    );
  return (
    <Door id="provider" error={finish.error} pending={false} onSubmit={() => void navigate({ to: "/", replace: true })}>
      {undefined}
    </Door>
  );
}
