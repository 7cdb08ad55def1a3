import { Badge, Button, Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useRead } from "../../api/client.ts";
import type { Invitation, Person } from "../../api/operations.ts";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import { LinkNote } from "./link-note.tsx";
import { PersonForm } from "./person-form.tsx";

/** Everybody with an account, and what they may do; who may, invites and changes. */
export default function People(): ReactNode {
  const { say, has } = useTexts();
  const words = useWords();
  const may = useMay();
  const found = useRead("listPeople");
  const [editing, setEditing] = useState<Person | "new">();
  const [link, setLink] = useState<Invitation>();
  const grantText = ({ role, sites, activities }: Person["grants"][number]): string => {
    const where = [...(sites ?? []).map(words.site), ...(activities ?? [])].join(say("list.separator"));
    const name = has(`role.${role}`) ? say(`role.${role}`) : role;
    return where === "" ? name : say("people.limited", { role: name, where });
  };
  return (
    <Page
      title={say("page.people")}
      actions={
        may("person.manage") ? <Button onClick={() => setEditing("new")}>{say("people.invite")}</Button> : undefined
      }
    >
      {link ? <LinkNote invitation={link} onClose={() => setLink(undefined)} /> : undefined}
      <Asked query={found}>
        {({ items }) => (
          <Sheet flush>
            <div className="table-wide" tabIndex={0} role="region" aria-label={say("page.people")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{say("people.name")}</th>
                    <th scope="col">{say("sign-in.email")}</th>
                    <th scope="col">{say("people.roles")}</th>
                    <th scope="col">{say("column.state")}</th>
                    {may("person.manage") ? <th scope="col">{say("people.change")}</th> : undefined}
                  </tr>
                </thead>
                <tbody>
                  {items.map((person) => (
                    <tr key={person.id}>
                      <th scope="row">
                        {person.name}
                        {person.kind === "machine" ? <span className="mark"> {say("people.machine")}</span> : undefined}
                      </th>
                      <td>{person.email ?? "–"}</td>
                      <td>{person.grants.map(grantText).join(say("list.separator"))}</td>
                      <td>
                        <Badge variant="light" color={person.active ? "green" : "gray"} tt="none" autoContrast>
                          {say(person.active ? "people.active" : "people.inactive")}
                        </Badge>
                      </td>
                      {may("person.manage") ? (
                        <td>
                          <Group gap="xs" wrap="nowrap">
                            <Button
                              size="compact-sm"
                              variant="default"
                              aria-label={say("people.change-one", { name: person.name })}
                              onClick={() => setEditing(person)}
                            >
                              {say("people.change")}
                            </Button>
                          </Group>
                        </td>
                      ) : undefined}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Sheet>
        )}
      </Asked>
      {editing ? (
        <PersonForm
          person={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onLink={setLink}
        />
      ) : undefined}
    </Page>
  );
}
