// Made by `node scripts/api-client.mjs` from the API document; do not edit.

export type Activity = { readonly id: string; readonly title: Text; readonly unit: string; readonly symbol: Text; readonly measure: "flow" | "stock"; readonly dimensions: { readonly [key: string]: readonly (string)[]; }; };
export type Actor = { readonly id: string; readonly person: string; readonly name: string; readonly email: string | null; readonly grants: readonly (Grant)[]; };
export type ApiToken = { readonly id: string; readonly name: string; readonly scopes: readonly (string)[]; readonly createdAt: string; readonly expiresAt: string; };
export type Batch = { readonly id: number; readonly kind: "records" | "reported"; readonly name: string; readonly rows: number; readonly digest: string; readonly submittedBy: string; readonly submittedPosition: string; readonly decision: "approved" | "rejected" | null; readonly decidedBy: string | null; readonly decidedPosition: string | null; readonly supersedes: number; readonly mayDecide: boolean; };
export type BatchDone = { readonly batch: number; readonly position: string; };
export type Boundary = { readonly entity: { readonly id: string; readonly name: { readonly "zh-Hant": string; readonly "zh-Hans": string; readonly en: string; }; readonly approach: "operational-control" | "financial-control" | "equity-share"; readonly fiscalYearStartMonth?: number; }; readonly sites: readonly ({ readonly id: string; readonly name: { readonly "zh-Hant": string; readonly "zh-Hans": string; readonly en: string; }; readonly region: string; readonly timeZone: string; readonly share?: string; readonly from?: string; readonly to?: string; })[]; };
export type Evidence = { readonly sha256: string; readonly name: string; readonly mediaType: string; readonly bytes: string; };
export type Factor = { readonly id: string; readonly kind: string; readonly set: string; readonly title: Text; readonly value: string; readonly unit: string; readonly [key: string]: unknown; };
export type Finding = { readonly id: string; readonly code: string; readonly severity: "error" | "warning" | "notice"; readonly indicators: readonly (string)[]; readonly periods: readonly (string)[]; readonly expected: string; readonly actual: string; readonly difference: string; readonly cause: Text; readonly remedy: Text; readonly message: Text; readonly places: readonly ({ readonly place: string; readonly [key: string]: unknown; })[]; readonly hypotheses: readonly ({ readonly id: string; readonly title: Text; readonly status: string; readonly [key: string]: unknown; })[]; readonly state: "open" | "explained" | "accepted"; readonly assignee?: string; readonly version: number; readonly acts: readonly ({ readonly at: string; readonly actor: string; readonly kind: "assigned" | "explained" | "accepted" | "reopened"; readonly reason: string; readonly assignee?: string; })[]; };
export type Grant = { readonly role: string; readonly sites?: readonly (string)[]; readonly activities?: readonly (string)[]; };
export type Indicator = { readonly id: string; readonly title: Text; readonly unit: string; readonly symbol: Text; readonly precision: number; readonly dimensions: readonly (string)[]; readonly formula: string; readonly methods: readonly (string)[]; readonly standards: readonly (string)[]; readonly note?: Text; };
export type Invitation = { readonly link: string; readonly until: string; readonly sent: boolean; readonly issues: readonly (Issue)[]; };
export type Issue = { readonly code: string; readonly severity: "error" | "warning" | "notice"; readonly at: { readonly file?: string; readonly sheet?: string; readonly row?: number; readonly column?: string; readonly path?: string; readonly line?: number; readonly record?: string; readonly indicator?: string; readonly period?: string; }; readonly expected?: string; readonly actual?: string; readonly message: string; readonly remedy: string; };
export type Job = { readonly id: string; readonly kind: string; readonly actor: string; readonly state: "waiting" | "running" | "done" | "failed"; readonly progress: string | null; readonly createdAt: string; readonly endedAt: string | null; readonly result: unknown; readonly issues: readonly (Issue)[]; };
export type JournalEvent = { readonly position: string; readonly stream: string; readonly at: string; readonly actor: string; readonly kind: string; readonly body: unknown; readonly before?: unknown; };
export type LineageNode = { readonly id: string; readonly kind: "indicator" | "operation" | "records" | "factor" | "constant"; readonly label: Text; readonly value?: string; readonly unit?: string; readonly detail: { readonly [key: string]: string; }; readonly children: readonly (LineageNode)[]; readonly hasMore: boolean; };
export type Person = { readonly id: string; readonly actor: string; readonly kind: "person" | "machine"; readonly name: string; readonly email: string | null; readonly active: boolean; readonly version: number; readonly grants: readonly (Grant)[]; readonly signsInBy: readonly ("password" | "oidc")[]; };
export type Pins = { readonly factors?: readonly ({ readonly kind: string; readonly set: string; readonly region?: string; readonly from?: string; readonly to?: string; })[]; readonly methods?: { readonly [key: string]: string; }; };
export type Plan = { readonly id: string; readonly proposed: boolean; readonly by: string; readonly decision: "undecided" | "approved" | "rejected"; readonly from: string; readonly to: string; readonly cost: { readonly plan: { readonly totalCny: number; readonly carbonKg: number; readonly peakKw: number; }; readonly doNothing: { readonly totalCny: number; readonly carbonKg: number; readonly peakKw: number; }; } | null; readonly actions: readonly (PlanAction)[]; readonly steps: readonly ({ readonly at: number; readonly gridKw: number; readonly batteryKw: number; })[]; };
export type PlanAction = { readonly action: string; readonly component: string; readonly from: string; readonly to: string; readonly words: Text; readonly savingCny: number; readonly addedCarbonKg: number; };
export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail?: string; readonly issues: readonly (Issue)[]; };
export type ActivityRecord = { readonly record: string; readonly batch: number; readonly row: number; readonly activity: string; readonly site: string; readonly dims: { readonly [key: string]: string; }; readonly start: string; readonly end: string; readonly days: string; readonly amount: string; readonly unit: string; readonly entered: string; readonly enteredUnit: string; readonly basis: "measured" | "estimated" | "derived"; readonly evidence: { readonly [key: string]: unknown; }; readonly note?: string; readonly state: "submitted" | "approved"; readonly submittedBy: string; };
export type RequirementCoverage = { readonly id: string; readonly title: Text; readonly kind: string; readonly path: readonly (string)[]; readonly state: "met" | "partly" | "explained" | "open" | "not-in-force" | null; readonly why: readonly (Text)[]; readonly answeredBy: readonly (string)[]; };
export type Session = { readonly signedIn: boolean; readonly needsOwner: boolean; readonly actor?: Actor; readonly csrfToken?: string; readonly may: readonly (string)[]; readonly limited: readonly (string)[]; readonly mails: boolean; readonly provider?: { readonly name: string; }; };
export type Simulation = { readonly id: string; readonly site: string; readonly from: string; readonly to: string; readonly seed: number; readonly whatIf: WhatIf; readonly runs: readonly ({ readonly levers: readonly ("battery" | "jobs" | "cooling" | "ups")[]; readonly costCny: number; readonly demandCostCny: number; readonly carbonKg: number; readonly gridKwh: number; readonly pue: number | null; readonly pueName: string; readonly peakKw: number; readonly lossKwh: number; readonly freeCoolingHours: number; readonly late: number; readonly plans: number; })[]; };
export type SiteStep = { readonly at: string; readonly mode: string; readonly plan: string | null; readonly safe: string | null; readonly without: readonly (string)[]; readonly gridKw: number | null; readonly devices: readonly ({ readonly device: string; readonly powerKw: number | null; readonly storedKwh: number | null; readonly setPointKw: number | null; readonly mode: string | null; })[]; readonly issues: readonly (string)[]; };
export type StartedSession = { readonly actor: Actor; readonly csrfToken: string; };
export type Text = { readonly "zh-Hant": string; readonly "zh-Hans": string; readonly en: string; };
export type TracedRecord = { readonly record: string; readonly site: string; readonly dims: { readonly [key: string]: string; }; readonly period: string; readonly amount: string; readonly unit: string; readonly basis: string; readonly evidence: string; readonly note?: string; };
export type Upload = { readonly upload: string; readonly name: string; readonly bytes: number; readonly sha256: string; };
export type Value = { readonly indicator: string; readonly title: Text; readonly period: string; readonly where: { readonly [key: string]: string; }; readonly value: string | null; readonly exact: string | null; readonly unit: string; readonly symbol: Text; readonly status: "complete" | "partial" | "preliminary" | "missing"; readonly method: string; readonly numerator?: { readonly value: string; readonly unit: string; }; readonly denominator?: { readonly value: string; readonly unit: string; }; readonly missing: readonly ({ readonly kind: string; readonly [key: string]: unknown; })[]; readonly caveats: readonly ({ readonly kind: string; readonly detail: string; readonly count: number; })[]; readonly notes: readonly (Text)[]; readonly position: string; readonly lineage?: unknown; };
export type WhatIf = { readonly batteryScale: number; readonly carbonCnyPerKg: number; readonly jobShare: number; };

