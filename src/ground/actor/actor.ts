/** Who acts: a person, a program that runs by itself, or an import that carries in what a source says. */
export interface Actor {
  /** Stable, and what the journal keeps: `local-owner`, `import:sensetime-2025`. */
  readonly id: string;
  readonly kind: ActorKind;
  /** As shown to people. */
  readonly name: string;
  readonly roles: readonly string[];
}

export type ActorKind = "person" | "machine" | "import";

/** Who acts on a machine where nobody has signed in: the person whose data folder it is. */
export const LOCAL_OWNER: Actor = { id: "local-owner", kind: "person", name: "Local owner", roles: ["owner"] };

/** An import of a named source, which submits what a person then approves. */
export function importActor(source: string): Actor {
  return { id: `import:${source}`, kind: "import", name: source, roles: ["importer"] };
}

/** Another person on the same machine, by the name they give, such as a colleague who approves. */
export function localActor(name: string): Actor {
  return { id: `local:${name}`, kind: "person", name, roles: ["owner"] };
}
