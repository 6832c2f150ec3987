import type { DoctorView } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useCall, useFormats, useNow, useTitle } from "../core/index.ts";
import {
  Badge,
  Button,
  Card,
  type Column,
  ConfirmDialog,
  Notice,
  PageHeader,
  Table,
} from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

/** A measurement tries each encoder and each set of qualities. */
const MEASURE_MS = 120_000;

/** `/operator/doctor`: what the media server's machine can encode. */
export function OperatorDoctorPage(): ReactNode {
  const texts = useOperatorTexts().doctor;
  useTitle(texts.title);
  const doctor = useCall("operator.doctor", {});
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} actions={<MeasureButton />} />
      <Answered asked={doctor}>
        {(view) => (
          <div className={css["stack"]}>
            <Advice view={view} />
            <Encoders view={view} />
            <Presets view={view} />
          </div>
        )}
      </Answered>
    </>
  );
}

function MeasureButton(): ReactNode {
  const texts = useOperatorTexts().doctor;
  const [isAsking, setIsAsking] = useState(false);
  const measure = useAct("operator.measure", {
    timeout: MEASURE_MS,
    invalidates: ["operator.doctor", "operator.overview"],
  });
  return (
    <>
      <Button icon="chart" busy={measure.isPending} onClick={() => setIsAsking(true)}>
        {texts.measure}
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={texts.measureTitle}
        confirm={texts.measure}
        onConfirm={() => {
          setIsAsking(false);
          measure.mutate({});
        }}
        onClose={() => setIsAsking(false)}
      >
        {texts.measureAbout}
      </ConfirmDialog>
    </>
  );
}

function Advice({ view }: { readonly view: DoctorView }): ReactNode {
  const texts = useOperatorTexts().doctor;
  const formats = useFormats();
  const now = useNow();
  const { ffmpeg, advice, measuredAt } = view;
  return (
    <Card title={texts.advice}>
      {ffmpeg === null ? <Notice tone="bad">{texts.noFfmpeg}</Notice> : null}
      {advice.length === 0 ? (
        <p>{texts.noAdvice}</p>
      ) : (
        <ul lang="en">
          {advice.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <p className={css["dim"]}>
        {ffmpeg === null ? "" : `${texts.version(ffmpeg)} · `}
        {measuredAt === null
          ? texts.notMeasured
          : texts.measured(formats.relative(measuredAt, now))}
      </p>
    </Card>
  );
}

type Encoder = DoctorView["encoders"][number];

function Encoders({ view }: { readonly view: DoctorView }): ReactNode {
  const texts = useOperatorTexts().doctor;
  const formats = useFormats();
  if (view.encoders.length === 0) return null;
  const columns: readonly Column<Encoder>[] = [
    {
      key: "name",
      header: texts.encoder,
      names: true,
      cell: ({ name }) => (
        <span className={css["row"]}>
          <span className={css["mono"]}>{name}</span>
          {name === view.encoder ? <Badge tone="accent">{texts.used}</Badge> : null}
        </span>
      ),
    },
    {
      key: "works",
      header: texts.works,
      cell: ({ works, message }) => (
        <span className={css["bars"]}>
          <span>
            <Badge tone={works ? "good" : "neutral"}>{works ? texts.works : texts.worksNot}</Badge>
          </span>
          {message === null ? null : (
            <details>
              <summary>{texts.why}</summary>
              <span className={css["mono"]} lang="en">
                {message}
              </span>
            </details>
          )}
        </span>
      ),
    },
    {
      key: "hardware",
      header: texts.hardware,
      cell: ({ hardware }) => (hardware ? texts.hardware : texts.software),
    },
    {
      key: "speed",
      header: texts.speed,
      cell: ({ realtime }) =>
        realtime === null ? texts.unknown : texts.speedOf(formats.number(realtime, 1)),
    },
  ];
  return (
    <Card flush title={texts.encoders}>
      <Table
        caption={texts.encoders}
        columns={columns}
        rows={view.encoders}
        keyOf={({ name }) => name}
      />
    </Card>
  );
}

type Preset = DoctorView["presets"][number];

function Presets({ view }: { readonly view: DoctorView }): ReactNode {
  const texts = useOperatorTexts().doctor;
  const formats = useFormats();
  if (view.presets.length === 0) return null;
  const columns: readonly Column<Preset>[] = [
    { key: "name", header: texts.preset, names: true, cell: ({ name }) => name },
    {
      key: "renditions",
      header: texts.renditions,
      cell: ({ renditions }) => renditions.join(", "),
    },
    {
      key: "speed",
      header: texts.speed,
      cell: ({ realtime }) =>
        realtime === null ? texts.unknown : texts.speedOf(formats.number(realtime, 1)),
    },
    {
      key: "streams",
      header: texts.streams,
      cell: ({ streams }) => (streams === null ? texts.unknown : texts.streamsOf(streams)),
    },
  ];
  return (
    <Card flush title={texts.presets}>
      <Table
        caption={texts.presets}
        columns={columns}
        rows={view.presets}
        keyOf={({ name }) => name}
      />
    </Card>
  );
}