/** What every operation takes and gives. */
export interface Operations {
readonly readSession: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: Session; };
readonly signIn: { readonly params: {  }; readonly query: {  }; readonly body: { readonly email: string; readonly password: string; }; readonly answer: StartedSession; };
readonly signOut: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: unknown; };
readonly setUpOwner: { readonly params: {  }; readonly query: {  }; readonly body: { readonly code: string; readonly name: string; readonly email: string; readonly password: string; }; readonly answer: StartedSession; };
readonly acceptInvitation: { readonly params: {  }; readonly query: {  }; readonly body: { readonly key: string; readonly password: string; }; readonly answer: StartedSession; };
readonly changePassword: { readonly params: {  }; readonly query: {  }; readonly body: { readonly current: string; readonly password: string; }; readonly answer: StartedSession; };
readonly beginProviderSignIn: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly url: string; }; };
readonly finishProviderSignIn: { readonly params: {  }; readonly query: {  }; readonly body: { readonly answer: string; }; readonly answer: StartedSession; };
readonly readOverview: { readonly params: {  }; readonly query: { readonly period?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly position: string; readonly entity: Text; readonly period: string; readonly before: string | null; readonly periods: readonly (string)[]; readonly values: readonly ({ readonly now: Value; readonly before: Value | null; })[]; readonly targets: readonly ({ readonly [key: string]: unknown; })[]; readonly findings: { readonly error: number; readonly warning: number; readonly notice: number; readonly open: number; readonly mine: number; }; readonly toDecide: readonly ({ readonly batch: number; readonly name: string; readonly rows: number; readonly submittedBy: string; })[]; readonly waiting: number; }; };
readonly readCompleteness: { readonly params: {  }; readonly query: { readonly period: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly position: string; readonly months: readonly ({ readonly activity: string; readonly site: string; readonly month: string; readonly inside: number; readonly across: number; })[]; readonly missing: readonly ({ readonly activity: string; readonly site: string; readonly month: string; })[]; }; };
readonly listRecords: { readonly params: {  }; readonly query: { readonly activity?: string; readonly site?: string; readonly period?: string; readonly batch?: number; readonly basisOf?: "measured" | "estimated" | "derived"; readonly approved?: "true" | "false"; readonly text?: string; readonly sort?: "entered" | "period" | "amount" | "activity" | "site"; readonly order?: "asc" | "desc"; readonly skip?: number; readonly count?: "true" | "false"; readonly cursor?: string; readonly limit?: number; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly position: string; readonly items: readonly (ActivityRecord)[]; readonly next?: string; readonly total?: number; }; };
readonly readRecord: { readonly params: { readonly batch: number; readonly row: number; }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly record: string; readonly activity: string; readonly site: string; readonly dims: { readonly [key: string]: string; }; readonly entered: string; readonly enteredUnit: string; readonly basis: string; readonly start: string; readonly end: string; readonly evidence: { readonly [key: string]: unknown; }; readonly note?: string; }; };
readonly listTouched: { readonly params: { readonly batch: number; readonly row: number; }; readonly query: { readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly indicator: string; readonly title: Text; readonly period: string; readonly value: string | null; readonly unit: string; readonly status: string; readonly nodes: readonly (string)[]; })[]; }; };
readonly correctRecord: { readonly params: { readonly batch: number; readonly row: number; }; readonly query: {  }; readonly body: { readonly reason: string; readonly amount: string; readonly unit?: string; readonly evidence?: string; readonly basis?: "measured" | "estimated" | "derived"; }; readonly answer: BatchDone; };
readonly withdrawRecord: { readonly params: { readonly batch: number; readonly row: number; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: BatchDone; };
readonly upload: { readonly params: {  }; readonly query: { readonly name: string; }; readonly body: undefined; readonly answer: Upload; };
readonly importUpload: { readonly params: {  }; readonly query: {  }; readonly body: { readonly upload: string; readonly mode: "preview" | "submit"; readonly kind?: "records" | "reported"; readonly mapping?: { readonly kind?: "records" | "reported"; readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "big5" | "gb18030" | "windows-1252"; readonly delimiter?: "," | ";" | "\t" | "|"; readonly sheet?: string; readonly headerRow?: number; readonly headerRows?: number; readonly columns?: { readonly [key: string]: string | { readonly field: string; readonly unit?: string; readonly dates?: "YMD" | "DMY" | "MDY"; readonly values?: { readonly [key: string]: string | number; }; }; }; readonly constants?: { readonly [key: string]: string | number; }; readonly dates?: "YMD" | "DMY" | "MDY"; readonly end?: "exclusive" | "inclusive"; readonly months?: { readonly year?: string | number; readonly columns?: { readonly [key: string]: string | number; }; }; readonly totals?: readonly (string)[]; }; readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "big5" | "gb18030" | "windows-1252"; readonly delimiter?: "," | ";" | "\t" | "|"; readonly sheet?: string; readonly period?: string; readonly acceptValid?: boolean; readonly acceptWarnings?: boolean; }; readonly answer: Job; };
readonly listBatches: { readonly params: {  }; readonly query: { readonly pending?: "true" | "false"; readonly cursor?: string; readonly limit?: number; }; readonly body: undefined; readonly answer: { readonly items: readonly (Batch)[]; readonly next?: string; }; };
readonly readBatch: { readonly params: { readonly batch: number; }; readonly query: {  }; readonly body: undefined; readonly answer: Batch; };
readonly approveBatch: { readonly params: { readonly batch: number; }; readonly query: {  }; readonly body: { readonly reason?: string; }; readonly answer: BatchDone; };
readonly rejectBatch: { readonly params: { readonly batch: number; }; readonly query: {  }; readonly body: { readonly reason?: string; }; readonly answer: BatchDone; };
readonly readEvidence: { readonly params: { readonly sha256: string; }; readonly query: {  }; readonly body: undefined; readonly answer: Evidence; };
readonly downloadEvidence: { readonly params: { readonly sha256: string; }; readonly query: { readonly show?: "true" | "false"; }; readonly body: undefined; readonly answer: unknown; };
readonly listValues: { readonly params: {  }; readonly query: { readonly indicators?: string; readonly periods?: string; readonly where?: string; readonly method?: string; readonly lineage?: "true" | "false"; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly position: string; readonly periods: readonly (string)[]; readonly values: readonly (Value)[]; }; };
readonly readBreakdown: { readonly params: { readonly indicator: string; }; readonly query: { readonly period: string; readonly where?: string; readonly method?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; readonly dimension: string; }; readonly body: undefined; readonly answer: { readonly whole: Value; readonly parts: readonly (Value)[]; }; };
readonly readLineage: { readonly params: { readonly indicator: string; }; readonly query: { readonly period: string; readonly where?: string; readonly method?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; readonly node?: string; readonly depth?: number; }; readonly body: undefined; readonly answer: { readonly position: string; readonly value: Value; readonly node: LineageNode; }; };
readonly listLeafRecords: { readonly params: { readonly indicator: string; }; readonly query: { readonly period: string; readonly where?: string; readonly method?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; readonly node: string; readonly cursor?: string; readonly limit?: number; }; readonly body: undefined; readonly answer: { readonly items: readonly (TracedRecord)[]; readonly next?: string; }; };
readonly listReported: { readonly params: {  }; readonly query: { readonly indicator: string; readonly periods: string; readonly where?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly indicator: string; readonly period: string; readonly value: string | null; readonly [key: string]: unknown; })[]; }; };
readonly listIndicators: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly (Indicator)[]; }; };
readonly listActivities: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly (Activity)[]; }; };
readonly listFactors: { readonly params: {  }; readonly query: { readonly kind?: string; readonly set?: string; }; readonly body: undefined; readonly answer: { readonly items: readonly (Factor)[]; }; };
readonly listSites: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly id: string; readonly name: Text; readonly region: string; readonly timeZone: string; readonly share: string; })[]; }; };
readonly listTerms: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly dimension: string; readonly title: Text; readonly members: { readonly [key: string]: Text; }; })[]; }; };
readonly listFindings: { readonly params: {  }; readonly query: { readonly period?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly position: string; readonly checked: { readonly [key: string]: number; }; readonly items: readonly (Finding)[]; }; };
readonly readFinding: { readonly params: { readonly finding: string; }; readonly query: {  }; readonly body: undefined; readonly answer: Finding; };
readonly assignFinding: { readonly params: { readonly finding: string; }; readonly query: {  }; readonly body: { readonly reason: string; readonly assignee: string; }; readonly answer: Finding; };
readonly explainFinding: { readonly params: { readonly finding: string; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: Finding; };
readonly acceptFinding: { readonly params: { readonly finding: string; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: Finding; };
readonly reopenFinding: { readonly params: { readonly finding: string; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: Finding; };
readonly listStandards: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly id: string; readonly title: Text; readonly edition: string; })[]; }; };
readonly readCoverage: { readonly params: { readonly standard: string; }; readonly query: { readonly period?: string; }; readonly body: undefined; readonly answer: { readonly standard: string; readonly title: Text; readonly period: string; readonly totals: { readonly [key: string]: number; }; readonly requirements: readonly (RequirementCoverage)[]; }; };
readonly readReport: { readonly params: {  }; readonly query: { readonly period: string; readonly template?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; }; readonly body: undefined; readonly answer: { readonly template: string; readonly [key: string]: unknown; }; };
readonly downloadReport: { readonly params: { readonly format: "html" | "pdf"; }; readonly query: { readonly period: string; readonly template?: string; readonly asAt?: string; readonly basis?: "submitted" | "approved"; readonly language: "zh-Hant" | "zh-Hans" | "en"; }; readonly body: undefined; readonly answer: unknown; };
readonly listCoordinatedSites: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly runnable: boolean; readonly stopped: string | null; readonly lastStepAt: string | null; readonly issues: readonly (Issue)[]; })[]; }; };
readonly readCoordinatedSite: { readonly params: { readonly site: string; }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly id: string; readonly name: Text; readonly timeZone: string; readonly runnable: boolean; readonly stopped: string | null; readonly step: SiteStep | null; readonly plan: Plan | null; readonly trail: readonly ({ readonly at: number; readonly gridKw: number | null; readonly batteryKw: number; })[]; readonly events: readonly ({ readonly at: string; readonly kind: string; readonly actor: string; })[]; }; };
readonly decidePlan: { readonly params: { readonly plan: string; }; readonly query: {  }; readonly body: { readonly decision: "approved" | "rejected"; readonly reason?: string; }; readonly answer: { readonly site: string; readonly position: string; }; };
readonly stopSite: { readonly params: { readonly site: string; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: { readonly by: "controller" | "here"; readonly taken: readonly ({ readonly target: string; readonly ok: boolean; })[]; readonly issues: readonly (Issue)[]; }; };
readonly releaseSite: { readonly params: { readonly site: string; }; readonly query: {  }; readonly body: { readonly reason: string; }; readonly answer: { readonly position: string; }; };
readonly listSimulations: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly (Simulation)[]; }; };
readonly simulate: { readonly params: {  }; readonly query: {  }; readonly body: { readonly site: string; readonly from: string; readonly to: string; readonly levers: readonly ("battery" | "jobs" | "cooling" | "ups")[]; readonly seed?: number; readonly replanMinutes?: number; readonly whatIf?: WhatIf; }; readonly answer: Job; };
readonly readSimulation: { readonly params: { readonly simulation: string; }; readonly query: { readonly run?: string; readonly day?: string; readonly days?: number; }; readonly body: undefined; readonly answer: { readonly simulation: Simulation; readonly siteName: string; readonly timeZone: string; readonly run: readonly ("battery" | "jobs" | "cooling" | "ups")[]; readonly day: string; readonly steps: readonly ({ readonly at: number; readonly itKw: number; readonly facilityKw: number; readonly gridKw: number; readonly plannedGridKw: number | null; readonly pvKw: number; readonly batteryKw: number; readonly storedKwh: number; readonly priceCnyPerKwh: number; readonly carbonKgPerKwh: number; readonly dryBulbC: number; readonly cooling: { readonly [key: string]: string; }; })[]; readonly plans: readonly ({ readonly at: string; readonly actions: readonly (PlanAction)[]; })[]; }; };
readonly readBoundary: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly boundary: Boundary | null; }; };
readonly putBoundary: { readonly params: {  }; readonly query: {  }; readonly body: Boundary; readonly answer: { readonly position: string; }; };
readonly readPins: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly pins: Pins; }; };
readonly putPins: { readonly params: {  }; readonly query: {  }; readonly body: Pins; readonly answer: { readonly position: string; }; };
readonly readHead: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly head: string; readonly position: string; }; };
readonly listEvents: { readonly params: {  }; readonly query: { readonly stream?: string; readonly actor?: string; readonly kind?: string; readonly cursor?: string; readonly limit?: number; }; readonly body: undefined; readonly answer: { readonly items: readonly (JournalEvent)[]; readonly next?: string; }; };
readonly listJobs: { readonly params: {  }; readonly query: { readonly limit?: number; }; readonly body: undefined; readonly answer: { readonly items: readonly (Job)[]; }; };
readonly readJob: { readonly params: { readonly job: string; }; readonly query: {  }; readonly body: undefined; readonly answer: Job; };
readonly followJob: { readonly params: { readonly job: string; }; readonly query: {  }; readonly body: undefined; readonly answer: unknown; };
readonly verifyJournal: { readonly params: {  }; readonly query: {  }; readonly body: { readonly against?: string; }; readonly answer: Job; };
readonly takeBackup: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: Job; };
readonly listBackups: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly name: string; readonly bytes: number; readonly at: string; })[]; }; };
readonly listPeople: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly (Person)[]; readonly next?: string; }; };
readonly makePerson: { readonly params: {  }; readonly query: { readonly language?: "zh-Hant" | "zh-Hans" | "en"; }; readonly body: { readonly kind?: "person" | "machine"; readonly name: string; readonly email: string | null; readonly active?: boolean; readonly grants: readonly (Grant)[]; }; readonly answer: { readonly person: Person; readonly invitation?: Invitation; }; };
readonly listNames: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly actor: string; readonly name: string; })[]; }; };
readonly listRoles: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly ({ readonly role: string; readonly kinds: readonly (string)[]; })[]; }; };
readonly readPerson: { readonly params: { readonly person: string; }; readonly query: {  }; readonly body: undefined; readonly answer: Person; };
readonly changePerson: { readonly params: { readonly person: string; }; readonly query: {  }; readonly body: { readonly name: string; readonly email: string | null; readonly active?: boolean; readonly grants: readonly (Grant)[]; }; readonly answer: Person; };
readonly invitePerson: { readonly params: { readonly person: string; }; readonly query: { readonly language?: "zh-Hant" | "zh-Hans" | "en"; }; readonly body: undefined; readonly answer: Invitation; };
readonly makeMachineToken: { readonly params: { readonly person: string; }; readonly query: {  }; readonly body: { readonly name: string; readonly scopes: readonly (string)[]; readonly days?: number; }; readonly answer: { readonly id: string; readonly name: string; readonly scopes: readonly (string)[]; readonly createdAt: string; readonly expiresAt: string; readonly secret: string; }; };
readonly listTokens: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly items: readonly (ApiToken)[]; }; };
readonly makeToken: { readonly params: {  }; readonly query: {  }; readonly body: { readonly name: string; readonly scopes: readonly (string)[]; readonly days?: number; }; readonly answer: { readonly id: string; readonly name: string; readonly scopes: readonly (string)[]; readonly createdAt: string; readonly expiresAt: string; readonly secret: string; }; };
readonly endToken: { readonly params: { readonly token: string; }; readonly query: {  }; readonly body: undefined; readonly answer: unknown; };
readonly readSystem: { readonly params: {  }; readonly query: {  }; readonly body: undefined; readonly answer: { readonly version: string; readonly node: string; readonly database: { readonly kind: "embedded" | "external"; readonly version: string; }; readonly position: string; readonly memoryBytes: number; readonly upSeconds: number; }; };
readonly downloadBackup: { readonly params: { readonly name: string; }; readonly query: {  }; readonly body: undefined; readonly answer: unknown; };
}

