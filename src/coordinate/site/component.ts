import type { Where } from "../../ground/issue/index.ts";
import type { Curve } from "./curve.ts";

/** What an attribute holds once read. */
export type Value =
  | number
  | string
  | boolean
  | Curve
  | Component
  | readonly number[]
  | readonly string[]
  | readonly Component[]
  | ReadonlyMap<string, number>;

/**
 * One component of a site file with its values in the units of the table, and where each stands. The getters throw when
 * the table and the code disagree: that is no fault of the file.
 */
export class Component {
  readonly type: string;
  readonly at: Where;
  readonly values: ReadonlyMap<string, Value>;
  readonly places: ReadonlyMap<string, Where>;
  /** False when something in it could not be read: then only what is there may be looked at. */
  readonly whole: boolean;

  constructor(
    type: string,
    at: Where,
    values: ReadonlyMap<string, Value>,
    places: ReadonlyMap<string, Where>,
    whole = true,
  ) {
    this.type = type;
    this.at = at;
    this.values = values;
    this.places = places;
    this.whole = whole;
  }

  place(name: string): Where {
    return this.places.get(name) ?? this.at;
  }

  #value<T extends Value>(name: string, is: (value: Value) => value is T): T {
    const value = this.values.get(name);
    if (value === undefined || !is(value)) throw new Error(`${this.type}.${name} is not what the code reads`);
    return value;
  }

  number(name: string): number {
    return this.#value(name, (value) => typeof value === "number");
  }

  numberOr(name: string): number | undefined {
    return this.values.has(name) ? this.number(name) : undefined;
  }

  text(name: string): string {
    return this.#value(name, (value) => typeof value === "string");
  }

  textOr(name: string): string | undefined {
    return this.values.has(name) ? this.text(name) : undefined;
  }

  flag(name: string): boolean {
    return this.#value(name, (value) => typeof value === "boolean");
  }

  curve(name: string): Curve {
    return this.#value(name, (value): value is Curve => typeof value === "object" && "x" in value);
  }

  numbers(name: string): readonly number[] {
    return this.#value(name, (value): value is readonly number[] => Array.isArray(value));
  }

  texts(name: string): readonly string[] {
    return this.#value(name, (value): value is readonly string[] => Array.isArray(value));
  }

  component(name: string): Component {
    return this.#value(name, (value) => value instanceof Component);
  }

  componentOr(name: string): Component | undefined {
    return this.values.has(name) ? this.component(name) : undefined;
  }

  components(name: string): readonly Component[] {
    return this.values.has(name)
      ? this.#value(name, (value): value is readonly Component[] => Array.isArray(value))
      : [];
  }

  map(name: string): ReadonlyMap<string, number> {
    return this.values.has(name) ? this.#value(name, (value) => value instanceof Map) : new Map();
  }
}
