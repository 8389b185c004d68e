import { type Edit, planChanges, type Planned } from "@paios/shared/change";
import { allowClaude, registerClaude, unregisterClaude, validateClaude } from "./claude-config.ts";
import { hasNotedInClaude } from "./claude-plugin.ts";
import { type Client, type ClientName, findClients } from "./clients.ts";
import { registerCodex, unregisterCodex, validateCodex } from "./codex-config.ts";
import { type FeaturePlan, listFeatures, planFeatures } from "./codex-features.ts";
import { codexCopies } from "./codex-plugin.ts";
import { paiosContext } from "./agents-block.ts";
import { type GatewayChange, planGateway, planGatewayRemoval } from "./gateway.ts";
import type { Hook } from "./hook-trust.ts";
import { aiCommand, nodeLinkTarget } from "./links.ts";
import type { Machine } from "./machine.ts";
import { markdownMarks, putBlock, removeBlock } from "./marked-block.ts";
import { folderEdits, pluginFolder } from "./plugin.ts";
import { planPlugin, type PluginPlan } from "./plugin-plan.ts";
import type { FileRecord, Registration } from "./record.ts";
import { noRecord, readRecord, recordEdit, recordRead, type SetupRecord } from "./record-file.ts";
import { readServers, type Server } from "./servers.ts";
import { shellEdits, shellRemovals } from "./shells.ts";

export interface SetupWish {
  /** Undefined: every client there is. */
  only?: readonly ClientName[] | undefined;
  /** Tools that may run unasked although they act on the outside world or destroy; undefined: those agreed to before. */
  allowed?: readonly string[] | undefined;
}

export interface SetupPlan {
  clients: Client[];
  /** Those that are changed: installed, working, and wished. */
  usable: Extract<Client, { installed: true }>[];
  servers: Server[];
  planned: Planned;
  /** Paths of the files as they become by this plan, for the ones that are ours alone. */
  linkNode: boolean;
  gateway: GatewayChange[];
  /** Claude Code is to drop its own note of our marketplace. */
  forgetInClaude: boolean;
  plugin: Pick<PluginPlan, "missing" | "hooks">;
  features: FeaturePlan | undefined;
  allowed: readonly string[];
  /** What the person should know, one sentence or two each. */
  notes: string[];
}

type Validator = (file: string) => (text: string) => void;

/** Computes everything setup would do; changes nothing. Throws what planChanges throws, and UserError for an OpenClaw that does not answer. */
export async function planSetup(machine: Machine, { only, allowed }: SetupWish): Promise<SetupPlan> {
  const { files } = machine;
  const servers = readServers(machine.repository, machine.home);
  const record = readRecord(files.record) ?? noRecord;
  const agreed = allowed ?? record.allowed;
  const found = await discover(machine, only);
  const has = (name: ClientName) => found.usable.find((client) => client.name === name);
  const next: SetupRecord = { ...record, files: { ...record.files }, allowed: [...agreed] };
  // Read once more with the files it tells of: another setup may have written all of them since.
  const reread = recordRead(files.record, (text) => {
    next.files = { ...(text ?? noRecord).files };
  });
  const edit = (path: string, validate: Validator, register: (text: string | undefined, record: FileRecord | undefined) => Registration): Edit => ({
    path,
    validate: validate(path),
    compute: (text) => {
      const registration = register(text, next.files[path]);
      next.files[path] = registration.record;
      return registration.text;
    },
  });
  // Broken files are named before a client is asked anything that depends on them.
  const texts = readValid([[files.claudeConfig, validateClaude], [files.claudeSettings, validateClaude], [files.codexConfig, validateCodex]]);
  const codex = has("codex");
  const listed = codex ? await listFeatures(codex.command, { env: machine.env, cwd: machine.userHome }) : [];
  const features = codex && planFeatures(listed);
  const plugin = await planPlugin(machine, { claude: has("claude") !== undefined, codex: codex && { command: codex.command, features: listed }, texts });
  const gatewayCommand = has("openclaw")?.command;
  const gateway = gatewayCommand === undefined ? { changes: [], notes: [] } : await planGateway(gatewayCommand, machine, servers, record.gateway);
  if (gatewayCommand !== undefined) next.gateway = servers.map(({ name }) => name).filter((name) => record.gateway.includes(name) || gateway.changes.some(({ server }) => server === name));
  const edits = [
    reread,
    ...(has("claude")
      ? [
          edit(files.claudeConfig, validateClaude, (text, before) => registerClaude(files.claudeConfig, text, servers, before)),
          edit(files.claudeSettings, validateClaude, (text, before) => allowClaude(files.claudeSettings, text, { servers, consented: agreed, plugin: plugin.claude }, before)),
        ]
      : []),
    ...(codex
      ? [
          edit(files.codexConfig, validateCodex, (text, before) => registerCodex(files.codexConfig, text, { servers, consented: agreed, features: features?.edits ?? [], hooks: plugin.hooks, plugin: plugin.codex }, before)),
          { path: files.codexAgents, mode: 0o644, compute: (text: string | undefined) => putBlock(text, paiosContext(servers), markdownMarks) },
        ]
      : []),
    aiCommand(machine),
    ...shellEdits(machine),
    ...plugin.edits,
    recordEdit(files.record, () => next),
  ];
  const planned = planChanges(edits);
  const notes = [...found.notes, ...gateway.notes, ...featureNotes(features), ...plugin.notes, ...hookNotes(plugin.hooks)];
  return { ...found, servers, planned, linkNode: nodeLinkTarget(machine) !== machine.node, gateway: gateway.changes, forgetInClaude: false, plugin, features, allowed: agreed, notes };
}

