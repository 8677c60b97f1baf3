const slots = 16_384;
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** What decides about a key's slot in a Cluster: equal tags, one slot. */
export function slotTag(key: string): string {
  const start = key.indexOf("{");
  const end = start < 0 ? -1 : key.indexOf("}", start + 1);
  return end > start + 1 ? key.slice(start + 1, end) : key;
}

/** A key's slot in a Cluster: CRC16 (XMODEM) of its tag, as the specification of Redis Cluster has it. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(slotTag(key))) crc = ((crc << 8) & 0xffff) ^ (table[(crc >> 8) ^ byte] as number);
  return crc % slots;
}
