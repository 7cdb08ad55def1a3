import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A letter as the mail server got it. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A mail server (RFC 5321) on this machine, which keeps what it takes. */
export interface MailSink {
  readonly url: URL;
  readonly received: Received[];
  /** Answers the recipient with this in the place of 250. */
  refuse: string | undefined;
  stop(): Promise<void>;
}

/** `=?UTF-8?B?…?=` as text. */
const decoded = (header: string): string =>
  header
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, bytes: string) => Buffer.from(bytes, "base64").toString())
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_, text: string) =>
      Buffer.from(
        text
          .replaceAll("_", " ")
          .replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        "latin1",
      ).toString(),
    );

function letterOf(from: string, to: readonly string[], raw: string): Received {
  const [head = "", body = ""] = raw.split(/\r\n\r\n([\s\S]*)/);
  const headers = Object.fromEntries(
    head
      .replace(/\r\n[ \t]+/g, " ")
      .split("\r\n")
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), decoded(line.slice(line.indexOf(":") + 2))]),
  );
  return { from, to, headers, text: Buffer.from(body, "base64").toString("utf8") };
}

export async function startMailSink(): Promise<MailSink> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding("utf8");
    let [from, data, waiting] = ["", undefined as string | undefined, ""];
    let to: string[] = [];
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      if (data !== undefined) {
        if (line !== ".") data += `${line.replace(/^\./, "")}\r\n`;
        else {
          received.push(letterOf(from, to, data));
          data = undefined;
          say("250 taken");
        }
        return;
      }
      const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
      if (/^(EHLO|HELO)/i.test(line)) say("250 sink.example");
      else if (/^MAIL/i.test(line)) {
        [from, to] = [address, []];
        say("250 ok");
      } else if (/^RCPT/i.test(line)) {
        if (sink.refuse === undefined) to.push(address);
        say(sink.refuse ?? "250 ok");
      } else if (/^DATA/i.test(line)) {
        data = "";
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    };
    socket.on("data", (text) => {
      const lines = (waiting + String(text)).split("\r\n");
      waiting = lines.pop() ?? "";
      lines.forEach(hear);
    });
    socket.on("error", () => {});
    say("220 sink.example");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sink: MailSink = {
    url: new URL(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}?tls=no`),
    received,
    refuse: undefined,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}
