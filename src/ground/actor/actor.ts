/** Who acts: a person, a program that runs by itself, or an import that carries in what a source says. */
export interface Actor {
  /** Stable, and what the journal keeps: `local-owner`, `import:sensetime-2025`. */
  readonly id: string;
  readonly kind: ActorKind;
  /** As shown to people. */
  readonly name: string;
  readonly roles: readonly string[];
  /** Roles held only for some sites or some activities, beside those held everywhere. */
  readonly grants?: readonly Grant[];
}

/** Where a right holds. */
export interface Extent {
  /** Ids of sites; all when absent. */
  readonly sites?: readonly string[] | undefined;
  /** Ids of activities, what is measured: `electricity.purchased`, or `electricity.*` for all below; all when absent. */
  readonly activities?: readonly string[] | undefined;
}

/** A role held only within an extent. */
export interface Grant extends Extent {
  readonly role: string;
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