/** The same for taking everything, or one client's part, out again. The data in the home stays. */
export async function planUninstall(machine: Machine, { only }: Pick<SetupWish, "only">): Promise<SetupPlan> {
  const { files } = machine;
  const record = readRecord(files.record) ?? noRecord;
  const found = await discover(machine, only);
  const wished = (name: ClientName) => only?.includes(name) ?? true;
  const gatewayCommand = found.usable.find(({ name }) => name === "openclaw")?.command;
  const gateway = gatewayCommand === undefined || !wished("openclaw") ? [] : await planGatewayRemoval(gatewayCommand, machine, record.gateway);
  let left = { ...record.files };
  const takeOut = (path: string, remove: typeof unregisterCodex): Edit => ({
    path,
    compute: (text) => {
      const before = left[path];
      delete left[path];
      return before ? remove(path, text, before) : text;
    },
  });
  const edits = [
    recordRead(files.record, (text) => {
      left = { ...(text ?? noRecord).files };
    }),
    ...(wished("claude") ? [takeOut(files.claudeConfig, unregisterClaude), takeOut(files.claudeSettings, unregisterClaude)] : []),
    ...(wished("codex") ? [takeOut(files.codexConfig, unregisterCodex), { path: files.codexAgents, compute: (text: string | undefined) => removeBlock(text, markdownMarks) }, ...folderEdits(codexCopies(machine), new Map())] : []),
    ...(only ? [] : [{ path: files.ai, compute: () => undefined }, ...shellRemovals(machine), ...folderEdits(pluginFolder(machine), new Map())]),
    recordEdit(files.record, () => (only ? { ...record, files: left, gateway: wished("openclaw") ? [] : record.gateway } : undefined)),
  ];
  return { ...found, servers: [], planned: planChanges(edits), linkNode: false, gateway, forgetInClaude: found.usable.some(({ name }) => name === "claude") && hasNotedInClaude(machine), plugin: { missing: [], hooks: [] }, features: undefined, allowed: record.allowed };
}

async function discover(machine: Machine, only: readonly ClientName[] | undefined): Promise<Pick<SetupPlan, "clients" | "usable" | "notes">> {
  const clients = await findClients({ path: machine.env["PATH"] ?? "", env: machine.env, names: only });
  const usable = clients.flatMap((client) => (client.installed && client.problem === undefined ? [client] : []));
  const notes = clients.flatMap((client) => {
    if (!client.installed) return client.name === "openclaw" && only === undefined ? [] : [`${client.name} is not installed; nothing is changed for it. Install it and run ai setup again.`];
    return client.problem === undefined ? [] : [`${client.name} is left out: ${client.problem} Run ${client.name} --version yourself, then ai setup again.`];
  });
  return { clients, usable, notes };
}

/** The texts of those that are there. */
function readValid(files: readonly [string, Validator][]): Map<string, string> {
  const texts = new Map<string, string>();
  const keep = (path: string) => (text: string | undefined) => {
    if (text !== undefined) texts.set(path, text);
    return text;
  };
  planChanges(files.map(([path, validate]) => ({ path, validate: validate(path), compute: keep(path) })));
  return texts;
}

/** A person sees what will run before it is trusted. */
function hookNotes(hooks: readonly Hook[]): string[] {
  return hooks.filter(({ trusted }) => !trusted).map(({ event, command }) => `Codex will be told to trust this hook of ours, at ${event}: ${command}`);
}

function featureNotes(features: FeaturePlan | undefined): string[] {
  if (!features) return [];
  return [
    ...features.gone.map((name) => `Codex no longer has the feature "${name}"; nothing needs it.`),
    ...features.missing.map((name) => `This Codex does not know the feature "${name}". Update Codex, then run ai setup again.`),
  ];
}
