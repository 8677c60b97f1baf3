import { once } from "node:events";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { bindPort } from "@caretaker/engine";
import { temporaryFolder } from "@caretaker/stack";
import sharp from "sharp";
import { expect, test } from "vitest";

import { imageSource } from "../../src/messaging/images/image-source.ts";
import { processImage } from "../../src/messaging/jobs/process-image.ts";
import { testMessaging } from "./test-messaging.ts";

type Made = { path: string; width: number; height: number; format: string };

/** Left half red, right half blue, 40 by 20. */
const halves = sharp({ create: { width: 40, height: 20, channels: 3, background: "#f00" } }).composite([
  { input: { create: { width: 20, height: 20, channels: 3, background: "#00f" } }, left: 20, top: 0 },
]);

async function folderWithImage() {
  const folder = temporaryFolder();
  const source = join(folder, "halves.png");
  await halves.clone().png().toFile(source);
  return { folder, source };
}

async function pixelsOf(path: string) {
  const { data, info } = await sharp(path).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
  return { ...info, at };
}

test("an image is resized, beside its source", async () => {
  const { folder, source } = await folderWithImage();
  await using messaging = await testMessaging({ settings: { IMAGE_ROOTS: folder } });
  messaging.work();
  const job = await messaging.run({ job: "process-image", source, resize: { width: 20 } });
  expect(job).toMatchObject({ state: "completed", result: { width: 20, height: 10, format: "png" }, progress: { current: 3, total: 3 } });
  const { path } = job.result as Made;
  expect(path).toMatch(new RegExp(`^${folder}/halves\\.[0-9a-f]{8}\\.png$`));
  const made = await pixelsOf(path);
  expect([made.width, made.height, made.at(2, 5), made.at(17, 5)]).toEqual([20, 10, [255, 0, 0], [0, 0, 255]]);
  expect(await readdir(folder)).toHaveLength(2);
});

test("an image is turned, made gray, blurred and written in another format", async () => {
  const { folder, source } = await folderWithImage();
  await using messaging = await testMessaging({ settings: { IMAGE_ROOTS: folder } });
  messaging.work();
  const make = async (changes: object) => pixelsOf(((await messaging.run({ job: "process-image", source, ...changes })).result as Made).path);
  const turned = await make({ rotate: 90 });
  expect([turned.width, turned.height, turned.at(10, 2), turned.at(10, 37)]).toEqual([20, 40, [255, 0, 0], [0, 0, 255]]);
  const [red = [], blue = []] = await make({ grayscale: true }).then(({ at }) => [at(5, 10), at(35, 10)]);
  expect(new Set(red).size).toBe(1);
  expect(red[0]).toBeGreaterThan(blue[0] ?? 255);
  const edge = (await make({ blur: 4 })).at(20, 10);
  expect(edge[0]).toBeGreaterThan(40);
  expect(edge[2]).toBeGreaterThan(40);
  const webp = await messaging.run({ job: "process-image", source, format: "webp" });
  expect((await sharp((webp.result as Made).path).metadata()).format).toBe("webp");
});

test.each([
  ["a file outside of the roots", (folder: string) => join(folder, "../outside.png"), /in no folder/],
  ["a link that leads out of them", (folder: string) => join(folder, "inside/link.png"), /in no folder/],
  ["a folder", (folder: string) => join(folder, "inside/folder"), /not a file/],
  ["a path that is not absolute", () => "inside/halves.png", /in no folder/],
  ["a file that is not there", (folder: string) => join(folder, "inside/nothing.png"), /ENOENT/],
  ["a drawing that could refer to other files", (folder: string) => join(folder, "inside/drawing.svg"), /svg is not taken/],
  ["an image cut off", (folder: string) => join(folder, "inside/cut.png"), /no image|can't be made/],
  ["a few bytes that stand for 400 million pixels", (folder: string) => join(folder, "inside/bomb.png"), /too large|pixel limit/],
])("%s fails for good", async (_what, path, why) => {
  const folder = join(temporaryFolder(), "roots");
  await mkdir(join(folder, "inside/folder"), { recursive: true });
  const image = await halves.clone().png().toBuffer();
  await Promise.all([
    writeFile(join(folder, "../outside.png"), image),
    writeFile(join(folder, "inside/cut.png"), image.subarray(0, 80)),
    writeFile(join(folder, "inside/drawing.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    writeFile(join(folder, "inside/bomb.png"), claiming(image, 20_000, 20_000)),
    symlink(join(folder, "../outside.png"), join(folder, "inside/link.png")),
  ]);
  const run = processImage.handler({
    data: processImage.schema.parse({ source: path(folder) }),
    use: () => bindPort(imageSource, { IMAGE_ROOTS: join(folder, "inside") }).open(),
    progress() {},
    signal: new AbortController().signal,
  } as never);
  await expect(run).rejects.toMatchObject({ code: "PERMANENT_FAILURE", message: expect.stringMatching(why) });
});

/** A PNG whose header says another size; its checksum is put right. */
function claiming(png: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

test("an image is fetched from an allowed address, and from no other", async () => {
  const { folder, source } = await folderWithImage();
  const image = await halves.clone().png().toBuffer();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    if (request.url === "/images/busy.png") response.writeHead(503).end();
    else if (request.url === "/images/moved.png") response.writeHead(302, { Location: "/secret.png" }).end();
    else response.end(image);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = bindPort(imageSource, { IMAGE_ROOTS: `${folder},${origin}/images`, IMAGE_FOLDER: folder }).open() as ReturnType<
    typeof imageSource.create
  >;
  const { signal } = new AbortController();
  expect((await read.read(`${origin}/images/halves.png`, { signal })).bytes).toEqual(image);
  expect((await read.read(source, { signal })).bytes).toEqual(image);
  for (const path of ["/secret.png", "/images/../secret.png", "/images/%2e%2e/secret.png", "/images-of-others/a.png", "/images/moved.png"]) {
    await expect(read.read(`${origin}${path}`, { signal })).rejects.toMatchObject({ code: "PERMANENT_FAILURE" });
  }
  await expect(read.read(`${origin}/images/busy.png`, { signal })).rejects.not.toHaveProperty("code");
  await expect(read.read("http://169.254.169.254/images/key", { signal })).rejects.toMatchObject({ code: "PERMANENT_FAILURE" });
  expect(asked).toEqual(["/images/halves.png", "/images/moved.png", "/images/busy.png"]);
  server.close();
});
