import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "@oxbow/sdk";
import { type SiteOperation, siteRoutes } from "@oxbow/site-contract";
import { makeClip } from "../fixtures/clip.ts";
import { openReceiver } from "./http-receiver.ts";
import { receiveMail } from "./mail-receiver.ts";
import { startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { invited, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

test("an operator sees what needs care, is told by e-mail, and puts it right", async (t) => {
  await using mail = await receiveMail();
  await using theirs = await openReceiver(410);
  await using platform = await startPlatform({ OXBOW_SMTP_URL: mail.url }, {}, "postgres");
  const operator = await setUpOperator(platform);
  const { server } = platform;
  const media = createClient({ url: server.http, key: server.key });
  const sink = await media.sinks.create({ url: theirs.url, types: ["stream_created"] });
  const { id: stream, publish: place } = await media.streams.create({
    name: "nobodys",
    // Over when its encoder is kicked.
    reconnectWindow: 0,
  });

  await t.test(
    "a sink that is gone is shown with its attempt, and a letter tells of it",
    async () => {
      const [alert] = await until("the alert", async () => {
        const { items } = await operator.call("alerts.list");
        return items.length > 0 ? items : undefined;
      });
      assert.deepEqual(
        [alert?.kind, alert?.severity, alert?.data],
        ["sink_disabled", "critical", { url: theirs.url, reason: "gone", status: 410 }],
      );
      const { sinks } = await operator.call("operator.overview");
      assert.deepEqual(
        sinks?.map(({ id, enabled, dead, last }) => [
          id,
          enabled,
          dead,
          last?.status,
          last?.answer,
        ]),
        [[sink.id, false, 1, 410, "Gone"]],
      );
      const letter = await until("the letter", async () =>
        mail.letters.find(({ subject }) => subject.includes("no longer delivered")),
      );
      assert.deepEqual(letter.to, ["operator@site.test"]);
      assert.ok(letter.text.includes(`${platform.http}/operator`));
    },
  );

  await t.test("after its repair it is enabled, and what it missed is delivered", async () => {
    theirs.status = 204;
    const params = { sink: sink.id };
    const enabled = await operator.call("operator.setSink", { params, body: { enabled: true } });
    assert.equal(enabled.enabled, true);
    const [dead] = (
      await operator.call("operator.sinkDeliveries", { params, query: { state: "dead" } })
    ).items;
    const delivery = dead?.id ?? "";
    await operator.call("operator.redeliver", { params: { delivery } });
    const event = dead?.event.id ?? "";
    const log = await until("the second attempt", async () => {
      const found = await operator.call("operator.eventDeliveries", { params: { event } });
      const ours = found.items.find(({ id }) => id === delivery);
      return ours?.state === "delivered" ? ours.log : undefined;
    });
    assert.deepEqual(
      log.map(({ status }) => status),
      [410, 204],
    );
    assert.deepEqual(theirs.ids, [event, event]);
    assert.deepEqual((await operator.call("alerts.list")).items, []);
  });

  await t.test("an encoder is disconnected", async () => {
    const clip = join(platform.data, "clip.flv");
    await makeClip(clip, { duration: 30, width: 160, height: 90, fps: 10, gop: 1 });
    await using encoder = publish(clip, place.rtmp.url ?? "");
    const session = await until("the session", async () => {
      const { items } = await operator.call("operator.sessions", { query: { kind: "publish" } });
      return items[0];
    });
    assert.equal(session.stream?.id, stream);
    await operator.call("operator.kick", { params: { session: session.id } });
    await encoder.done;
    assert.deepEqual((await operator.call("operator.sessions")).items, []);
  });

  await t.test("the log is read from its end, by types and stream", async () => {
    const query = { types: "publish_started,publish_stopped", stream };
    const events = await until("both events", async () => {
      const { items } = await operator.call("operator.events", { query });
      return items.length === 2 ? items : undefined;
    });
    assert.deepEqual(
      events.map(({ type, data }) => [type, data["reason"]]),
      [
        ["publish_stopped", "kicked"],
        ["publish_started", undefined],
      ],
    );
  });

  await t.test("what belongs to nobody is found and removed", async () => {
    const orphan = await until("an orphan that is not on air", async () => {
      const { orphans } = await operator.call("operator.storage");
      return orphans.find(({ id, busy }) => id === stream && !busy);
    });
    assert.deepEqual([orphan.kind, orphan.name], ["stream", "nobodys"]);
    await operator.call("operator.removeOrphan", { params: { orphan: stream } });
    assert.deepEqual((await operator.call("operator.storage")).orphans, []);
  });

  await t.test("settings are shown with their origins, and without secrets", async () => {
    const settings = await operator.call("operator.settings");
    const told = (name: string, of = settings.platform) =>
      of.find((setting) => setting.name === name);
    assert.deepEqual(
      [told("smtpUrl")?.value, told("smtpUrl")?.origin, told("platformUrl")?.origin],
      [mail.url, "environment", "default"],
    );
    assert.deepEqual(told("apiKey", settings.server ?? []), {
      name: "apiKey",
      variable: "OXBOW_API_KEY",
      origin: "environment",
      value: null,
      isSet: true,
      isSecret: true,
    });
    assert.ok(!JSON.stringify(settings).includes(server.key));
  });

  await t.test("each act stands in the audit trail", async () => {
    const { items } = await operator.call("accounts.audit");
    const actions = new Set(items.map(({ action }) => action));
    for (const action of [
      "sink.enabled",
      "delivery.redelivered",
      "session.kicked",
      "orphan.removed",
    ]) {
      assert.ok(actions.has(action), action);
    }
  });

  await t.test("nobody but operators may do any of it", async () => {
    const ids = Object.keys(siteRoutes).filter(isOperatorOperation);
    assert.ok(ids.length > 25);
    const streamer = await invited(platform, operator, { name: "Stella", role: "streamer" });
    const viewer = await invited(platform, operator, { name: "Vera", role: "viewer" });
    for (const id of ids) {
      assert.equal((await siteCaller(platform.http).ask(id)).status, 401, id);
      for (const caller of [streamer, viewer]) {
        assert.equal((await caller.ask(id)).status, 403, id);
      }
    }
  });
});

function isOperatorOperation(id: string): id is SiteOperation {
  return /^(operator|alerts)\./.test(id);
}
