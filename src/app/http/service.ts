import pino, { type Logger } from "pino";
import type { Rights } from "../../ground/actor/index.ts";
import { expectOk, type IssueCatalogue } from "../../ground/issue/index.ts";
import { openOwnerSetUp, type OwnerSetUp } from "../identity/owner-set-up.ts";
import { createProvider, type Provider } from "../identity/provider.ts";
import type { SignInThrottles } from "../identity/sessions.ts";
import { createThrottle } from "../identity/throttle.ts";
import { type InterfaceTexts, readTexts } from "../interface-texts.ts";
import { createJobs, type Jobs } from "../jobs/jobs.ts";
import { RUNNERS } from "../jobs/runners.ts";
import { createMailer, type Mailer } from "../mail/mailer.ts";
import { shippedIssueTexts } from "../package-folder.ts";
import { modelNow, type Workspace } from "../workspace.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { isLoopback, type ServerSettings } from "./settings.ts";

/** What every request is answered from. */
export interface Service {
  readonly workspace: Workspace;
  readonly settings: ServerSettings;
  /** Only this machine can reach it. */
  readonly loopbackOnly: boolean;
  readonly issueTexts: IssueCatalogue;
  readonly words: InterfaceTexts;
  readonly ownerSetUp: OwnerSetUp;
  readonly throttles: SignInThrottles;
  readonly provider?: Provider;
  readonly mailer?: Mailer;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Aborted when the server is asked to stop: streams end, waiting ends. */
  readonly stopping: AbortSignal;
  /** Long work; it goes on when who asked for it has left. */
  readonly jobs: Jobs;
  rights(): Promise<Rights>;
}

const MINUTE_MS = 60_000;

export interface ServiceOptions {
  readonly logLevel?: string;
  readonly stopping?: AbortSignal;
}

/** Gets ready what requests are answered from. */
export async function createService(
  workspace: Workspace,
  settings: ServerSettings,
  options: ServiceOptions = {},
): Promise<Service> {
  const now = (): number => workspace.now().getTime();
  return {
    workspace,
    settings,
    loopbackOnly: isLoopback(settings.host) && settings.publicUrl === undefined,
    issueTexts: await shippedIssueTexts(),
    words: await readTexts("interface"),
    ownerSetUp: await openOwnerSetUp(workspace, createThrottle({ failures: 10, withinMs: 15 * MINUTE_MS }, now)),
    throttles: {
      account: createThrottle({ failures: 5, withinMs: 5 * MINUTE_MS }, now),
      accountAnywhere: createThrottle({ failures: 100, withinMs: 60 * MINUTE_MS }, now),
      place: createThrottle({ failures: 50, withinMs: 15 * MINUTE_MS }, now),
    },
    ...(settings.provider ? { provider: createProvider(settings.provider, now) } : {}),
    ...(settings.mail ? { mailer: createMailer(settings.mail) } : {}),
    metrics: createMetrics(),
    jobs: createJobs(workspace, RUNNERS),
    log: pino({ level: options.logLevel ?? "warn", base: null }, pino.destination({ dest: 2, sync: true })),
    stopping: options.stopping ?? new AbortController().signal,
    rights: async () => expectOk(await modelNow(workspace)).rights,
  };
}
