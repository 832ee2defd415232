// Settings of a policy: declared once as a JSON Schema, which gives their static type, and by which they are read.

/** Settings of a static type, declared as a JSON Schema of the keywords below. */
export interface Type<T> extends Schema {
  readonly [VALUE]?: T;
}

/** The static type of what is declared: `type Settings = TypeOf<typeof settings>`. */
export type TypeOf<Declared> = Declared extends Type<infer T> ? T : never;

/** A field that may be left out. */
export interface Optional<T> {
  readonly optional: Type<T>;
}

/** One mistake in settings. */
export interface Problem {
  /** JSON pointer into the settings (RFC 6901), empty for the settings as a whole. */
  pointer: string;
  message: string;
  /** What to write instead. */
  remedy?: string;
}

/** All mistakes in settings. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(readonly problems: Problem[]) {
    super(problems.map(({ pointer, message }) => `${pointer}: ${message}`).join("\n"));
  }
}

declare const VALUE: unique symbol;

interface Schema {
  readonly type: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly description?: string | undefined;
  readonly enum?: readonly string[];
  readonly format?: "regex";
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

type Fields = { readonly [name: string]: Type<unknown> | Optional<unknown> };
type Optionals<F extends Fields> = { [Name in keyof F]: F[Name] extends Optional<unknown> ? Name : never }[keyof F];
type ObjectOf<F extends Fields> = { [Name in Exclude<keyof F, Optionals<F>>]: TypeOf<F[Name]> } & {
  [Name in Optionals<F>]?: F[Name] extends Optional<infer T> ? T : never;
};

/** Text. `about` says what it is for; the schema shows it. */
export const string = (about?: string): Type<string> => ({ type: "string", description: about });

/** A regular expression of JavaScript, as text. */
export const pattern = (about?: string): Type<string> => ({ type: "string", format: "regex", description: about });

/** One of some texts. */
export const oneOf = <const T extends string>(texts: readonly T[], about?: string): Type<T> => ({
  type: "string",
  enum: texts,
  description: about,
});

/** A number. */
export const number = (about?: string): Type<number> => ({ type: "number", description: about });

/** A number without a fraction. */
export const integer = (about?: string): Type<number> => ({ type: "integer", description: about });

/** `true` or `false`. */
export const boolean = (about?: string): Type<boolean> => ({ type: "boolean", description: about });

/** Any number of something. */
export const array = <T>(items: Type<T>, about?: string): Type<T[]> => ({ type: "array", items, description: about });

/** An object whose keys the user chooses. */
export const record = <T>(values: Type<T>, about?: string): Type<{ [key: string]: T }> => ({
  type: "object",
  additionalProperties: values,
  description: about,
});

/** An object of these fields and no others. */
export function object<F extends Fields>(fields: F, about?: string): Type<ObjectOf<F>> {
  const entries = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([name, field]) => [name, "optional" in field ? field.optional : field]),
    ),
    required: entries.filter(([, field]) => !("optional" in field)).map(([name]) => name),
    additionalProperties: false,
    description: about,
  };
}

/** A field that may be left out; it is `undefined` then. */
export const optional = <T>(type: Type<T>): Optional<T> => ({ optional: type });

/** Settings as the host gives them: of the type, or a `SettingsError` is thrown. */
export function read<T>(type: Type<T>, settings: unknown): T {
  const problems: Problem[] = [];
  check(type, settings, "", problems);
  if (problems.length > 0) {
    throw new SettingsError(problems);
  }
  return settings as T;
}

function check(schema: Schema, value: unknown, pointer: string, problems: Problem[]): void {
  const found = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  if (schema.type === "integer" ? !Number.isInteger(value) : schema.type !== found) {
    problems.push({ pointer, message: `invalid type: ${found}, expected ${schema.type}` });
  } else if (typeof value === "string") {
    checkText(schema, value, pointer, problems);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => schema.items && check(schema.items, item, `${pointer}/${index}`, problems));
  } else if (found === "object") {
    checkObject(schema, value as object, pointer, problems);
  }
}

function checkText(schema: Schema, text: string, pointer: string, problems: Problem[]): void {
  if (schema.enum && !schema.enum.includes(text)) {
    problems.push({ pointer, message: `unknown value \`${text}\``, remedy: `use one of ${quoted(schema.enum)}` });
  }
  if (schema.format === "regex") {
    try {
      new RegExp(text);
    } catch (error) {
      problems.push({ pointer, message: `not a regular expression: ${(error as Error).message}` });
    }
  }
}

function checkObject(schema: Schema, value: object, pointer: string, problems: Problem[]): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required.filter((name) => !Object.hasOwn(value, name))) {
    problems.push({ pointer, message: `missing field \`${name}\`` });
  }
  const known = Object.keys(properties);
  for (const [name, item] of Object.entries(value)) {
    const below = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const field = known.includes(name) ? properties[name] : additionalProperties;
    if (field) {
      check(field, item, below, problems);
    } else {
      const remedy = known.length > 0 ? `use one of ${quoted(known)}` : "leave it out";
      problems.push({ pointer: below, message: `unknown field \`${name}\``, remedy });
    }
  }
}

const quoted = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(", ");
