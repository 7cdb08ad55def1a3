import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.tsx";
import { useAddress } from "../address.ts";
import { useBeginAnew } from "../session.tsx";
import { Door } from "./door.tsx";

/** Sets a password by the key of an invitation or a reset. */
export function Join(): ReactNode {
  const { say } = useTexts();
  const { asked } = useAddress();
  const navigate = useNavigate();
  const beginAnew = useBeginAnew();
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: () => call("acceptInvitation", { body: { key: asked.key ?? "", password } }),
    onSuccess: async () => {
      await beginAnew();
      await navigate({ to: "/" });
    },
  });
  return (
    <Door id="join" error={join.error} pending={join.isPending} onSubmit={() => join.mutate()}>
      <PasswordInput
        label={say("set-up.password")}
        description={say("set-up.password-rule")}
        required
        minLength={12}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="new-password"
      />
    </Door>
  );
}
