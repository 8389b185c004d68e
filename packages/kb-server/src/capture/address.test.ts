import { describe, expect, it } from "vitest";
import { isAllowedAddress } from "./address.ts";

const publicAddresses = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"];
const homeAddresses = ["127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:7f00:1"];
const neverAddresses = [
  "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.5",
  "::", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001::1", "100::1", "1::1", "4000::1",
  "", "localhost", "127.1.2.3.4", "1.2.3",
];

describe("isAllowedAddress", () => {
  it("lets public addresses through and nothing else", () => {
    const all = [...publicAddresses, ...homeAddresses, ...neverAddresses];
    expect(all.filter((address) => isAllowedAddress(address, false))).toEqual(publicAddresses);
  });

  it("lets the home through when it is told to, but never link-local, unspecified or tunnelled addresses", () => {
    const all = [...publicAddresses, ...homeAddresses, ...neverAddresses];
    expect(all.filter((address) => isAllowedAddress(address, true))).toEqual([...publicAddresses, ...homeAddresses]);
  });
});
