export { type Abilities, type Attachment, type Brain, type BrainEvent, type BrainName, brainNames, type BrainRequest, type BrainResult, type Usage } from "./brain.ts";
export { type Attempt, dispatch, type Dispatched, type DispatchOptions } from "./dispatch/dispatch.ts";
export { dispatchMigrations } from "./dispatch/schema.ts";
export { type BrainState, brainStates } from "./dispatch/state.ts";
export { closeSwitchboard, openSwitchboard, type Switchboard } from "./dispatch/switchboard.ts";
export { enginesConfig, makeBrains } from "./engines/index.ts";
export { BrainFailure, type FailureKind } from "./failure.ts";
