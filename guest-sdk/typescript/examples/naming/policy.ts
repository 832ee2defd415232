// Names are of an agreed form, and agree with each other: a cluster runs what was made for it, and a service its own images.

import { array, type Facts, object, optional, pattern, policy, record, string } from "./gatecheck";

const forms = optional(
  array(string("With placeholders, such as `{team}-{service}`"), "Forms that such a name may have"),
);

export default policy({
  summary: "Names are of an agreed form, and agree with each other",

  settings: object({
    names: object({ cluster: forms, family: forms, service: forms, image: forms }),
    placeholders: record(pattern(), "What may stand for a placeholder, if not any letters, digits, `_`, `.` and `-`"),
  }),

  evaluate({ names, placeholders }, facts, verdict) {
    // What stands for the placeholders in this task: the first name that has one decides for those after it.
    const values: Texts = {};

    for (const [attribute, read] of Object.entries(NAMES)) {
      const forms = names[attribute as keyof typeof names];
      if (forms === undefined) {
        continue;
      }
      verdict.rule(attribute, (rule) => {
        const { account, region } = facts.task();
        Object.assign(values, { account, region });
        for (const [object, name] of read(facts)) {
          if (name === null) {
            continue;
          }
          const match = forms.map((form) => regExp(form, placeholders, values).exec(name)).find((match) => match);
          if (match) {
            Object.assign(values, match.groups);
          } else {
            rule.violated({
              object,
              attribute,
              message: `the ${attribute} does not have a name of the agreed form`,
              found: name,
              allowed: forms.map((form) => form.replace(PLACEHOLDER, (text, part) => values[part] ?? text)),
              check: "pattern",
            });
          }
        }
      });
    }
  },
});

type Texts = { [placeholder: string]: string };

/** How to get at the names of each kind, with the objects that have them. A standalone task has no service. */
const NAMES: { [attribute: string]: (facts: Facts) => [object: string, name: string | null][] } = {
  cluster: (facts) => [["task", facts.task().clusterArn.replace(/.*\//, "")]],
  family: (facts) => [["task", facts.task().family]],
  service: (facts) => [["task", facts.task().service]],
  image: (facts) => facts.containers().map(({ name, image }) => [name, image]),
};

const PLACEHOLDER = /\{([a-z]\w*)\}/gi;

/** A form as a regular expression, with a group for each placeholder that has no value yet. */
export function regExp(form: string, placeholders: Texts, values: Texts): RegExp {
  const groups = new Set<string>();
  // Every second part is the name of a placeholder.
  const parts = form.split(PLACEHOLDER).map((part, index) => {
    if (index % 2 === 0) {
      return escaped(part);
    }
    if (part in values) {
      return escaped(values[part]);
    }
    if (groups.has(part)) {
      return `\\k<${part}>`;
    }
    groups.add(part);
    return `(?<${part}>${placeholders[part] ?? "[\\w.-]+"})`;
  });
  return new RegExp(`^${parts.join("")}$`);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
