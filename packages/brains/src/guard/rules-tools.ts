import { type Call, has, operands, unknown, type Value, verbs, words } from "./call.ts";
import type { Rule } from "./rule.ts";

const gitValued = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

/** A git command without git's own options before the verb. */
function git(call: Call): { verb: string; rest: Value[]; call: Call } | undefined {
  if (call.program !== "git" && call.program !== "hub") return undefined;
  for (let at = 0; at < call.args.length; at++) {
    const word = call.args[at]?.text ?? "";
    if (gitValued.has(word)) at++;
    else if (!word.startsWith("-")) return { verb: word, rest: call.args.slice(at + 1), call: { ...call, args: call.args.slice(at + 1) } };
  }
  return undefined;
}

const sqlClients = new Set(["psql", "mysql", "mariadb", "sqlite3", "sqlite", "sqlcmd", "cqlsh", "clickhouse-client", "clickhouse", "duckdb", "mongosh", "mongo", "redis-cli", "valkey-cli", "usql", "pgcli", "mycli", "litecli", "snowsql", "bq", "wrangler", "turso", "cockroach", "influx", "isql", "sqlplus", "tsql", "supabase", "heroku"]);
const dropping = /\b(?:drop\s+(?:database|schema|table|keyspace|collection|view|materialized|index|role|user|owned|tablespace|measurement|bucket)|truncate\s+(?:table\s+)?\w|dropdatabase\s*\(|\.drop\s*\(|deletemany\s*\(\s*(?:\{\s*\})?\s*\)|flushall|flushdb)/i;

/** Classes about git, registries, clouds and databases: 21 to 27. */
export const toolRules: readonly Rule[] = [
  {
    id: 21,
    name: "force-pushing",
    test: (call) => {
      const found = git(call);
      if (call.program === "gh") return verbs(call).slice(0, 2).join(" ") === "repo sync" && has(call, "--force");
      if (!found || (found.verb !== "push" && found.verb !== "send-pack")) return false;
      return has(found.call, "f", "--force", "--force-with-lease", "--force-if-includes", "--mirror") || operands(found.call, ["-o", "--repo"]).some(({ text }) => text.startsWith("+"));
    },
  },
  {
    id: 22,
    name: "rewriting git's history or discarding uncommitted work",
    test: (call) => {
      if (call.program === "bfg" || call.program === "git-filter-repo" || call.program === "git-filter-branch") return true;
      const found = git(call);
      if (!found) return false;
      const { verb, rest, call: inner } = found;
      const [next = ""] = rest.map(({ text }) => text);
      const whole = operands(inner).some(({ text }) => /^(?:\.|:\/|\*|\.\/)$/.test(text));
      if (verb === "filter-branch" || verb === "filter-repo" || verb === "fast-import" || verb === "update-ref" || verb === "replace") return true;
      if (verb === "rebase") return !["--abort", "--continue", "--skip", "--quit", "--show-current-patch"].includes(next);
      if (verb === "reset") return has(inner, "--hard");
      if (verb === "commit") return has(inner, "--amend");
      if (verb === "reflog") return next === "expire" || next === "delete";
      if (verb === "gc" || verb === "prune") return has(inner, "--prune") || verb === "prune";
      if (verb === "checkout") return has(inner, "f", "--force") || (whole && !has(inner, "b"));
      if (verb === "switch") return has(inner, "f", "--force", "--discard-changes");
      if (verb === "restore") return whole && !(has(inner, "--staged", "S") && !has(inner, "--worktree", "W"));
      if (verb === "stash") return next === "drop" || next === "clear";
      return verb === "read-tree" && has(inner, "--reset");
    },
  },
  {
    id: 23,
    name: "cleaning a work tree, or deleting branches or remotes",
    test: (call) => {
      const found = git(call);
      if (!found) return false;
      const { verb, rest, call: inner } = found;
      const [next = ""] = rest.map(({ text }) => text);
      if (verb === "clean") return has(inner, "f", "--force") && !has(inner, "n", "--dry-run");
      if (verb === "branch") return has(inner, "d", "D", "--delete");
      if (verb === "push") return has(inner, "d", "--delete", "--prune") || operands(inner, ["-o"]).some(({ text }) => /^:./.test(text));
      return verb === "remote" && (next === "remove" || next === "rm");
    },
  },
  {
    id: 24,
    name: "publishing packages, images or releases",
    test: (call) => {
      const { program } = call;
      const [first = "", second = ""] = verbs(call, ["-C", "--prefix", "--dir", "-w", "--filter", "-F", "--cwd"]);
      const dry = has(call, "--dry-run") || words(call).includes("--dry-run");
      if (dry) return false;
      const publishing: Record<string, RegExp> = {
        npm: /^(?:publish|unpublish|deprecate|dist-tag|owner|access)$/, pnpm: /^(?:publish|unpublish|deprecate)$/, yarn: /^publish$/, bun: /^publish$/, deno: /^publish$/, jsr: /^publish$/, cargo: /^(?:publish|yank|owner)$/, poetry: /^publish$/, uv: /^publish$/, hatch: /^publish$/, flit: /^publish$/, pdm: /^publish$/, twine: /^(?:upload|register)$/,
        gem: /^(?:push|yank)$/, helm: /^push$/, mvn: /^(?:deploy|release:perform)$/, mvnw: /^deploy$/, docker: /^push$/, podman: /^push$/, buildah: /^push$/, nerdctl: /^push$/, crane: /^(?:push|copy)$/, oras: /^(?:push|copy)$/, lerna: /^publish$/, changeset: /^publish$/, vsce: /^(?:publish|unpublish)$/, ovsx: /^publish$/, anaconda: /^upload$/, goreleaser: /^(?:release|publish)$/, fastlane: /^(?:deliver|supply|pilot|release|upload_\w+)$/, conan: /^upload$/, flutter: /^$/,
      };
      if (publishing[program]?.test(first)) return program !== "flutter" && !(program === "npm" && ["owner", "access", "dist-tag"].includes(first) && /^(?:ls|list|get)$/.test(second));
      if (program === "yarn" && first === "npm") return second === "publish" || second === "tag";
      if (program === "docker" && (first === "buildx" || first === "build" || first === "image" || first === "compose")) return has(call, "--push") || second === "push";
      if (program === "gh") return first === "release" && /^(?:create|upload|delete|edit)$/.test(second);
      if (program === "glab") return first === "release" && second !== "list" && second !== "view";
      if (program === "dart" || program === "flutter") return first === "pub" && second === "publish";
      if (program === "dotnet") return first === "nuget" && second === "push";
      if (program === "nuget") return first === "push";
      if (program === "gradle" || program === "gradlew") return verbs(call).some((task) => /^(?::[\w:-]*)?publish(?!.*ToMavenLocal)/.test(task));
      if (program === "skopeo") return first === "copy" && verbs(call).slice(1).at(-1)?.startsWith("docker://") === true;
      return program === "semantic-release" || program === "np" || program === "release-it";
    },
  },
  {
    id: 26,
    name: "destroying infrastructure",
    test: (call) => {
      if (!["terraform", "tofu", "terragrunt", "pulumi", "cdktf", "cdk"].includes(call.program)) return false;
      const all = verbs(call, ["-chdir"]);
      return all.some((word) => word === "destroy") || words(call).some((word) => /^--?destroy$/.test(word)) || (call.program === "pulumi" && all[0] === "stack" && all[1] === "rm");
    },
  },
  {
    id: 25,
    name: "deleting repositories, buckets, namespaces, clusters or stacks",
    test: (call) => {
      const { program } = call;
      const all = verbs(call, ["-n", "--namespace", "--profile", "--region", "--project", "-g", "--context", "-f", "-p"]);
      const [first = "", second = ""] = all;
      const text = words(call).join(" ");
      if (program === "gh" || program === "glab") return (first === "repo" && /^(?:delete|archive)$/.test(second)) || (first === "api" && /(?:-X|--method)[ =]?DELETE/i.test(text));
      if (program === "aws") return (first === "s3" && (second === "rb" || (second === "rm" && has(call, "--recursive")))) || /^(?:delete|terminate|remove|deregister)-/.test(second);
      if (program === "gsutil") return first === "rb" || (first === "rm" && has(call, "r", "R"));
      if (program === "gcloud" || program === "az" || program === "doctl" || program === "hcloud" || program === "linode-cli" || program === "ibmcloud" || program === "oci" || program === "scw" || program === "eksctl" || program === "flyctl" || program === "fly") return all.some((word) => /^(?:delete|destroy|purge|rm)$/.test(word));
      if (program === "kubectl" || program === "oc") return first === "delete" && (/^(?:ns|namespaces?|nodes?|pv|pvc|crds?|all|persistentvolume\w*|clusterrole\w*|statefulsets?|project)(?:\/|$|,)/.test(second) || has(call, "--all", "A", "--all-namespaces"));
      if (program === "helm") return /^(?:uninstall|delete|un|del)$/.test(first);
      if (program === "kind" || program === "k3d" || program === "minikube") return all.includes("delete");
      if (program === "docker") return (first === "stack" && second === "rm") || (first === "swarm" && second === "leave") || (first === "system" && second === "prune" && has(call, "--volumes")) || (first === "volume" && second === "prune");
      if (program === "sam" || program === "copilot") return first === "delete";
      if (program === "serverless" || program === "sls" || program === "amplify" || program === "eb") return /^(?:remove|delete|terminate)$/.test(first);
      if (program === "heroku") return /^(?:apps:destroy|apps:delete|pg:reset|addons:destroy|destroy)$/.test(first);
      if (program === "vercel" || program === "netlify" || program === "supabase" || program === "railway" || program === "firebase" || program === "wrangler" || program === "render") return all.some((word) => /^(?:remove|rm|delete|sites:delete|projects:delete)$/.test(word));
      if (program === "mc" || program === "s3cmd") return first === "rb" || (/^(?:rm|del)$/.test(first) && has(call, "r", "--recursive"));
      return program === "rclone" && /^(?:purge|delete|rmdirs)$/.test(first);
    },
  },
  {
    id: 27,
    name: "dropping or truncating databases",
    test: (call) => {
      const { program } = call;
      const all = words(call);
      const text = all.join(" ");
      if (program === "dropdb" || program === "dropuser") return true;
      if (program === "mysqladmin") return all.includes("drop");
      if (program === "rails" || program === "rake" || program === "bundle") return /\bdb:(?:drop|reset|purge|migrate:reset|truncate_all|schema:load)\b/.test(text);
      if (program === "prisma") return /\bmigrate reset\b|--force-reset/.test(text);
      if (/^python[\d.]*$/.test(program) || program === "manage.py" || program === "django-admin") return /(?:manage\.py|^)\s*(?:flush|reset_db|sqlflush)\b/.test(text);
      if (program === "php" || program === "artisan") return /\b(?:migrate:(?:fresh|reset|refresh)|db:wipe)\b/.test(text);
      if (/^(?:sequelize|sequelize-cli|typeorm|knex|mikro-orm|drizzle-kit)$/.test(program)) return /\b(?:db:drop|schema:drop|schema:fresh|drop)\b/.test(text);
      if (program === "alembic" || program === "flyway" || program === "liquibase") return /\b(?:downgrade base|clean|drop-all)\b/.test(text);
      if (!sqlClients.has(program)) return false;
      const said = [...call.args.map(({ text: each }) => each), call.input ?? "", ...call.fed.filter(({ program: before }) => before === "echo" || before === "printf" || before === "cat").flatMap((before) => [...words(before), before.input ?? ""])];
      return said.some((each) => dropping.test(each.slice(0, 100_000).replace(/\/\*[^*]{0,200}\*\//g, " ")) || each.includes(unknown) && /drop|truncate/i.test(each));
    },
  },
];
