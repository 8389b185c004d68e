export { heartbeatConfig } from "./config.ts";
export { migrations } from "./store/schema.ts";
