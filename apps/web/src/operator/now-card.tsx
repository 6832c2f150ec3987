import type { OperatorOverview } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Badge, Card, Progress } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** How the site and the media server are now, in a few facts. */
export function NowCard({ overview }: { readonly overview: OperatorOverview }): ReactNode {
  const texts = useOperatorTexts().needs;
  const { away, onAir, advice, disk } = overview;
  return (
    <Card title={texts.now}>
      <dl className={css["facts"]}>
        <div>
          <dt>{texts.media}</dt>
          <dd>
            {away === null ? (
              <Badge tone="good">{texts.answers}</Badge>
            ) : (
              <Badge tone="bad">{texts.doesNotAnswer}</Badge>
            )}
          </dd>
          <dd className={css["small"]}>
            {onAir === null ? away : texts.onAir(onAir.streams, onAir.viewers)}
          </dd>
        </div>
        <EventFact overview={overview} />
        {disk === null ? null : <DiskFact disk={disk} />}
        <SinkFact sinks={overview.sinks} />
        <CertificateFact certificates={overview.certificates} />
        {advice === null || advice.length === 0 ? null : (
          <div>
            <dt>{texts.advice}</dt>
            <dd>
              <Badge>{texts.adviceCount(advice.length)}</Badge>
            </dd>
            <dd className={css["small"]}>
              <a href="/operator/doctor">{texts.open.doctor}</a>
            </dd>
          </div>
        )}
      </dl>
    </Card>
  );
}

function EventFact({ overview: { inbox } }: { readonly overview: OperatorOverview }): ReactNode {
  const texts = useOperatorTexts().needs;
  const formats = useFormats();
  const behind = inbox.behind ?? 0;
  const isLate = behind > 0 || !inbox.caughtUp;
  return (
    <div>
      <dt>{texts.events}</dt>
      <dd>
        <Badge tone={isLate ? "warn" : "good"}>
          {behind > 0 ? texts.behind(behind) : isLate ? (inbox.trouble ?? "…") : texts.caughtUp}
        </Badge>
      </dd>
      <dd className={css["small"]}>
        {inbox.lagMs === null ? "" : texts.lag(formats.number(inbox.lagMs / 1000, 1))}
      </dd>
    </div>
  );
}

function DiskFact({ disk }: { readonly disk: NonNullable<OperatorOverview["disk"]> }): ReactNode {
  const texts = useOperatorTexts();
  const formats = useFormats();
  const { freeBytes, totalBytes, fullAt, rung } = disk;
  const used = totalBytes === 0 ? 0 : 100 - (100 * freeBytes) / totalBytes;
  return (
    <div>
      <dt>{texts.needs.disk}</dt>
      <dd>{texts.needs.free(formats.bytes(freeBytes), formats.bytes(totalBytes))}</dd>
      <dd>
        <Progress
          label={texts.storage.used}
          value={used}
          tone={rung === "ok" ? "accent" : rung === "warn" ? "warn" : "bad"}
        />
      </dd>
      <dd className={css["small"]}>
        {fullAt === null ? texts.needs.notFilling : texts.needs.full(formats.dateTime(fullAt))}
        {" · "}
        <a href="/operator/storage">{texts.needs.open.storage}</a>
      </dd>
    </div>
  );
}

function SinkFact({ sinks }: { readonly sinks: OperatorOverview["sinks"] }): ReactNode {
  const texts = useOperatorTexts().needs;
  if (sinks === null) return null;
  return (
    <div>
      <dt>{texts.sinks}</dt>
      <dd>
        {sinks.length === 0 ? (
          <Badge tone="good">{texts.sinksWell}</Badge>
        ) : (
          <Badge tone="bad">{texts.sinksIll(sinks.length)}</Badge>
        )}
      </dd>
      <dd className={css["small"]}>
        <a href="/operator/sinks">{texts.open.sinks}</a>
      </dd>
    </div>
  );
}

function CertificateFact({
  certificates,
}: {
  readonly certificates: OperatorOverview["certificates"];
}): ReactNode {
  const texts = useOperatorTexts().needs;
  const formats = useFormats();
  if (certificates.length === 0) return null;
  return (
    <div>
      <dt>{texts.certificates}</dt>
      {certificates.map(({ host, expiresAt, error }) => (
        <dd key={host} className={css["small"]}>
          {expiresAt === null
            ? texts.noCertificate(host, error ?? "")
            : texts.until(host, formats.date(expiresAt))}
        </dd>
      ))}
    </div>
  );
}
