// What every task of a company keeps to: images of known registries and of a fixed version, no root, no role but that of the task
// definition, not open to the internet, and tags that say whose it is.

import { array, object, policy, string } from "./gatecheck";

export default policy({
  name: "baseline",
  version: "1.0.0",
  summary: "What every task of a company keeps to",

  settings: object({
    registries: array(string(), "How the name of an image may begin"),
    tags: array(string(), "Tags that every task has"),
    public: array(string(), "Groups whose tasks the internet may reach, such as `service:edge`"),
  }),

  evaluate(settings, facts, verdict) {
    verdict.rule("registry", (rule) => {
      for (const { name, image } of facts.containers()) {
        // A container that AWS injected has no image, and nobody here chose it.
        if (image !== null && !settings.registries.some((registry) => image.startsWith(registry))) {
          rule.violated({
            object: name,
            attribute: "image",
            message: "the image comes from a registry that is not allowed",
            severity: "high",
            found: image,
            allowed: settings.registries,
            check: "prefix",
            remediation: "push it to one that is",
          });
        }
      }
    });

    verdict.rule("version", (rule) => {
      for (const { name, image } of facts.containers()) {
        if (image !== null && !hasFixedVersion(image)) {
          rule.violated({
            object: name,
            attribute: "image",
            message: "the image has no fixed version",
            found: image,
            remediation: "name a tag or a digest",
          });
        }
      }
    });

    verdict.rule("root", (rule) => {
      for (const container of facts.taskDefinition().containers) {
        if (container.privileged) {
          rule.violated({
            object: container.name,
            attribute: "privileged",
            message: "the container has all rights of its host",
            severity: "high",
            found: true,
            remediation: "leave out `privileged`",
          });
        }
        const [user] = (container.user ?? "").split(":");
        if (["", "root", "0"].includes(user)) {
          rule.violated({
            object: container.name,
            attribute: "user",
            message: "the container runs as root",
            found: container.user,
            remediation: "set `user` in the task definition",
          });
        }
      }
    });

    verdict.rule("role", (rule) => {
      const role = facts.taskDocument().overrides?.taskRoleArn;
      if (typeof role === "string" && role !== "") {
        rule.violated({
          object: "task",
          attribute: "overrides.taskRoleArn",
          message: "the task was started with a role of its own",
          found: role,
        });
      }
    });

    verdict.rule("exposed", (rule) => {
      const { group } = facts.task();
      if (group !== null && settings.public.includes(group)) {
        return;
      }
      for (const { interfaceId, ip, why } of facts.exposedAddresses()) {
        rule.violated({
          object: interfaceId,
          attribute: "ip",
          message: `the internet may reach the task: ${why}`,
          severity: "critical",
          found: ip,
          remediation: "run it in a private subnet without a public address",
        });
      }
    });

    verdict.rule("tags", (rule) => {
      const tags = new Map(facts.tags());
      for (const tag of settings.tags.filter((tag) => !tags.has(tag))) {
        rule.violated({
          object: "task",
          attribute: "tags",
          message: `the tag \`${tag}\` is missing`,
          severity: "low",
          allowed: settings.tags,
        });
      }
    });
  },
});

/** Whether an image has a digest, or a tag other than `latest`. */
export function hasFixedVersion(image: string): boolean {
  const name = image.slice(image.lastIndexOf("/") + 1);
  const tag = /:(.*)/s.exec(name)?.[1] ?? "";
  return name.includes("@") || !["", "latest"].includes(tag);
}
