// Containers run as a user that is allowed.

import { array, object, policy, string } from "./gatecheck";

export default policy({
  // What the entry gives as `settings`. The schema that `gatecheck inspect` shows is made of it, and so is the type below.
  settings: object({
    users: array(string(), "Users that containers may run as"),
  }),

  evaluate({ users }, facts, verdict) {
    verdict.rule("user", (rule) => {
      // Where the task definition cannot be had, this throws, and the rule is undecided: nothing passes because it is not known.
      for (const { name, user } of facts.taskDefinition().containers) {
        if (user === null || !users.includes(user)) {
          rule.violated({
            object: name,
            attribute: "user",
            message: "runs as a user that is not allowed",
            found: user,
            allowed: users,
            remediation: "set `user` in the task definition",
          });
        }
      }
    });
  },
});
