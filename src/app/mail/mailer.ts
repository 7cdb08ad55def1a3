import nodemailer from "nodemailer";
import { fail, ok, type Result } from "../../ground/issue/index.ts";

/** The server that takes our mail, and whose name stands on it. */
export interface MailSettings {
  /** `smtps://user:password@host:465`, or `smtp://…`, which goes over to TLS before anything is said. */
  readonly url: URL;
  readonly from: string;
}

/** A plain letter to one person. */
export interface Letter {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
}

/** Hands letters to a mail server. */
export interface Mailer {
  /** @issues MAIL-001 (the server did not take it) */
  send(letter: Letter): Promise<Result<void>>;
}

/** Who waits for the page that sends a letter, waits no longer than this for each step. */
const LONGEST_MS = 10_000;

export function createMailer({ url, from }: MailSettings): Mailer {
  const secure = url.protocol === "smtps:";
  const transport = nodemailer.createTransport({
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && url.searchParams.get("tls") !== "no",
    ignoreTLS: !secure && url.searchParams.get("tls") === "no",
    ...(url.username === ""
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: LONGEST_MS,
    greetingTimeout: LONGEST_MS,
    socketTimeout: LONGEST_MS,
    dnsTimeout: LONGEST_MS,
  });
  return {
    async send({ to, subject, text }) {
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          textEncoding: "base64",
          disableFileAccess: true,
          disableUrlAccess: true,
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return ok(undefined);
      } catch (error) {
        const { responseCode, code, message } = error as { responseCode?: number; code?: string; message: string };
        const actual = [responseCode ?? code, message].filter(Boolean).join(" ").slice(0, 200);
        return fail({ code: "MAIL-001", severity: "warning", at: {}, expected: url.host, actual });
      }
    },
  };
}
