import { Button, Checkbox, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call, useRead } from "../../api/client.ts";
import type { Grant, Invitation, Person } from "../../api/operations.ts";
import { Failure } from "../../frame/failure.tsx";
import { useSession } from "../../frame/session.tsx";
import { type Language, LANGUAGES } from "../../texts/language.ts";
import { useTexts } from "../../texts/texts.tsx";

interface FormProps {
  /** Absent for somebody new. */
  readonly person: Person | undefined;
  readonly onClose: () => void;
  readonly onLink: (invitation: Invitation) => void;
}

/** Makes an account or changes one: name, address, roles, and whether it is in use. */
export function PersonForm({ person, onClose, onLink }: FormProps): ReactNode {
  const { say, has, language: ours } = useTexts();
  const { mails } = useSession();
  const client = useQueryClient();
  const roles = (useRead("listRoles").data?.items ?? []).filter(({ kinds }) =>
    kinds.includes(person?.kind ?? "person"),
  );
  const [name, setName] = useState(person?.name ?? "");
  const [email, setEmail] = useState(person?.email ?? "");
  const [language, setLanguage] = useState<Language>(ours);
  const [active, setActive] = useState(person?.active ?? true);
  const [grants, setGrants] = useState<readonly Grant[]>(person?.grants ?? []);
  const toggle = (role: string): void =>
    setGrants((before) =>
      before.some((grant) => grant.role === role)
        ? before.filter((grant) => grant.role !== role)
        : [...before, { role }],
    );
  const done = async (): Promise<void> => {
    await client.invalidateQueries();
    onClose();
  };
  const save = useMutation({
    mutationFn: async () => {
      const address = email.trim() === "" ? null : email.trim();
      if (person) {
        const params = { person: person.id };
        await call("changePerson", {
          params,
          ifMatch: `"${person.version}"`,
          body: { name, email: address, active, grants },
        });
        return undefined;
      }
      return (await call("makePerson", { body: { name, email: address, grants }, query: { language } })).data
        .invitation;
    },
    onSuccess: async (invitation) => {
      if (invitation) onLink(invitation);
      await done();
    },
  });
  const invite = useMutation({
    mutationFn: async () =>
      (await call("invitePerson", { params: { person: person?.id ?? "" }, query: { language } })).data,
    onSuccess: async (invitation) => {
      onLink(invitation);
      await done();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={person ? say("people.change-one", { name: person.name }) : say("people.invite")}
      closeButtonProps={{ "aria-label": say("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={say("people.name")}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={say("sign-in.email")}
            type="email"
            required={person?.kind !== "machine"}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          {mails && person?.kind !== "machine" ? (
            <NativeSelect
              label={say("people.mail-language")}
              value={language}
              data={LANGUAGES.map((one) => ({ value: one.id, label: one.name }))}
              onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            />
          ) : undefined}
          <Checkbox.Group label={say("people.roles")} value={grants.map(({ role }) => role)}>
            <Stack gap={6} mt={6}>
              {roles.map(({ role }) => (
                <Checkbox
                  key={role}
                  value={role}
                  label={has(`role.${role}`) ? say(`role.${role}`) : role}
                  description={has(`role-note.${role}`) ? say(`role-note.${role}`) : undefined}
                  onChange={() => toggle(role)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          {person ? (
            <Checkbox
              label={say("people.in-use")}
              description={say("people.in-use-note")}
              checked={active}
              onChange={(event) => setActive(event.currentTarget.checked)}
            />
          ) : undefined}
          {save.error || invite.error ? <Failure error={save.error ?? invite.error} /> : undefined}
          <Group justify="space-between">
            {person?.kind === "person" ? (
              <Button variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
                {say("people.new-link")}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={save.isPending}>
              {say("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
