import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.tsx";
import { useBeginAnew } from "../session.tsx";
import { Door } from "./door.tsx";
import { keepWanted } from "./wanted.ts";

/** Signs a person in by address and password or at the provider, and shows the page that they wanted. */
export function SignIn({ provider }: { readonly provider: string | undefined }): ReactNode {
  const { say } = useTexts();
  const beginAnew = useBeginAnew();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({ mutationFn: () => call("signIn", { body: { email, password } }), onSuccess: beginAnew });
  const leave = useMutation({
    mutationFn: async () => (await call("beginProviderSignIn")).data.url,
    onSuccess: (url) => {
      keepWanted();
      globalThis.location.assign(url);
    },
  });
  return (
    <Door
      id="sign-in"
      error={signIn.error ?? leave.error}
      pending={signIn.isPending}
      onSubmit={() => signIn.mutate()}
      other={
        provider === undefined ? undefined : (
          <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
            {say("sign-in.provider", { name: provider })}
          </Button>
        )
      }
    >
      <TextInput
        label={say("sign-in.email")}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={say("sign-in.password")}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Door>
  );
}
