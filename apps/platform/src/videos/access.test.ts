import assert from "node:assert/strict";
import { SiteFault } from "@oxbow/site-contract";
import { storeTest } from "../store/store-for-tests.ts";
import { mayEdit, mayWatch, requireEdit, requireWatch } from "./access.ts";
import { addChannel, addVideo } from "./video-for-tests.ts";
import { videoOf } from "./video-row.ts";

const person = (id: string, role: "viewer" | "streamer" | "operator") => ({
  id,
  role,
  name: id,
  email: `${id}@site.test`,
  language: "en" as const,
});
const people = {
  nobody: null,
  stranger: person("per_stranger", "viewer"),
  rival: person("per_rival", "streamer"),
  friend: person("per_friend", "viewer"),
  owner: person("per_owner", "streamer"),
  demoted: person("per_owner", "viewer"),
  operator: person("per_operator", "operator"),
};

storeTest("who may watch and who may change a video", async ({ store }) => {
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana", owner: "per_owner" });
    for (const visibility of ["public", "unlisted", "private"] as const)
      await addVideo(tx, { id: `vid_${visibility}`, channel: "chn_1", visibility });
    await addVideo(tx, { id: "vid_deleted", channel: "chn_1", deleted_at: 1 });
    await tx
      .insertInto("video_people")
      .values({ video: "vid_private", person: "per_friend" })
      .execute();
  });
  const answers = async (id: string) => {
    const video = await videoOf(store.db, id);
    assert.ok(video);
    const found = await Promise.all(
      Object.entries(people).map(async ([name, who]) => {
        const watch = (await mayWatch(store.db, who, video)) ? "watch" : "";
        return [name, (await mayEdit(store.db, who, video)) ? `${watch} edit` : watch] as const;
      }),
    );
    return Object.fromEntries(found);
  };
  const everybody = {
    nobody: "watch",
    stranger: "watch",
    rival: "watch",
    friend: "watch",
    owner: "watch edit",
    demoted: "watch",
    operator: "watch edit",
  };
  assert.deepEqual(await answers("vid_public"), everybody);
  assert.deepEqual(await answers("vid_unlisted"), everybody);
  assert.deepEqual(await answers("vid_private"), {
    nobody: "",
    stranger: "",
    rival: "",
    friend: "watch",
    owner: "watch edit",
    demoted: "",
    operator: "watch edit",
  });
  assert.deepEqual(
    [...new Set(Object.values(await answers("vid_deleted")))],
    [""],
    "what is deleted is nobody's",
  );

  const refusal = async (asked: Promise<unknown>): Promise<string> => {
    const fault: unknown = await asked.catch((error: unknown) => error);
    assert.ok(fault instanceof SiteFault);
    return [fault.code, fault.reason].filter(Boolean).join(" ");
  };
  const { db } = store;
  const { nobody, rival, friend } = people;
  assert.deepEqual(
    await Promise.all([
      refusal(requireWatch(db, nobody, "vid_private")),
      refusal(requireWatch(db, rival, "vid_private")),
      refusal(requireWatch(db, nobody, "vid_deleted")),
      refusal(requireWatch(db, nobody, "vid_unknown")),
      refusal(requireEdit(db, rival, "vid_public")),
      refusal(requireEdit(db, friend, "vid_private")),
      refusal(requireEdit(db, nobody, "vid_unknown")),
    ]),
    [
      "not_signed_in video_private",
      "forbidden video_private",
      "gone",
      "not_found",
      "not_found",
      "not_found",
      "not_found",
    ],
  );
});
