import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Ranges of a home: this machine, its network, a mesh VPN. Link-local (cloud metadata) is none of them. */
const homeRanges = new Set(["loopback", "private", "uniqueLocal", "carrierGradeNat"]);

/** Whether a connection to this IP address (text form, IPv6 without brackets) may be opened. */
export function isAllowedAddress(address: string, allowPrivate: boolean): boolean {
  if (isIP(address) === 0) return false;
  // An IPv4 address inside an IPv6 one is judged as what it is.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === "unicast") return parsed.kind() === "ipv4" || isGlobal(parsed.toByteArray());
  return allowPrivate && homeRanges.has(range);
}

/** 2000::/3, the only IPv6 block that is given out. */
function isGlobal(bytes: number[]): boolean {
  return ((bytes[0] ?? 0) & 0xe0) === 0x20;
}
