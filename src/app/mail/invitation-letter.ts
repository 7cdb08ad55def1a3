import type { Language } from "../../ground/issue/index.ts";
import { fillText, type InterfaceTexts } from "../interface-texts.ts";
import type { Letter } from "./mailer.ts";

/** What an invitation letter is made of. */
interface Invited {
  readonly name: string;
  readonly address: string;
  /** They have signed in before: it is about a new password. */
  readonly joined: boolean;
  readonly link: string;
  readonly until: Date;
}

/** The letter with the link by which somebody joins or sets a new password, in their language. */
export function invitationLetter(words: InterfaceTexts, language: Language, invited: Invited): Letter {
  const { name, address, joined, link, until } = invited;
  const say = (id: string): string =>
    fillText(words, id, { name, link, until: `${until.toISOString().slice(0, 16).replace("T", " ")} UTC` })[language];
  const kind = joined ? "reset" : "invitation";
  return {
    to: { name, address },
    subject: say(`mail.${kind}.subject`),
    text: [say("mail.greeting"), say(`mail.${kind}.text`), link, say("mail.link-note"), say("mail.not-you")].join(
      "\n\n",
    ),
  };
}
