import { BlockList, isIP, isIPv4 } from "node:net";

/** Networks that are nobody's on the internet (IANA's special-purpose registries), and those that carry IPv4 in IPv6. */
const special = {
  ipv4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
  ipv6: [
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ],
} as const;

/** One list for each family: a list of both takes every IPv4 address for one in IPv6. */
function listOf(family: keyof typeof special): BlockList {
  const list = new BlockList();
  for (const net of special[family]) {
    const [address = "", bits] = net.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const refused = { ipv4: listOf("ipv4"), ipv6: listOf("ipv6") };

/** Whether an IP address is one of the internet: not loopback, private, link-local, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  return isIP(address) !== 0 && !refused[family].check(address, family);
}
