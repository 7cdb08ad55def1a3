import { PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.tsx";
import { useAddress } from "../address.ts";
import { useBeginAnew } from "../session.tsx";
import { Door } from "./door.tsx";

/** Makes the first owner, by the one-time code that the terminal shows. */
export function SetUp(): ReactNode {
  const { say } = useTexts();
  const { asked } = useAddress();
  const navigate = useNavigate();
  const beginAnew = useBeginAnew();
  const [given, setGiven] = useState({ code: asked.code ?? "", name: "", email: "", password: "" });
  const change = (field: keyof typeof given) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setGiven((before) => ({ ...before, [field]: value }));
  };
  const setUp = useMutation({
    mutationFn: () => call("setUpOwner", { body: { ...given, code: given.code.trim() } }),
    onSuccess: async () => {
      await beginAnew();
      await navigate({ to: "/" });
    },
  });
  return (
    <Door id="set-up" error={setUp.error} pending={setUp.isPending} onSubmit={() => setUp.mutate()}>
      <TextInput label={say("set-up.code")} required value={given.code} onChange={change("code")} autoComplete="off" />
      <TextInput label={say("set-up.name")} required value={given.name} onChange={change("name")} autoComplete="name" />
      <TextInput
        label={say("sign-in.email")}
        type="email"
        required
        value={given.email}
        onChange={change("email")}
        autoComplete="username"
      />
      <PasswordInput
        label={say("set-up.password")}
        description={say("set-up.password-rule")}
        required
        minLength={12}
        value={given.password}
        onChange={change("password")}
        autoComplete="new-password"
      />
    </Door>
  );
}