/** Method and path of every operation. */
export const ROUTES: { readonly [id in keyof Operations]: readonly [string, string] } = {
readSession: ["GET", "/session"],
signIn: ["POST", "/session"],
signOut: ["DELETE", "/session"],
setUpOwner: ["POST", "/set-up"],
acceptInvitation: ["POST", "/invitations/accept"],
changePassword: ["PUT", "/session/password"],
beginProviderSignIn: ["POST", "/session/provider"],
finishProviderSignIn: ["POST", "/session/provider/answer"],
readOverview: ["GET", "/overview"],
readCompleteness: ["GET", "/completeness"],
listRecords: ["GET", "/records"],
readRecord: ["GET", "/records/{batch}/{row}"],
listTouched: ["GET", "/records/{batch}/{row}/figures"],
correctRecord: ["POST", "/records/{batch}/{row}/correction"],
withdrawRecord: ["POST", "/records/{batch}/{row}/withdrawal"],
upload: ["POST", "/uploads"],
importUpload: ["POST", "/imports"],
listBatches: ["GET", "/batches"],
readBatch: ["GET", "/batches/{batch}"],
approveBatch: ["POST", "/batches/{batch}/approve"],
rejectBatch: ["POST", "/batches/{batch}/reject"],
readEvidence: ["GET", "/evidence/{sha256}"],
downloadEvidence: ["GET", "/evidence/{sha256}/content"],
listValues: ["GET", "/values"],
readBreakdown: ["GET", "/values/{indicator}/breakdown"],
readLineage: ["GET", "/values/{indicator}/lineage"],
listLeafRecords: ["GET", "/values/{indicator}/records"],
listReported: ["GET", "/reported"],
listIndicators: ["GET", "/indicators"],
listActivities: ["GET", "/activities"],
listFactors: ["GET", "/factors"],
listSites: ["GET", "/sites"],
listTerms: ["GET", "/terms"],
listFindings: ["GET", "/findings"],
readFinding: ["GET", "/findings/{finding}"],
assignFinding: ["POST", "/findings/{finding}/assign"],
explainFinding: ["POST", "/findings/{finding}/explain"],
acceptFinding: ["POST", "/findings/{finding}/accept"],
reopenFinding: ["POST", "/findings/{finding}/reopen"],
listStandards: ["GET", "/standards"],
readCoverage: ["GET", "/standards/{standard}"],
readReport: ["GET", "/report"],
downloadReport: ["GET", "/report/{format}"],
listCoordinatedSites: ["GET", "/coordination/sites"],
readCoordinatedSite: ["GET", "/coordination/sites/{site}"],
decidePlan: ["POST", "/coordination/plans/{plan}/decision"],
stopSite: ["POST", "/coordination/sites/{site}/stop"],
releaseSite: ["POST", "/coordination/sites/{site}/release"],
listSimulations: ["GET", "/coordination/simulations"],
simulate: ["POST", "/coordination/simulations"],
readSimulation: ["GET", "/coordination/simulations/{simulation}"],
readBoundary: ["GET", "/boundary"],
putBoundary: ["PUT", "/boundary"],
readPins: ["GET", "/pins"],
putPins: ["PUT", "/pins"],
readHead: ["GET", "/journal/head"],
listEvents: ["GET", "/journal/events"],
listJobs: ["GET", "/jobs"],
readJob: ["GET", "/jobs/{job}"],
followJob: ["GET", "/jobs/{job}/events"],
verifyJournal: ["POST", "/journal/verify"],
takeBackup: ["POST", "/backups"],
listBackups: ["GET", "/backups"],
listPeople: ["GET", "/people"],
makePerson: ["POST", "/people"],
listNames: ["GET", "/people/names"],
listRoles: ["GET", "/roles"],
readPerson: ["GET", "/people/{person}"],
changePerson: ["PUT", "/people/{person}"],
invitePerson: ["POST", "/people/{person}/invitation"],
makeMachineToken: ["POST", "/people/{person}/tokens"],
listTokens: ["GET", "/tokens"],
makeToken: ["POST", "/tokens"],
endToken: ["DELETE", "/tokens/{token}"],
readSystem: ["GET", "/system"],
downloadBackup: ["GET", "/backups/{name}"],
};
